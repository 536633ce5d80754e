public import Diagnostics
public import Digests
public import LinuxIO
public import XZ

/// Writes a package: block after block of its payload, then what stands before them.
///
/// ```
/// lead (96) | signature header, padded to 8 | main header | payload: one xz stream of blocks
/// ```
///
/// The headers' sizes are known from the package alone, so their place is left free until the payload is there. The file
/// appears under its name only when `finish` returns.
public struct RPMWriter: ~Copyable {
    private let output: StagedOutput
    private let package: RPMPackage
    /// Bytes of the signature header, without and with padding.
    private let plannedSize: Int
    private let signatureSize: Int
    private let headerSize: Int
    private let compressed: SHA256
    private var sizes: [XZBlockSize] = []
    private var end: UInt64

    /// Starts a package.
    ///
    /// - Parameters:
    ///   - name: The file to write, below `directory`, without following links.
    ///   - directory: The open directory.
    ///   - package: What the package is.
    /// - Throws: `.usage` where rpm has no place for what the package says, or what the system reports.
    public init(
        replacing name: String, in directory: borrowing Directory, package: RPMPackage
    ) throws(Failure) {
        try package.check()
        let plannedSize = try SignatureHeader.plannedSize()
        let signatureSize = SignatureHeader.padded(plannedSize)
        let headerSize = try package.header(compressed: .zero, plain: .zero).bytes().count
        let output = StagedOutput(try StagedFile(replacing: name, in: directory, mode: 0o644))
        try output.write([UInt8](repeating: 0, count: RPMLead.size + signatureSize + headerSize))
        let header = try XZFrame(blocks: []).header
        try output.write(header)
        let compressed = SHA256()
        compressed.update(header)
        self.output = output
        self.package = package
        self.plannedSize = plannedSize
        self.signatureSize = signatureSize
        self.headerSize = headerSize
        self.compressed = compressed
        end = UInt64(RPMLead.size + signatureSize + headerSize + header.count)
    }

    /// Appends one xz block.
    ///
    /// - Parameters:
    ///   - block: The block with header, padding and check.
    ///   - size: Its unpadded and plain sizes, for the index.
    /// - Returns: Where in the file it is.
    public mutating func append(_ block: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64 {
        let offset = end
        try write(block)
        sizes.append(size)
        return offset
    }

    private mutating func write(_ bytes: [UInt8]) throws(Failure) {
        try output.write(bytes)
        compressed.update(bytes)
        end += UInt64(bytes.count)
    }

    /// Takes bytes of what was written so far.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - offset: Where in the file to start.
    /// - Returns: Exactly `count` bytes.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try output.read(count, at: offset)
    }

    /// Ends the payload, writes lead and headers, and lets the file appear.
    ///
    /// - Parameters:
    ///   - plain: SHA-256 of the decompressed payload.
    ///   - payloadSize: Its bytes.
    ///   - sign: Makes a binary OpenPGP signature, version 4, of the bytes it gets: first the main header, then main
    ///     header and payload. nil leaves the package unsigned.
    /// - Throws: `.failed` when the sizes of the blocks don't add up to `payloadSize` or the signatures have no room.
    public consuming func finish(
        payloadDigest plain: SHA256Digest, payloadSize: UInt64,
        sign: ((ByteSource) throws(Failure) -> [UInt8])?
    ) throws(Failure) {
        let frame = try XZFrame(blocks: sizes)
        try write(frame.index)
        try write(frame.footer)
        let written = sizes.reduce(0) { $0 + $1.contentSize }
        guard written == payloadSize else {
            throw Failure(
                .failed,
                "the payload of \(package.name) has \(written) bytes in its blocks, \(payloadSize) were announced")
        }
        let (output, package, end) = (output, package, end)
        let header = try package.header(compressed: compressed.finish(), plain: plain).bytes()
        let start = UInt64(RPMLead.size + signatureSize)
        guard header.count == headerSize else {
            throw Failure(
                .failed, "the header of \(package.name) has \(header.count) bytes, planned were \(headerSize)")
        }
        try output.write(header, at: start)
        let digest = try MessageDigest(.md5)
        let content = output.source(start..<end, name: "header and payload of \(package.name)")
        try content.forEachPiece { piece in digest.update(piece) }
        var signatures = try SignatureHeader(
            mainHeader: header, md5: digest.finish(), size: end - start, payloadSize: payloadSize)
        if let sign {
            let headerSignature = try sign(ByteSource(header, name: "header of \(package.name)"))
            let packageSignature = try sign(content)
            try signatures.sign(
                headerSignature: RPMSignaturePacket(headerSignature),
                packageSignature: RPMSignaturePacket(packageSignature))
        }
        let lead = RPMLead.bytes(
            label: "\(package.name)-\(package.fullVersion)", architecture: package.architecture)
        try output.write(lead + signatures.bytes(size: plannedSize), at: 0)
        try output.commit()
    }
}
