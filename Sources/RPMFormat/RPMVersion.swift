import SetupPlan

/// Epoch, version and release of a package, compared as rpm compares them.
public struct RPMVersion: Sendable, Hashable, CustomStringConvertible {
    /// The epoch; rpm takes none for 0.
    public var epoch: UInt32?
    /// The version.
    public var version: String
    /// The release; nil in a relation that leaves it open.
    public var release: String?

    /// Makes a version of its parts.
    public init(epoch: UInt32? = nil, version: String, release: String? = nil) {
        self.epoch = epoch
        self.version = version
        self.release = release
    }

    /// Reads `[epoch:]version[-release]`; `rpmverParse` of rpm's rpmio/rpmver.cc.
    ///
    /// - Returns: nil for another text.
    public init?(_ text: String) {
        var rest = Substring(text)
        if let colon = rest.firstIndex(of: ":") {
            guard let number = UInt32(rest[..<colon]) else { return nil }
            epoch = number
            rest = rest[rest.index(after: colon)...]
        } else {
            epoch = nil
        }
        if let dash = rest.lastIndex(of: "-") {
            release = String(rest[rest.index(after: dash)...])
            rest = rest[..<dash]
        } else {
            release = nil
        }
        version = String(rest)
        guard Self.isPlain(version), release.map(Self.isPlain) ?? true else { return nil }
    }

    private static func isPlain(_ part: String) -> Bool {
        !part.isEmpty
            && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "-") }
    }

    /// `[epoch:]version[-release]`.
    public var description: String {
        (epoch.map { "\($0):" } ?? "") + version + (release.map { "-" + $0 } ?? "")
    }

    /// Compares two versions: epoch, version, release, where none is older than any; `rpmverCmp` of rpmio/rpmver.cc.
    ///
    /// - Returns: -1, 0 or 1: this is older, as old, or newer.
    public func compare(with other: RPMVersion) -> Int {
        let (left, right) = (epoch ?? 0, other.epoch ?? 0)
        if left != right { return left < right ? -1 : 1 }
        let order = VersionOrder.compare(version, other.version)
        if order != 0 { return order }
        return switch (release, other.release) {
        case (nil, nil): 0
        case (nil, _): -1
        case (_, nil): 1
        case (let release?, let otherRelease?): VersionOrder.compare(release, otherRelease)
        }
    }
}
