import Decompression
import Diagnostics
import LinuxIO

extension RPMFile {
    /// What rpm reads and we don't, with the bytes that each begins with.
    private static let unread: [String: [UInt8]] = [
        "zstd": [0x28, 0xB5, 0x2F, 0xFD], "bzip2": Array("BZh".utf8), "lzma": [0x5D, 0, 0],
    ]

    /// Whether the payload is compressed with something that rpm reads and we don't: zstd, bzip2, lzma.
    public var isPayloadUnread: Bool { Self.unread[compressor ?? ""] != nil }

    /// A payload that isn't read at least begins as what the header calls it.
    func checkUnreadStart() throws(Failure) {
        guard let magic = Self.unread[compressor ?? ""] else { return }
        let payload = try payload()
        guard try payload.read(min(magic.count, Int(payload.size)), at: 0) == magic else {
            throw source.damage(at: payloadOffset, "the payload doesn't begin as \(compressor ?? "") data")
        }
    }

    /// How the payload is compressed.
    ///
    /// Without `PAYLOADCOMPRESSOR` rpm takes gzip, whose functions let through what isn't compressed (rpmio/rpmio.cc).
    private func compression() throws(Failure) -> Compression {
        switch compressor {
        case nil:
            let payload = try payload()
            return try payload.read(Int(min(2, payload.size)), at: 0) == [0x1F, 0x8B] ? .gzip : .none
        case "gzip": return .gzip
        case "xz": return .xz
        case let other?:
            throw Failure(
                .failed,
                "\(source.name): its payload is compressed with \(PathText.display(other)), which is not supported: "
                    + "xz and gzip are",
                hints: ["rpmkeys -K verifies the package."])
        }
    }

    /// Starts to decode the payload.
    ///
    /// - Throws: `.failed` for a compressor that isn't known here; `.integrity` where the header lists more than such
    ///   a payload can hold.
    func decompressed() throws(Failure) -> Decompressor {
        let compression = try compression()
        let payload = try payload()
        let limit = UnpackedLimit.bytes(packed: payload.size)
        var seen: Set<UInt64> = []
        var sum: UInt64 = 0
        for file in files where file.kind == .file && !file.flags.contains(.ghost) {
            // Hard links share what they hold.
            guard seen.insert(file.identity).inserted else { continue }
            let (total, isOverflow) = sum.addingReportingOverflow(file.size)
            sum = isOverflow ? .max : total
        }
        guard sum <= limit else {
            throw source.damage(
                at: header.offset, "the header lists files of \(sum) bytes together",
                cause: "the \(payload.size) bytes of payload from byte \(payloadOffset) on may unpack to \(limit)")
        }
        return try Decompressor(payload, compression: compression, limit: limit)
    }
}
