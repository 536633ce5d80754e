import ByteIO
public import Diagnostics
public import Digests
public import LinuxIO
public import SetupPlan

/// The config tool of a native package, described before it is written: `setup`, zeros, plan, trailer.
///
/// It is a `.bin` without a payload, so `BinFile` reads it and the runtime finds its plan in itself. Whoever writes it
/// takes the head's bytes from the file of `setup`, so that they can be compressed once for all packages.
public struct ConfigToolImage: Sendable {
    /// Where the head comes from.
    public struct HeadSource: Sendable {
        /// The file of `setup`.
        public let path: String
        /// Its size in bytes.
        public let setupLength: UInt64
        /// The size with the zeros that follow it: a multiple of 4096.
        public let headLength: UInt64
    }

    /// The first part.
    public let head: HeadSource
    /// What follows the head: the plan's xz stream and the trailer.
    public let tail: [UInt8]
    /// The trailer in the tail.
    public let trailer: Trailer
    /// SHA-256 of the whole file.
    public let sha256: SHA256Digest
    /// MD5 of the whole file, which a Debian package lists: 16 bytes.
    public let md5: [UInt8]

    /// The whole file's size in bytes.
    public var size: UInt64 { head.headLength + UInt64(tail.count) }

    /// Describes the config tool of a plan.
    ///
    /// - Parameters:
    ///   - runtime: The path of the `setup` executable, without a plan.
    ///   - plan: The plan of a native package.
    ///   - sign: Signs the trailer's message; nil leaves the file unsigned.
    /// - Returns: The image; the same for the same `setup`, plan, signer and version of liblzma.
    /// - Throws: `.requirement` when `runtime` is no x86-64 ELF or carries a plan already; `.integrity` for a plan that
    ///   isn't valid; what the system or the signer reports.
    public static func make(
        runtime: String, plan: Plan, sign: (([UInt8]) throws(Failure) -> PlanSignature)? = nil
    ) throws(Failure) -> ConfigToolImage {
        let file = try FileDescriptor.open(runtime)
        let size = try file.status().size
        try RuntimeHead.check(file, size: size)
        let packed = try PackedPlan(plan)
        let whole = SHA256()
        let old = try MessageDigest(.md5)
        let headDigest = try RuntimeHead.forEachPiece(of: file, size: size) { piece in
            whole.update(piece)
            old.update(piece)
        }
        let head = HeadSource(path: runtime, setupLength: size, headLength: RuntimeHead.paddedLength(size))
        let trailer = try packed.trailer(
            head: (length: head.headLength, digest: headDigest), payloadLength: 0, sign: sign)
        let tail = packed.bytes + trailer.bytes
        whole.update(tail)
        old.update(tail)
        return ConfigToolImage(
            head: head, tail: tail, trailer: trailer, sha256: whole.finish(), md5: old.finish())
    }

    /// The whole file's bytes.
    ///
    /// - Throws: `.failed` when `setup` has another size by now, or what the system reports.
    public func source() throws(Failure) -> ByteSource {
        let setup = try SharedFile(path: head.path).source()
        guard setup.size == head.setupLength else {
            throw Failure(
                .failed,
                "\(setup.name) changed while it was packed: it had \(head.setupLength) bytes, now \(setup.size)")
        }
        let zeros = [UInt8](repeating: 0, count: Int(head.headLength - head.setupLength))
        return ByteSource(
            joining: [setup, ByteSource(zeros, name: "padding"), ByteSource(tail, name: "plan and trailer")],
            name: "the config tool")
    }
}
