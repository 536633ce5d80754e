import ByteIO
public import Diagnostics
import Digests
public import LinuxIO
public import SetupPlan
import XZ

/// A file that carries a plan: a self-extracting installer (`.bin`), or a config tool, which has no payload.
///
/// ```
/// ┌───────────────────────────────┐ 0
/// │ setup (a static ELF)          │
/// │ zeros up to a multiple of 4096│
/// ├───────────────────────────────┤ headLength
/// │ xz stream header (12 bytes)   │
/// │ block 0 … block n-1           │  the plan states size and SHA-256 of each
/// │ xz index, xz stream footer    │  with the header: the frame, one SHA-256
/// ├───────────────────────────────┤ + payloadLength
/// │ plan: JSON in an xz stream    │
/// ├───────────────────────────────┤ + planLength
/// │ trailer (256 bytes)           │  see `Trailer`
/// └───────────────────────────────┘ the file's end
/// ```
///
/// Every byte is covered: the trailer by its own digest, head and plan by the trailer's digests, the payload by the
/// plan's. Opening checks trailer and plan; `verified` checks the rest, and only what it returns can be extracted.
public struct BinFile: ~Copyable {
    /// The head is padded to a multiple of this.
    public static let headAlignment: UInt64 = 4096
    /// The most bytes of a plan's JSON that a reader accepts, however large its xz stream is.
    public static let maximumPlanTextSize = 256 << 20

    /// The most bytes of JSON that a reader takes from a plan's xz stream.
    ///
    /// 64 for each packed byte and 1 MiB, so that a small file can't ask for much memory. Real plans, with a digest for
    /// each file, stay far below.
    ///
    /// - Parameter packed: The xz stream's size in bytes.
    /// - Returns: The limit in bytes, at most `maximumPlanTextSize`.
    static func planTextLimit(packed: Int) -> Int {
        min(maximumPlanTextSize, 64 * min(packed, maximumPlanTextSize) + 1 << 20)
    }

    /// The checked trailer.
    public let trailer: Trailer
    /// The checked plan.
    public let plan: Plan
    /// The file's size in bytes.
    public let size: UInt64
    let descriptor: FileDescriptor

    /// Whether the file has no payload and so is a config tool.
    public var isConfigTool: Bool { trailer.payloadLength == 0 }

    /// Reads and checks trailer and plan.
    ///
    /// - Parameter descriptor: The open file; kept for all later reads, so that a file put in its place isn't read.
    /// - Throws: `.integrity`, naming the damaged part.
    public init(reading descriptor: consuming FileDescriptor) throws(Failure) {
        let trailer = try Self.trailer(of: descriptor)
        try self.init(reading: descriptor, trailer: trailer)
    }

    /// Reads and checks the plan that a trailer states.
    ///
    /// - Parameters:
    ///   - descriptor: The open file; kept for all later reads.
    ///   - trailer: What `trailer(of:)` read from it. It isn't read again, so whoever judged its key judged this file.
    /// - Throws: `.integrity`, naming the damaged part.
    public init(reading descriptor: consuming FileDescriptor, trailer: Trailer) throws(Failure) {
        let planOffset = trailer.headLength + trailer.payloadLength
        let packed = try descriptor.read(Int(trailer.planLength), at: planOffset)
        guard SHA256.digest(packed) == trailer.planDigest else {
            throw Failure(.integrity, "the plan is damaged: its SHA-256 is not the one in the trailer")
        }
        let text = try XZ.decompress(stream: packed.span.bytes, limit: Self.planTextLimit(packed: packed.count))
        let plan = try Plan(parsing: text)
        try Self.checkPayloadLength(trailer, plan)
        self.trailer = trailer
        self.plan = plan
        size = planOffset + trailer.planLength + UInt64(Trailer.byteCount)
        self.descriptor = descriptor
    }

    /// Reads and checks the trailer alone: 256 bytes that say who signed the file, before anything else of it is parsed.
    ///
    /// - Parameter descriptor: The open file.
    /// - Returns: The trailer; a signature in it is that of the key in it.
    /// - Throws: `.integrity` when the file has none or it is damaged.
    public static func trailer(of descriptor: borrowing FileDescriptor) throws(Failure) -> Trailer {
        let status = try descriptor.status()
        guard status.kind == .file, status.size >= UInt64(Trailer.byteCount) else {
            throw Failure(.integrity, "\(PathText.display(descriptor.path)) is too short to carry a plan")
        }
        return try Trailer(
            parsing: try descriptor.read(Trailer.byteCount, at: status.size - UInt64(Trailer.byteCount)),
            fileSize: status.size)
    }

    private static func checkPayloadLength(_ trailer: Trailer, _ plan: Plan) throws(Failure) {
        guard trailer.headLength.isMultiple(of: headAlignment) else {
            throw Failure(.integrity, "the program's part of the file is not a multiple of \(headAlignment) bytes")
        }
        guard trailer.payloadLength > 0 else { return }
        guard plan.format == .bin else {
            throw Failure(
                .integrity,
                "the file has a payload of \(trailer.payloadLength) bytes, but its plan is that of a \(plan.format.rawValue)"
                    + " package, which has none")
        }
        let blocks = plan.blocks.reduce(0) { $0 + $1.storedSize }
        let frame = UInt64(XZFrame.headerSize + XZFrame.footerSize)
        guard trailer.payloadLength >= blocks + frame else {
            throw Failure(
                .integrity, "the payload has \(trailer.payloadLength) bytes; the plan's blocks need \(blocks + frame)")
        }
    }

    /// The plan's xz stream as it is in the file.
    ///
    /// - Returns: Bytes that have the trailer's digest.
    func packedPlan() throws(Failure) -> [UInt8] {
        let packed = try descriptor.read(
            Int(trailer.planLength), at: trailer.headLength + trailer.payloadLength)
        guard SHA256.digest(packed) == trailer.planDigest else {
            throw Failure(.integrity, "the plan changed since it was checked")
        }
        return packed
    }

    /// Where a block starts in the file.
    func offset(ofBlock index: Int) -> UInt64 {
        trailer.headLength + UInt64(XZFrame.headerSize) + plan.blocks[..<index].reduce(0) { $0 + $1.storedSize }
    }
}
