public import Diagnostics
public import Digests
import LinuxIO
public import RPMFormat

/// What the indexes of a repository say of one package: a record in each.
///
/// The records are those that createrepo_c writes for the same package (Documentation/yum-repository.md has the
/// differences), with its defaults: ten entries of the changelog, the SHA-256 of the file as the package's ID.
public struct PackageRecords: Sendable {
    /// What tells the package apart.
    public let key: PackageKey
    /// SHA-256 of the whole file, which is the package's ID in all three records.
    public let digest: SHA256Digest
    /// The record of `primary.xml`.
    public let primary: [UInt8]
    /// The record of `filelists.xml`.
    public let filelists: [UInt8]
    /// The record of `other.xml`.
    public let other: [UInt8]

    /// Describes a package.
    ///
    /// - Parameters:
    ///   - file: The package; its content isn't verified here.
    ///   - location: Where it will be, relative to the directory that has `repodata`: components joined by `/`.
    ///   - digest: SHA-256 of the file where it is known; nil has it computed.
    /// - Throws: `.failed` for a name, version, release or architecture that can't become a path (`PackageFileName`),
    ///   `.integrity` for a text that XML can't hold, or what reading throws.
    public init(_ file: RPMFile, location: String, digest: SHA256Digest? = nil) throws(Failure) {
        let key = file.packageKey
        try PackageFileName.check(key)
        let digest = if let digest { digest } else { try file.source.sha256() }
        self.key = key
        self.digest = digest
        do throws(Failure) {
            primary = try PrimaryRecord.bytes(file, key: key, digest: digest, location: location)
            filelists = try FilelistsRecord.bytes(file, key: key, digest: digest)
            other = try OtherRecord.bytes(file, key: key, digest: digest)
        } catch {
            throw error.during("\(file.source.name) can't be described in a repository")
        }
    }
}

extension RPMFile {
    /// What tells the package apart in a repository; a source package has the architecture `src`.
    public var packageKey: PackageKey {
        // SOURCEPACKAGE, which createrepo_c asks; old packages have only the lead.
        let isSource = isSource || header.number(RPMTag(rawValue: 1106)) ?? 0 != 0
        return PackageKey(name: name, version: version, architecture: isSource ? "src" : architecture)
    }

    /// The bytes of a text, nothing where there is none.
    func raw(_ tag: RPMTag) -> [UInt8] { header[tag]?.texts?.first ?? [] }
}

extension ByteSource {
    /// The digest of all bytes.
    func sha256() throws(Failure) -> SHA256Digest {
        let digest = SHA256()
        try forEachPiece { piece in digest.update(piece) }
        return digest.finish()
    }
}
