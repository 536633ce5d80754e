import ByteIO
import Diagnostics
import LinuxIO

/// A member of the ar archive that a package is.
public struct DebMember: Sendable, Equatable {
    /// The name, `data.tar.xz` for instance.
    public var name: String
    /// Where in the file its bytes begin.
    public var offset: UInt64
    /// How many they are, without padding.
    public var size: UInt64
    /// The time that the header has, in seconds since 1970.
    public var time: Int64
    /// The mode that the header has, with the kind of file.
    public var mode: UInt32
    /// The owner's number.
    public var user: UInt32
    /// The group's number.
    public var group: UInt32
}

/// Reads the members of an ar archive.
///
/// Stricter than dpkg (lib/dpkg/ar.c), which takes rubbish behind a number: a field is digits, then blanks. The slash that
/// GNU's ar puts behind a name is allowed, as in dpkg.
struct ArReader {
    private let source: ByteSource
    private(set) var position: UInt64

    /// Checks the archive's beginning and its even size.
    init(_ source: ByteSource) throws(Failure) {
        self.source = source
        let start = source.size >= 8 ? try source.read(8, at: 0) : []
        guard start == Ar.magic else {
            if start.starts(with: Array("0.93".utf8)) {
                throw Failure(.failed, "\(source.name) is of the format before 1995, which isn't supported: byte 0")
            }
            throw Failure(.integrity, "\(source.name) is no Debian package: at byte 0 there is no ar archive")
        }
        guard source.size.isMultiple(of: 2) else {
            throw Failure(
                .integrity,
                "\(source.name) ends at byte \(source.size), an odd one: it was cut, or something was appended",
                hints: ["Download the file again."])
        }
        position = 8
    }

    /// The next member.
    ///
    /// - Returns: nil at the file's end.
    mutating func next() throws(Failure) -> DebMember? {
        if position == source.size { return nil }
        let start = position
        guard source.size - start >= UInt64(Ar.headerSize) else {
            throw failure("\(source.size - start) bytes behind its last member, where another could begin", at: start)
        }
        let header = try source.read(Ar.headerSize, at: start)
        guard header[58...].elementsEqual(Ar.headerEnd) else { throw failure("no member's header", at: start) }
        let member = DebMember(
            name: try name(header, at: start), offset: start + UInt64(Ar.headerSize),
            size: try number(header, Ar.sizeField, "size", at: start, isNeeded: true),
            time: Int64(clamping: try number(header, Ar.timeField, "time", at: start)),
            mode: UInt32(clamping: try number(header, 40..<48, "mode", at: start, radix: 8)),
            user: UInt32(clamping: try number(header, 28..<34, "user ID", at: start)),
            group: UInt32(clamping: try number(header, 34..<40, "group ID", at: start)))
        // Ten digits can't overflow.
        guard member.size <= source.size - member.offset else {
            throw Failure(
                .integrity,
                "\(source.name) ends at byte \(source.size), within its member \(member.name) of \(member.size) bytes "
                    + "from byte \(member.offset) on",
                hints: ["It was cut: download the file again."])
        }
        position = member.offset + member.size
        if member.size % 2 == 1 {
            guard position < source.size else { throw failure("no newline behind a member of odd size", at: position) }
            guard try source.read(1, at: position) == [Ar.padding] else {
                throw failure("something else than a newline behind a member of odd size", at: position)
            }
            position += 1
        }
        return member
    }

    private func name(_ header: [UInt8], at start: UInt64) throws(Failure) -> String {
        var name = Array(header[..<16])
        while name.last == 0x20 { name.removeLast() }
        if name.last == UInt8(ascii: "/") { name.removeLast() }
        guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
            throw failure("a member's name that is none", at: start)
        }
        return String(decoding: name, as: UTF8.self)
    }

    private func number(
        _ header: [UInt8], _ range: Range<Int>, _ label: String, at start: UInt64, radix: UInt64 = 10,
        isNeeded: Bool = false
    ) throws(Failure) -> UInt64 {
        let field = header[range]
        let digits = field.prefix { (0x30..<0x30 + UInt8(radix)).contains($0) }
        guard field.dropFirst(digits.count).allSatisfy({ $0 == 0x20 }), !isNeeded || !digits.isEmpty else {
            throw failure("a member's \(label) that is no number", at: start + UInt64(range.lowerBound))
        }
        return digits.reduce(0) { $0 * radix + UInt64($1 - 0x30) }
    }

    private func failure(_ problem: String, at offset: UInt64) -> Failure {
        Failure(.integrity, "\(source.name) has \(problem), at byte \(offset)")
    }
}
