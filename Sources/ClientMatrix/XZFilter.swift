import Diagnostics
import LinuxIO
import XZ

/// A filter of an xz block, by its number; section 5.3 of the .xz file format.
public struct XZFilter: Sendable, Hashable, RawRepresentable {
    /// The number.
    public let rawValue: UInt64
    /// Takes a number, known or not.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// LZMA2, which compresses.
    public static let lzma2 = XZFilter(rawValue: 0x21)
    /// For x86 machine code.
    public static let x86 = XZFilter(rawValue: 0x04)
    /// For 64-bit ARM machine code.
    public static let arm64 = XZFilter(rawValue: 0x0A)
    /// For RISC-V machine code.
    public static let riscv = XZFilter(rawValue: 0x0B)

    /// Where a filter that was added later comes from.
    var origin: String {
        switch self {
        case .arm64: "the .xz file format, 1.1.0 (2022-12-11), Added ARM64 filter"
        case .riscv: "the .xz file format, 1.2.0 (2024-01-19), Added RISC-V filter"
        default: "the .xz file format, 1.0.0"
        }
    }

    /// Whether every liblzma that agentpack is built with decodes it: 5.2's filters and ARM64.
    var isDecoded: Bool { self == .lzma2 || (0x03...0x0A).contains(rawValue) }

    /// The filters of a stream's blocks; nothing is decoded for it.
    ///
    /// - Parameter stream: All bytes of one xz stream.
    /// - Throws: `.integrity`, with the offset, for damaged headers.
    static func all(in stream: ByteSource) throws(Failure) -> Set<XZFilter> {
        let layout = try XZStreamLayout(size: stream.size) { count, offset throws(Failure) in
            try stream.read(count, at: offset)
        }
        var filters: Set<XZFilter> = []
        var offset: UInt64 = 12
        for block in layout.blocks {
            // Section 3.1: the first byte says how many groups of four bytes the header has.
            let size = (Int(try stream.read(1, at: offset).first ?? 0) + 1) * 4
            guard UInt64(size) <= block.storedSize, let found = header(try stream.read(size, at: offset)) else {
                throw Failure(.integrity, "\(stream.name) has a damaged xz block at byte \(offset)")
            }
            filters.formUnion(found)
            offset += block.storedSize
        }
        return filters
    }

    /// The filters that a block's header names; nil for one that isn't right.
    private static func header(_ bytes: [UInt8]) -> [XZFilter]? {
        guard bytes.count > 6 else { return nil }
        let flags = bytes[1]
        var place = 2
        func number(_ place: inout Int) -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 63, by: 7) {
                guard place < bytes.count else { return nil }
                let byte = bytes[place]
                place += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
            }
            return nil
        }
        // Compressed and uncompressed size, where they are stated.
        for bit in [UInt8(0x40), 0x80] where flags & bit != 0 {
            guard number(&place) != nil else { return nil }
        }
        var filters: [XZFilter] = []
        for _ in 0...(flags & 3) {
            guard let id = number(&place), let size = number(&place), size <= UInt64(bytes.count - place) else {
                return nil
            }
            place += Int(size)
            filters.append(XZFilter(rawValue: id))
        }
        return filters
    }
}
