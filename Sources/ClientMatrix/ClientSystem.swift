public import OpenPGP

/// A system that customers run, in one mode.
public struct ClientSystem: Sendable, Hashable, Identifiable {
    /// Systems that count their releases together.
    public enum Distribution: String, Sendable, CaseIterable {
        /// Debian.
        case debian
        /// Ubuntu.
        case ubuntu
        /// Red Hat Enterprise Linux and what is built from it: CentOS, Rocky, Alma, Oracle.
        case el
        /// Fedora.
        case fedora
        /// SUSE Linux Enterprise and openSUSE.
        case suse
        /// Amazon Linux.
        case amazon
    }

    /// The name in options and JSON: `debian-12`, `el-9-fips`.
    public let id: String
    /// The name for people: `Debian 12`.
    public let name: String
    /// Whose it is.
    public let distribution: Distribution
    /// The release; that of a system without releases is above all others.
    public let release: ClientVersion
    /// Whether it runs in FIPS mode.
    public let isFIPS: Bool
    /// The clients that it came with, or was updated to.
    public let clients: [Client: ClientVersion]
    /// Who judges keys on it.
    public let keyFamilies: Set<ClientFamily>

    /// Two are the same system when their names are.
    public static func == (left: ClientSystem, right: ClientSystem) -> Bool { left.id == right.id }
    /// By its name.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// Whether it installs Debian packages.
    public var isDebianBased: Bool { clients[.dpkg] != nil }
    /// Whether it installs RPM packages.
    public var isRPMBased: Bool { clients[.rpm] != nil }

    /// Whether a client is there, at least of a version.
    func has(_ client: Client, since version: ClientVersion = "0") -> Bool {
        clients[client].map { $0 >= version } ?? false
    }

    /// Whether a client is there and older than a version.
    func has(_ client: Client, before version: ClientVersion) -> Bool {
        clients[client].map { $0 < version } ?? false
    }
}
