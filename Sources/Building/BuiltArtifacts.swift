public import Digests
public import SetupPlan

/// What a build made.
public struct BuiltArtifacts: Sendable {
    /// The output directory.
    public var directory: String
    /// The artifacts in the order in which they were made: the installer first, then packages.
    public var artifacts: [BuiltArtifact]
    /// The installer's trailer, where one was made.
    public var trailer: Trailer?
    /// What was packed, and how much of it came from the cache.
    public var packing: PackingProgress

    /// Every artifact under each of its names.
    public var files: [BuiltFile] { artifacts.flatMap(\.files) }
}

/// An artifact that a build made.
public struct BuiltArtifact: Sendable, Equatable {
    /// What it is.
    public var format: PackageFormat
    /// The native package in it; nil for an installer.
    public var package: String?
    /// The file under each of its names, the one with the version first.
    public var files: [BuiltFile]
    /// Whether it is signed, inside or beside it.
    public var isSigned: Bool
}

/// A file that a build made.
public struct BuiltFile: Sendable, Equatable {
    /// What the name of the file with its SHA-256 ends in.
    public static let digestSuffix = ".sha256"
    /// What the name of the file with its detached signature ends in.
    public static let signatureSuffix = ".asc"
    /// What the names of the files beside an artifact end in.
    static let companionSuffixes = [digestSuffix, signatureSuffix]

    /// Its name in the output directory.
    public var name: String
    /// Its size in bytes.
    public var size: UInt64
    /// SHA-256 of all its bytes.
    public var digest: SHA256Digest
    /// The files beside it: its checksum, and its detached signature where it has one.
    public var companions: [BuiltFile] = []
}
