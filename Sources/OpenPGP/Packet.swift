public import Diagnostics

/// A packet as it lies in a file; RFC 9580, section 4.2.
public struct Packet: Sendable, Equatable {
    /// The most packets that a file may have.
    public static let limit = 4096

    /// The kind's number; see `PacketTag` for those that keys and signatures need.
    public let tag: UInt8
    /// What follows the header.
    public let body: [UInt8]
    /// Where the header starts in the file, in bytes.
    public let offset: Int
    /// Where the body starts in the file, in bytes.
    public let bodyOffset: Int
    /// Whether the header has the old format, which old clients need.
    public let isOldFormat: Bool

    /// The kind, or nil for one that neither keys nor signatures have.
    public var kind: PacketTag? { PacketTag(rawValue: tag) }

    /// Splits bytes into packets.
    ///
    /// - Parameters:
    ///   - bytes: The whole of a binary file.
    ///   - name: What it is, for messages.
    /// - Returns: The packets in their order.
    /// - Throws: `.integrity`, with the offset, for anything that isn't a row of whole packets of known lengths. Partial
    ///   and indeterminate lengths are refused: neither keys nor signatures may have them (section 4.2.1.4).
    public static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [Packet] {
        var cursor = Cursor(bytes[...], name: name)
        var packets: [Packet] = []
        while !cursor.isAtEnd {
            guard packets.count < limit else { throw cursor.damage("more than \(limit) packets") }
            packets.append(try read(&cursor))
        }
        return packets
    }

    private static func read(_ cursor: inout Cursor) throws(Failure) -> Packet {
        let offset = cursor.offset
        let first = try cursor.byte()
        guard first & 0x80 != 0 else {
            throw cursor.damage("no packet", at: offset, expected: "a first byte of 128 or more", found: "\(first)")
        }
        let isOldFormat = first & 0x40 == 0
        let tag = isOldFormat ? first >> 2 & 0x0F : first & 0x3F
        guard tag != 0 else { throw cursor.damage("a packet of the reserved kind 0", at: offset) }
        let length = isOldFormat ? try oldLength(first & 3, &cursor) : try newLength(&cursor)
        let bodyOffset = cursor.offset
        return Packet(
            tag: tag, body: Array(try cursor.take(length)), offset: offset, bodyOffset: bodyOffset,
            isOldFormat: isOldFormat)
    }

    private static func oldLength(_ type: UInt8, _ cursor: inout Cursor) throws(Failure) -> Int {
        switch type {
        case 0: Int(try cursor.byte())
        case 1: try cursor.number(bytes: 2)
        case 2: try cursor.number(bytes: 4)
        default: throw cursor.damage("a packet of indeterminate length")
        }
    }

    private static func newLength(_ cursor: inout Cursor) throws(Failure) -> Int {
        let offset = cursor.offset
        guard let length = try cursor.variableLength() else {
            throw cursor.damage("a packet of partial lengths", at: offset)
        }
        return length
    }
}
