import ByteIO
public import Diagnostics
import Digests
public import LinuxIO
public import SetupPlan
public import XZ

/// Writes a `.bin`: head, then block after block, then plan and trailer.
///
/// The file appears under its name only when `finish` returns.
public struct BinWriter: ~Copyable {
    private let output: StagedFile
    private let headLength: UInt64
    private let headDigest: SHA256Digest
    private let frameDigest: SHA256
    private var blocks: [Block] = []
    private var sizes: [XZBlockSize] = []
    private var payloadLength: UInt64

    /// Starts the file with the runtime's executable.
    ///
    /// - Parameters:
    ///   - path: The file to write.
    ///   - runtime: The `setup` executable, without a plan.
    /// - Throws: `.requirement` when `runtime` is no x86-64 ELF or carries a plan already.
    public init(path: String, runtime: borrowing FileDescriptor) throws(Failure) {
        let size = try runtime.status().size
        try RuntimeHead.check(runtime, size: size)
        let output = try StagedFile(replacing: path, mode: 0o755)
        let headDigest = try RuntimeHead.forEachPiece(of: runtime, size: size) { piece throws(Failure) in
            try output.write(piece)
        }
        let header = try XZFrame(blocks: []).header
        try output.write(header)
        let digest = SHA256()
        digest.update(header)
        self.output = output
        headLength = RuntimeHead.paddedLength(size)
        self.headDigest = headDigest
        frameDigest = digest
        payloadLength = UInt64(header.count)
    }

    /// Appends one xz block.
    ///
    /// - Parameters:
    ///   - bytes: The block with header, padding and check.
    ///   - size: Its unpadded and plain sizes, for the index.
    /// - Returns: Where the block starts in the file.
    @discardableResult
    public mutating func append(_ bytes: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64 {
        let offset = headLength + payloadLength
        try output.write(bytes)
        blocks.append(
            Block(storedSize: UInt64(bytes.count), contentSize: size.contentSize, digest: SHA256.digest(bytes)))
        sizes.append(size)
        payloadLength += UInt64(bytes.count)
        return offset
    }

    /// Reads what was written.
    ///
    /// - Parameters:
    ///   - count: How many bytes.
    ///   - offset: Where in the file they start.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] { try output.read(count, at: offset) }

    /// Ends the payload, writes plan and trailer, and lets the file appear.
    ///
    /// - Parameters:
    ///   - plan: The plan, whose blocks and frame are filled in here.
    ///   - sign: Signs the trailer's message; nil leaves the file unsigned.
    /// - Returns: The trailer that was written.
    @discardableResult
    public consuming func finish(
        plan: Plan, sign: (([UInt8]) throws(Failure) -> PlanSignature)? = nil
    ) throws(Failure) -> Trailer {
        let frame = try XZFrame(blocks: sizes)
        frameDigest.update(frame.index)
        frameDigest.update(frame.footer)
        try output.write(frame.index)
        try output.write(frame.footer)
        payloadLength += UInt64(frame.index.count + frame.footer.count)
        var plan = plan
        plan.blocks = blocks
        plan.frame = frameDigest.finish()
        let packed = try PackedPlan(plan)
        let trailer = try packed.trailer(
            head: (length: headLength, digest: headDigest), payloadLength: payloadLength, sign: sign)
        try output.write(packed.bytes)
        try output.write(trailer.bytes)
        try output.commit()
        return trailer
    }
}

extension VerifiedBinFile {
    /// Writes the config tool: this file without its payload, under the same signature.
    ///
    /// - Parameters:
    ///   - path: The file to write, below `directory`, without following links.
    ///   - directory: The open directory.
    ///   - mode: Its permission bits.
    /// - Throws: `.integrity` when the head changed since it was checked, or what the system reports.
    public func writeConfigTool(
        to path: String, in directory: borrowing Directory, mode: UInt32 = 0o755
    ) throws(Failure) {
        let output = try StagedFile(replacing: path, in: directory, mode: mode)
        let digest = try RuntimeHead.forEachPiece(of: file.descriptor, size: file.trailer.headLength) {
            piece throws(Failure) in
            try output.write(piece)
        }
        guard digest == file.trailer.headDigest else {
            throw Failure(.integrity, "the program changed since it was checked")
        }
        try output.write(try file.packedPlan())
        var trailer = file.trailer
        trailer.payloadLength = 0
        try output.write(trailer.bytes)
        try output.setTime(file.plan.product.timestamp)
        try output.commit()
    }
}
