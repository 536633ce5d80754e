public import ClientFiles
import DefinitionFiles
public import Diagnostics
import LinuxIO
public import Signing
public import SiteDefinition

/// The public keys of a site, read from the files that its definition names.
public struct SitePublicKeys: Sendable {
    /// The keys of one role.
    public struct Role: Sendable {
        /// The keys.
        public let keys: ClientKeys
        /// Judges signatures by the published and the retired keys.
        public let verifier: GPGVerifier
        /// The files of all keys.
        public let files: [String]
    }

    /// The role that signs the metadata of APT repositories; nil without those.
    public let apt: Role?
    /// The role that signs RPM packages, repomd.xml and files beside which signatures lie; nil without keys for it.
    public let rpm: Role?

    /// Reads the keys.
    ///
    /// - Parameters:
    ///   - keys: The definition's.
    ///   - directory: What file names are relative to.
    /// - Throws: `.usage`, naming the place in the definition, for a file without the key that it should have.
    public init(_ keys: SiteKeys, directory: String) throws(Failure) {
        apt = try keys.apt.map { role throws(Failure) in try Self.read(role, directory) }
        rpm = try keys.rpm.map { role throws(Failure) in try Self.read(role, directory) }
    }

    private static func read(_ role: RoleKeys, _ directory: String) throws(Failure) -> Role {
        let keys = try ClientKeys(role, below: directory)
        let files = role.all.map { $0.path(relativeTo: directory) }
        return Role(keys: keys, verifier: try GPGVerifier(keys: files), files: files)
    }
}

extension SiteKey {
    /// Where its file is.
    ///
    /// - Parameter directory: The definition's.
    public func path(relativeTo directory: String) -> String {
        file.value.hasPrefix("/") ? file.value : PathText.join(directory, file.value)
    }
}

/// Who signs what a site publishes.
public struct SiteSigners: Sendable {
    /// Who signs Releases: every one of them; empty without APT repositories.
    public var apt: [any OpenPGPSigner]
    /// Who signs repomd.xml; nil without YUM repositories.
    public var rpm: (any OpenPGPSigner)?

    /// Takes the signers.
    public init(apt: [any OpenPGPSigner], rpm: (any OpenPGPSigner)?) {
        self.apt = apt
        self.rpm = rpm
    }
}
