public import Diagnostics
import LinuxIO
import RPMFormat

/// What a record of `primary.xml` says of a package, as far as a repository's keeper needs it.
public struct PublishedPackage: Sendable, Equatable {
    /// What tells it apart.
    public let key: PackageKey
    /// The digest of its file, which is its ID.
    public let checksum: RepositoryChecksum
    /// One line on what it is.
    public let summary: String
    /// When it was built, in seconds since 1970.
    public let buildTime: Int64
    /// Bytes of its file.
    public let size: UInt64
    /// Bytes of what it installs.
    public let installedSize: UInt64
    /// Where it is, relative to the directory that has `repodata`.
    public let location: String
    /// `xml:base`: what `location` is relative to instead.
    public let base: String?
    /// Bytes of the file that hold the main header.
    public let headerRange: Range<UInt64>

    /// Reads a record.
    ///
    /// - Parameter record: One `package` element.
    /// - Throws: `.integrity` for what is none.
    public init(_ record: [UInt8]) throws(Failure) {
        var xml = XMLReader(record, name: "a record of primary")
        guard try xml.next() == .start, xml.isNamed("package") else { throw xml.damage("no package element") }
        try self.init(&xml)
        guard try xml.next() == .finished else { throw xml.damage("more than a package element") }
    }

    /// Reads the element that just began.
    init(_ xml: inout XMLReader) throws(Failure) {
        var fields = Fields()
        loop: while true {
            switch try xml.next() {
            case .start: try fields.read(&xml)
            case .end, .finished: break loop
            case .text: continue
            }
        }
        guard let name = fields.name, let architecture = fields.architecture, let version = fields.version,
            let checksum = fields.checksum, let size = fields.size, let location = fields.location
        else {
            throw xml.damage("a package without one of name, arch, version, checksum, size and location")
        }
        // What is kept of many packages is short.
        for text in [name, architecture, version.version, version.release ?? "", checksum.value, location]
        where text.utf8.count > 1024 {
            throw xml.damage("a name, version, checksum or location of more than 1024 bytes")
        }
        key = PackageKey(name: name, version: version, architecture: architecture)
        self.checksum = checksum
        summary = fields.summary
        buildTime = fields.buildTime
        self.size = size
        installedSize = fields.installedSize
        self.location = location
        base = fields.base
        headerRange = fields.headerRange
    }
}

/// What is gathered of a `package` element, in whichever order it comes.
private struct Fields {
    var name: String?
    var architecture: String?
    var version: RPMVersion?
    var checksum: RepositoryChecksum?
    var summary = ""
    var buildTime: Int64 = 0
    var size: UInt64?
    var installedSize: UInt64 = 0
    var location: String?
    var base: String?
    var headerRange: Range<UInt64> = 0..<0

    /// Takes the element that just began, up to its end.
    mutating func read(_ xml: inout XMLReader) throws(Failure) {
        if xml.isNamed("name") {
            name = try xml.content()
        } else if xml.isNamed("arch") {
            architecture = try xml.content()
        } else if xml.isNamed("summary") {
            summary = try xml.content()
        } else if xml.isNamed("version") {
            version = try xml.version()
            try xml.skipElement()
        } else if xml.isNamed("checksum") {
            let algorithm = xml.attribute("type") ?? ""
            checksum = RepositoryChecksum(algorithm: algorithm, value: try xml.content())
        } else if xml.isNamed("time") {
            buildTime = xml.attribute("build").flatMap { Int64($0) } ?? 0
            try xml.skipElement()
        } else if xml.isNamed("size") {
            size = xml.attribute("package").flatMap { UInt64($0) }
            installedSize = xml.attribute("installed").flatMap { UInt64($0) } ?? 0
            try xml.skipElement()
        } else if xml.isNamed("location") {
            location = xml.attribute("href")
            base = xml.attribute("xml:base")
            try xml.skipElement()
        } else if xml.isNamed("format") {
            try readFormat(&xml)
        } else {
            try xml.skipElement()
        }
    }

    private mutating func readFormat(_ xml: inout XMLReader) throws(Failure) {
        let depth = xml.depth
        while xml.depth >= depth {
            guard try xml.next() == .start, xml.isNamed("rpm:header-range") else { continue }
            guard let start = xml.attribute("start").flatMap({ UInt64($0) }),
                let end = xml.attribute("end").flatMap({ UInt64($0) }), start <= end
            else { throw xml.damage("a header range that is none") }
            headerRange = start..<end
        }
    }
}

extension XMLReader {
    /// The attributes of a `version` element.
    func version() throws(Failure) -> RPMVersion {
        guard let version = attribute("ver"), let release = attribute("rel"),
            let epoch = UInt32(attribute("epoch") ?? "0")
        else { throw damage("a version that is none") }
        return RPMVersion(epoch: epoch, version: version, release: release)
    }
}
