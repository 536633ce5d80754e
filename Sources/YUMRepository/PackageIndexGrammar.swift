public import Diagnostics
public import IndexFiles

/// What `primary.xml`, `filelists.xml` and `other.xml` have in common: a root element that states the number of packages,
/// with one `package` element each.
///
/// Records are found by `</package>`, which stands nowhere else in what agentpack and createrepo_c write: in texts `<` is
/// escaped, and there are no comments.
public protocol PackageIndexGrammar: IndexGrammar where Key == PackageKey {
    /// The type of its entry in `repomd.xml`.
    static var type: String { get }
    /// The root element.
    static var root: StaticString { get }
    /// Its name spaces.
    static var namespaces: StaticString { get }
}

private enum Pattern {
    static let package = BytePattern("<package")
    static let end = BytePattern("</package>")
}

extension PackageIndexGrammar {
    /// The XML declaration and the root element; `XML_PRIMARY_HEADER` and its like of createrepo_c's src/xml_file.c.
    public static func head(count: Int) -> [UInt8] {
        var xml = XMLWriter()
        xml.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        xml.begin(0, root)
        xml.put(namespaces)
        xml.attribute("packages", count)
        xml.put(">\n")
        return xml.bytes
    }

    /// The attribute `packages`.
    public static func count(inHead head: [UInt8]) -> Int? {
        head.withUnsafeBytes { text in
            guard let place = BytePattern(" packages=\"").find(in: text, from: 0) else { return nil }
            let digits = text[(place + 11)...].prefix { $0 != UInt8(ascii: "\"") }
            return digits.count > 9 ? nil : Int(String(decoding: digits, as: UTF8.self))
        }
    }

    /// The first `<package `.
    public static func start(ofRecordsIn text: UnsafeRawBufferPointer) -> Int? {
        guard let place = Pattern.package.find(in: text, from: 0), place + Pattern.package.count < text.count else {
            return nil
        }
        return place
    }

    /// The end of the root element.
    public static var foot: [UInt8] { root.withUTF8Buffer { Array("</".utf8) + $0 + Array(">".utf8) } }

    /// Behind `</package>` and the end of its line.
    public static func end(ofRecordIn text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let place = Pattern.end.find(in: text, from: start) else { return nil }
        let end = place + Pattern.end.count
        guard end < text.count else { return nil }
        return text[end] == 0x0A ? end + 1 : end
    }
}

/// `primary.xml`: all that a client needs to choose packages and to fetch them.
public enum PrimaryIndex: PackageIndexGrammar {
    /// Its type.
    public static var type: String { "primary" }
    /// Its root element.
    public static var root: StaticString { "metadata" }
    /// Its name spaces.
    public static var namespaces: StaticString {
        " xmlns=\"http://linux.duke.edu/metadata/common\" xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\""
    }

    /// Reads name, architecture and version, which stand first in the record.
    public static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> PackageKey {
        var scanner = RecordScanner(record)
        guard scanner.skip("<package"), scanner.skipTag(), scanner.skip("<name>"), let name = scanner.content(),
            scanner.skip("</name>"), scanner.skip("<arch>"), let architecture = scanner.content(),
            scanner.skip("</arch>"), let version = scanner.version()
        else { throw scanner.failure("primary") }
        return PackageKey(name: name, version: version, architecture: architecture)
    }
}

/// `filelists.xml`: the paths of the packages.
public enum FilelistsIndex: PackageIndexGrammar {
    /// Its type.
    public static var type: String { "filelists" }
    /// Its root element.
    public static var root: StaticString { "filelists" }
    /// Its name space.
    public static var namespaces: StaticString { " xmlns=\"http://linux.duke.edu/metadata/filelists\"" }

    /// Reads name, architecture and version, which stand first in the record.
    public static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> PackageKey {
        try RecordScanner.key(of: record, "filelists")
    }
}

/// `other.xml`: the changelogs of the packages.
public enum OtherIndex: PackageIndexGrammar {
    /// Its type.
    public static var type: String { "other" }
    /// Its root element.
    public static var root: StaticString { "otherdata" }
    /// Its name space.
    public static var namespaces: StaticString { " xmlns=\"http://linux.duke.edu/metadata/other\"" }

    /// Reads name, architecture and version, which stand first in the record.
    public static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> PackageKey {
        try RecordScanner.key(of: record, "other")
    }
}
