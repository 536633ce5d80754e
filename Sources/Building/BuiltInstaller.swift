public import Digests
public import SetupPlan

/// What a build made.
public struct BuiltInstaller: Sendable {
    /// The output directory.
    public var directory: String
    /// The installer under each of its names, the one with the version first.
    public var files: [BuiltFile]
    /// Its trailer.
    public var trailer: Trailer
    /// What was packed, and how much of it came from the cache.
    public var packing: PackingProgress
}

/// A file that a build made.
public struct BuiltFile: Sendable, Equatable {
    /// What the name of the file with its SHA-256 ends in.
    public static let digestSuffix = ".sha256"

    /// Its name in the output directory.
    public var name: String
    /// Its size in bytes.
    public var size: UInt64
    /// SHA-256 of all its bytes.
    public var digest: SHA256Digest
}
