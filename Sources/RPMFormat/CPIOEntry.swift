import Diagnostics

/// The header of an entry of a payload, as it was read.
struct CPIOEntry {
    /// The name; nil in a stripped header, which has only the place in the header's lists.
    var name: [UInt8]?
    /// The place in the header's lists, in a stripped header.
    var index: Int?
    var mode: UInt32 = 0
    var links: UInt32 = 0
    var size: UInt64 = 0
    /// Where in the decompressed payload it starts.
    var offset: UInt64

    /// Whether it ends the archive.
    var isTrailer: Bool { name.map { $0.elementsEqual(CPIOHeader.trailer.utf8) } ?? false }

    /// Reads a header: “new ASCII” with or without checksum, or rpm's stripped one; lib/cpio.cc.
    init(_ stream: PayloadStream) throws(Failure) {
        offset = stream.position
        let magic = try stream.take(6, "the header of an entry")
        if magic.elementsEqual("07070X".utf8) {
            let digits = try stream.take(8, "the header of an entry")
            index = Int(try Self.numbers(digits, stream, at: offset + 6)[0])
            try stream.skipPadding("the header of an entry")
            return
        }
        // The checksum of 070702 is ignored by rpm, and the header's digest is better.
        guard magic == CPIOHeader.magic || magic.elementsEqual("070702".utf8) else {
            throw stream.damage(at: offset, "an entry of the archive doesn't begin as one")
        }
        let digits = try stream.take(CPIOHeader.size - 6, "the header of an entry")
        let numbers = try Self.numbers(digits, stream, at: offset + 6)
        (mode, links, size) = (numbers[1], numbers[4], UInt64(numbers[6]))
        let nameSize = numbers[11]
        guard (2...UInt32(cpioNameLimit)).contains(nameSize) else {
            throw stream.damage(at: offset + 94, "the name of an entry has \(nameSize) bytes")
        }
        let at = stream.position
        let name = try stream.take(Int(nameSize), "the name of an entry")
        guard name.firstIndex(of: 0) == name.count - 1 else {
            throw stream.damage(at: at, "the name of an entry doesn't end with its only NUL")
        }
        self.name = name.dropLast()
        try stream.skipPadding("the name of an entry")
    }

    /// Numbers of 8 hexadecimal digits.
    private static func numbers(
        _ digits: [UInt8], _ stream: PayloadStream, at offset: UInt64
    ) throws(Failure) -> [UInt32] {
        var numbers: [UInt32] = []
        for start in stride(from: 0, to: digits.count, by: 8) {
            var number: UInt32 = 0
            for digit in digits[start..<start + 8] {
                guard let value = value(digit) else {
                    throw stream.damage(
                        at: offset + UInt64(start),
                        "the header of an entry has something else than 8 hexadecimal digits")
                }
                number = number << 4 | value
            }
            numbers.append(number)
        }
        return numbers
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
