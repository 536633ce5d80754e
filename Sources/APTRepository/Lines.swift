/// Bytes by lines, many at a time.
enum Lines {
    /// Where a line ends: at its newline, or at the end of the bytes.
    static func end(in text: UnsafeRawBufferPointer, from start: Int) -> Int {
        let newlines: UInt64 = 0x0A0A_0A0A_0A0A_0A0A
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        var place = start
        // A byte of zero is found in a word by what borrows from its highest bit; the lowest hit is the first byte.
        while place + 8 <= text.count {
            let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self)) ^ newlines
            let hits = (word &- ones) & ~word & highs
            if hits != 0 { return place + hits.trailingZeroBitCount / 8 }
            place += 8
        }
        while place < text.count, text[place] != 0x0A { place += 1 }
        return place
    }

    /// The bytes that an even number of digits stand for, in whatever case; nil for anything else.
    static func hexadecimal(_ digits: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        var half: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            case 0x41...0x46: value = digit - 0x41 + 10
            default: return nil
            }
            if let high = half {
                bytes.append(high << 4 | value)
                half = nil
            } else {
                half = value
            }
        }
        return half == nil ? bytes : nil
    }
}
