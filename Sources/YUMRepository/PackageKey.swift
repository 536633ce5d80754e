import ByteIO
public import RPMFormat

/// What tells the packages of a repository apart, and orders its records: name, version as rpm orders them, architecture.
///
/// Versions that rpm takes for equal (`1.0` and `1.00`) are ordered by their bytes.
public struct PackageKey: Comparable, Hashable, Sendable, CustomStringConvertible {
    /// `NAME`.
    public let name: String
    /// Epoch (nil for 0), version and release.
    public let version: RPMVersion
    /// `ARCH`; `src` for a source package.
    public let architecture: String

    /// Makes a key.
    public init(name: String, version: RPMVersion, architecture: String) {
        self.name = name
        self.version = RPMVersion(
            epoch: version.epoch == 0 ? nil : version.epoch, version: version.version, release: version.release ?? "")
        self.architecture = architecture
    }

    /// `name-[epoch:]version-release.architecture`.
    public var description: String { "\(name)-\(version).\(architecture)" }

    /// Equality by bytes.
    public static func == (left: PackageKey, right: PackageKey) -> Bool {
        left.name.hasBytes(of: right.name) && left.version.epoch == right.version.epoch
            && left.version.version.hasBytes(of: right.version.version)
            && (left.version.release ?? "").hasBytes(of: right.version.release ?? "")
            && left.architecture.hasBytes(of: right.architecture)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        for text in [name, version.version, version.release ?? "", architecture] { hasher.combine(ExactText(text)) }
        hasher.combine(version.epoch)
    }

    /// By name, version, architecture.
    public static func < (left: PackageKey, right: PackageKey) -> Bool {
        if !left.name.hasBytes(of: right.name) { return left.name.bytesPrecede(right.name) }
        let order = left.version.compare(with: right.version)
        if order != 0 { return order < 0 }
        for (one, other) in [
            (left.architecture, right.architecture), (left.version.version, right.version.version),
            (left.version.release ?? "", right.version.release ?? ""),
        ] where !one.hasBytes(of: other) { return one.bytesPrecede(other) }
        return false
    }
}
