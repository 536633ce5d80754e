public import DebFormat
public import Diagnostics
import LinuxIO

/// Where packages lie in an archive: `pool/main/s/some-agent/some-agent_1.2~rc1-1_amd64.deb`.
///
/// What a package says of itself becomes a path here, so its words pass a grammar that is stricter than dpkg's.
public enum PoolPath {
    /// The longest name of a file that file systems take, in bytes.
    private static let nameLimit = 255

    /// The path of a package below the archive's root.
    ///
    /// - Parameters:
    ///   - fields: What the package says of itself.
    ///   - component: The part of the archive, such as `main`.
    /// - Returns: A path without a slash in front, of ASCII letters, digits and `-+._~/`.
    /// - Throws: `.usage`, naming the field, for what the grammar doesn't take.
    public static func path(of fields: DebFields, component: String = "main") throws(Failure) -> String {
        try check(component: component)
        return "pool/\(component)/\(try directory(of: fields.package))/\(try fileName(of: fields))"
    }

    /// The directory of a package below its component's: `s/some-agent`, or `libx/libxyz`, as Debian's pool has it.
    ///
    /// - Throws: `.usage` for what is no name.
    public static func directory(of package: String) throws(Failure) -> String {
        try check(name: package)
        let count = package.utf8.count > 3 && package.utf8.starts(with: "lib".utf8) ? 4 : 1
        return "\(String(decoding: package.utf8.prefix(count), as: UTF8.self))/\(package)"
    }

    /// The name of a package's file: name, version without epoch, architecture.
    ///
    /// - Throws: `.usage`, naming the field, for what the grammar doesn't take.
    public static func fileName(of fields: DebFields) throws(Failure) -> String {
        try check(name: fields.package)
        try check(architecture: fields.architecture)
        let version = fields.version
        // Only a version with an epoch may have one, which is missing in the file's name, where it would read as one.
        guard !version.upstream.utf8.contains(UInt8(ascii: ":")) else {
            throw refusal("version", version.description, "a colon behind the epoch can't be in a file's name")
        }
        let revision = version.revision.isEmpty ? "" : "-" + version.revision
        let name = "\(fields.package)_\(version.upstream)\(revision)_\(fields.architecture).deb"
        guard name.utf8.count <= nameLimit else {
            throw refusal("version", version.description, "its file's name would have more than \(nameLimit) bytes")
        }
        return name
    }

    /// Checks a package's name; Debian Policy 5.6.1: at least two of `a-z0-9+-.`, a letter or digit first.
    ///
    /// - Throws: `.usage` for anything else.
    public static func check(name: String) throws(Failure) {
        let bytes = Array(name.utf8)
        guard bytes.count >= 2, bytes[0].isNameStart,
            bytes.allSatisfy({ $0.isNameStart || "+-.".utf8.contains($0) })
        else { throw refusal("package name", name, "a name has two or more of a-z, 0-9, +, - and .") }
    }

    /// Checks an architecture: `a-z0-9-`, a letter or digit first.
    ///
    /// - Throws: `.usage` for anything else.
    public static func check(architecture: String) throws(Failure) {
        let bytes = Array(architecture.utf8)
        guard let first = bytes.first, first.isNameStart,
            bytes.allSatisfy({ $0.isNameStart || $0 == UInt8(ascii: "-") }), bytes.count <= 64
        else { throw refusal("architecture", architecture, "an architecture has a-z, 0-9 and -") }
    }

    /// Checks a component, which is one part of a path: `a-z0-9-`, a letter or digit first.
    ///
    /// - Throws: `.usage` for anything else.
    public static func check(component: String) throws(Failure) {
        let bytes = Array(component.utf8)
        guard let first = bytes.first, first.isNameStart,
            bytes.allSatisfy({ $0.isNameStart || $0 == UInt8(ascii: "-") }), bytes.count <= 64
        else { throw refusal("component", component, "a component has a-z, 0-9 and -") }
    }

    private static func refusal(_ what: String, _ value: String, _ why: String) -> Failure {
        Failure(.usage, "the \(what) \"\(PathText.display(value))\" can't be in an archive: \(why)")
    }
}

extension UInt8 {
    /// Whether a package's name may begin with the byte.
    var isNameStart: Bool { (0x61...0x7A).contains(self) || isDigit }
    /// Whether the byte is an ASCII digit.
    var isDigit: Bool { (0x30...0x39).contains(self) }
    /// Whether the byte is a blank or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}
