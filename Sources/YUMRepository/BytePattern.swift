/// Some bytes that are searched in many; Horspool's way: most bytes are never looked at.
struct BytePattern: Sendable {
    private let bytes: [UInt8]
    private let skips: [Int]

    init(_ text: StaticString) {
        let bytes = text.withUTF8Buffer { Array($0) }
        var skips = [Int](repeating: bytes.count, count: 256)
        for (index, byte) in bytes.dropLast().enumerated() { skips[Int(byte)] = bytes.count - 1 - index }
        self.bytes = bytes
        self.skips = skips
    }

    /// Bytes of the pattern.
    var count: Int { bytes.count }

    /// Where the pattern comes first.
    ///
    /// - Returns: nil where it doesn't from `start` on.
    func find(in text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            skips.withUnsafeBufferPointer { skips in
                let last = bytes.count - 1
                var place = start
                while place + last < text.count {
                    let byte = text[place + last]
                    if byte == bytes[last] {
                        var index = 0
                        while index < last, text[place + index] == bytes[index] { index += 1 }
                        if index == last { return place }
                    }
                    place += skips[Int(byte)]
                }
                return nil
            }
        }
    }
}
