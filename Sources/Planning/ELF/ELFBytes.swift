import Diagnostics
import LinuxIO

/// The bytes of an ELF file by its own rules: word size, byte order, addresses.
///
/// Nothing in the file is believed: every offset is compared with the file's size, every count with a limit, and every
/// error says at which byte.
struct ELFBytes {
    /// The longest name that is read.
    static let nameLimit = 4096

    let source: ByteSource
    let is64: Bool
    let isBigEndian: Bool
    /// The parts of the file that are mapped: address, offset, bytes.
    var segments: [(address: UInt64, offset: UInt64, count: UInt64)] = []

    /// The bytes of an address or offset.
    var wordSize: Int { is64 ? 8 : 4 }

    /// Reads a part of the file; `what` names it in the error.
    func read(_ count: Int, at offset: UInt64, _ what: String) throws(Failure) -> ELFRecord {
        guard UInt64(count) <= source.size, offset <= source.size - UInt64(count) else {
            throw Failure(
                .integrity, "\(what) is expected at byte \(offset), but the file ends at byte \(source.size)")
        }
        return ELFRecord(
            bytes: try source.read(count, at: offset), is64: is64, isBigEndian: isBigEndian)
    }

    /// Where an address is in the file, and how many bytes follow it in its segment.
    func place(of address: UInt64, _ what: String) throws(Failure) -> (offset: UInt64, count: UInt64) {
        for segment in segments where address >= segment.address && address - segment.address < segment.count {
            let inside = address - segment.address
            return (segment.offset + inside, segment.count - inside)
        }
        throw Failure(
            .integrity, "\(what) is said to be at address \(hexadecimal(address)), where the file has nothing")
    }

    /// Text that ends with a zero byte.
    func name(at offset: UInt64, limit: UInt64, _ what: String) throws(Failure) -> String {
        var bytes: [UInt8] = []
        let limit = min(limit, UInt64(Self.nameLimit), source.size > offset ? source.size - offset : 0)
        while UInt64(bytes.count) < limit {
            let count = Int(min(256, limit - UInt64(bytes.count)))
            let piece = try source.read(count, at: offset + UInt64(bytes.count))
            if let end = piece.firstIndex(of: 0) {
                return String(decoding: bytes + piece[..<end], as: UTF8.self)
            }
            bytes += piece
        }
        throw Failure(.integrity, "\(what) at byte \(offset) has no end")
    }

    private func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

/// A few bytes of an ELF file that were read together.
struct ELFRecord {
    let bytes: [UInt8]
    let is64: Bool
    let isBigEndian: Bool

    /// A number of that many bytes; the caller asked for a record that holds it.
    func integer(_ offset: Int, _ size: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<size {
            let byte = bytes[isBigEndian ? offset + index : offset + size - 1 - index]
            value = value << 8 | UInt64(byte)
        }
        return value
    }

    /// An address, an offset or a size.
    func word(_ offset: Int) -> UInt64 { integer(offset, is64 ? 8 : 4) }

    /// 32 bits.
    func half(_ offset: Int) -> UInt64 { integer(offset, 4) }

    /// 16 bits.
    func short(_ offset: Int) -> UInt64 { integer(offset, 2) }
}
