public import Digests

/// A regular file of the plan: what its bytes are and where to read them.
public struct PlannedFile: Sendable {
    /// The number of bytes.
    public var size: UInt64
    /// SHA-256 of the bytes.
    public var digest: SHA256Digest
    /// MD5 of the bytes, where the surroundings asked for it: Debian's `md5sums` lists it.
    public var md5: [UInt8]?
    /// Where the bytes are.
    public var source: FileSource
    /// `e_machine` of an ELF file's header, nil for other files.
    public var machine: UInt16?

    /// Whether it is an ELF file with 32-bit or 64-bit x86 code, for which xz's x86 filter pays.
    public var isX86ELF: Bool { machine == ELFHeader.machine386 || machine == ELFHeader.machineX8664 }

    /// Makes a file.
    public init(
        size: UInt64, digest: SHA256Digest, md5: [UInt8]? = nil, source: FileSource, machine: UInt16? = nil
    ) {
        self.size = size
        self.digest = digest
        self.md5 = md5
        self.source = source
        self.machine = machine
    }
}
