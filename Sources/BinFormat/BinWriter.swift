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
        try Self.check(runtime, size: size)
        let output = try StagedFile(replacing: path, mode: 0o755)
        let copied = try copyHead(from: runtime, length: size, to: output)
        let header = try XZFrame(blocks: []).header
        try output.write(header)
        let digest = SHA256()
        digest.update(header)
        self.output = output
        headLength = copied.length
        headDigest = copied.digest
        frameDigest = digest
        payloadLength = UInt64(header.count)
    }

    private static func check(_ runtime: borrowing FileDescriptor, size: UInt64) throws(Failure) {
        let magic = size >= 20 ? try runtime.read(20, at: 0) : []
        // e_ident: magic, ELFCLASS64, ELFDATA2LSB; e_machine 62 is EM_X86_64 (elf(5)).
        guard magic.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), magic[18] == 62, magic[19] == 0 else {
            throw Failure(
                .requirement,
                "\(PathText.display(runtime.path)) is not an x86-64 executable, so it can't be the runtime",
                hints: ["Set AGENTPACK_SETUP to the setup executable that came with agentpack."])
        }
        let tail =
            size >= UInt64(Trailer.byteCount)
            ? try runtime.read(Trailer.magic.count, at: size - UInt64(Trailer.byteCount)) : []
        guard tail != Trailer.magic else {
            throw Failure(
                .requirement,
                "\(PathText.display(runtime.path)) carries a plan already; the bare setup executable is needed")
        }
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
        try plan.validate()
        let text = plan.text
        let packed = try XZ.compress(text.span.bytes)
        // What no reader would accept must not be written.
        guard text.count <= BinFile.planTextLimit(packed: packed.count),
            UInt64(packed.count) <= Trailer.maximumPlanSize
        else {
            throw Failure(
                .failed, "the plan has \(text.count) bytes, \(packed.count) when packed, more than a reader accepts",
                hints: ["Put the files into an archive inside the product, so that the plan lists fewer paths."])
        }
        var trailer = Trailer(
            headLength: headLength, payloadLength: payloadLength, planLength: UInt64(packed.count),
            headDigest: headDigest, planDigest: SHA256.digest(packed))
        if let sign { trailer.signature = try sign(trailer.signedMessage) }
        try output.write(packed)
        try output.write(trailer.bytes)
        try output.commit()
        return trailer
    }
}

/// Copies an executable and pads it with zeros to the head's alignment.
///
/// - Returns: The padded length and its digest.
func copyHead(
    from source: borrowing FileDescriptor, length: UInt64, to output: borrowing StagedFile
) throws(Failure) -> (length: UInt64, digest: SHA256Digest) {
    let digest = SHA256()
    var offset: UInt64 = 0
    while offset < length {
        let piece = try source.read(Int(min(1 << 20, length - offset)), at: offset)
        digest.update(piece)
        try output.write(piece)
        offset += UInt64(piece.count)
    }
    let padded = (length + BinFile.headAlignment - 1) / BinFile.headAlignment * BinFile.headAlignment
    let zeros = [UInt8](repeating: 0, count: Int(padded - length))
    digest.update(zeros)
    try output.write(zeros)
    return (padded, digest.finish())
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
        let copied = try copyHead(from: file.descriptor, length: file.trailer.headLength, to: output)
        guard copied.digest == file.trailer.headDigest else {
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
