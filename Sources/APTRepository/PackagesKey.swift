public import DebFormat

/// What orders the stanzas of an index and tells them apart: name by its bytes, version as dpkg has it, architecture.
public struct PackagesKey: Sendable, Hashable {
    /// Name, version and architecture, one behind the other.
    private let bytes: [UInt8]
    private let nameEnd: Int
    private let versionEnd: Int

    /// Puts a key together.
    ///
    /// - Parameters:
    ///   - package: The package's name.
    ///   - version: Its version as written.
    ///   - architecture: Its architecture.
    public init(package: String, version: String, architecture: String) {
        self.init(Array(package.utf8), Array(version.utf8), Array(architecture.utf8))
    }

    /// The key of a package.
    public init(_ fields: DebFields) {
        self.init(package: fields.package, version: fields.version.description, architecture: fields.architecture)
    }

    init(_ name: some Sequence<UInt8>, _ version: some Sequence<UInt8>, _ architecture: some Sequence<UInt8>) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        bytes.append(contentsOf: name)
        nameEnd = bytes.count
        bytes.append(contentsOf: version)
        versionEnd = bytes.count
        bytes.append(contentsOf: architecture)
        self.bytes = bytes
    }

    /// The package's name.
    public var package: String { String(decoding: bytes[..<nameEnd], as: UTF8.self) }
    /// Its version, as written.
    public var version: String { String(decoding: bytes[nameEnd..<versionEnd], as: UTF8.self) }
    /// Its architecture.
    public var architecture: String { String(decoding: bytes[versionEnd...], as: UTF8.self) }
}

extension PackagesKey: Comparable {
    /// Whether the left one stands first in an index.
    public static func < (left: PackagesKey, right: PackagesKey) -> Bool {
        let (leftName, rightName) = (left.bytes[..<left.nameEnd], right.bytes[..<right.nameEnd])
        guard leftName.elementsEqual(rightName) else { return leftName.lexicographicallyPrecedes(rightName) }
        let leftVersion = left.bytes[left.nameEnd..<left.versionEnd]
        let rightVersion = right.bytes[right.nameEnd..<right.versionEnd]
        let order = DebVersion.order(leftVersion, rightVersion)
        if order != 0 { return order < 0 }
        // 1.0 and 1.00 are one version to dpkg and two texts.
        guard leftVersion.elementsEqual(rightVersion) else {
            return leftVersion.lexicographicallyPrecedes(rightVersion)
        }
        return left.bytes[left.versionEnd...].lexicographicallyPrecedes(right.bytes[right.versionEnd...])
    }
}

extension PackagesKey: CustomStringConvertible {
    /// `name 1.0 amd64`.
    public var description: String { "\(package) \(version) \(architecture)" }
}
