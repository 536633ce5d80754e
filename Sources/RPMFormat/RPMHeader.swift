/// One of the two headers of a package, as it was read: tags and their values.
///
/// ```
/// 8e ad e8 01 00000000 | il | dl | il × (tag, type, offset, count) | dl bytes of values
/// ```
///
/// The first of the `il` entries is the region, whose value lies behind all others: an entry again, with the offset
/// -16·il. What it covers is what digests and signatures are made of: all of the header. Numbers are big-endian.
/// Source: lib/header.cc, docs/manual/format_v4.md of rpm.
public struct RPMHeader<Tag: RPMTagNumber>: Sendable {
    /// A tag, and where its value is.
    public struct Entry: Sendable {
        /// The tag.
        public let tag: Tag
        /// The type of its value.
        public let type: RPMValueType
        /// The number of elements.
        public let count: Int
        /// Where in the header the value starts.
        let place: Int
        /// The bytes of the value.
        public let size: Int
    }

    /// Where in the file the header starts.
    public let offset: UInt64
    /// All bytes of the header, which its digests and signatures are of.
    public let bytes: [UInt8]
    /// The tags in the order of the file, without the region.
    public let entries: [Entry]
    private let places: [Tag: Int]

    init(offset: UInt64, bytes: [UInt8], entries: [Entry], places: [Tag: Int]) {
        self.offset = offset
        self.bytes = bytes
        self.entries = entries
        self.places = places
    }

    /// The entry of a tag; nil where the header doesn't have it.
    public func entry(_ tag: Tag) -> Entry? { places[tag].map { entries[$0] } }

    /// The value of a tag, decoded each time; nil where the header doesn't have it.
    public subscript(tag: Tag) -> RPMValue? { entry(tag).map(value) }

    /// The value of an entry of this header.
    public func value(_ entry: Entry) -> RPMValue {
        let part = bytes[entry.place..<entry.place + entry.size]
        return switch entry.type {
        case .char: .char(Array(part))
        case .int8: .int8(Array(part))
        case .bin: .bin(Array(part))
        case .int16: .int16(numbers(part, entry.count))
        case .int32: .int32(numbers(part, entry.count))
        case .int64: .int64(numbers(part, entry.count))
        case .string: .string(Array(part.dropLast()))
        case .stringArray: .stringArray(texts(part))
        case .i18nString: .i18nString(texts(part))
        }
    }

    /// Big-endian numbers.
    private func numbers<T: FixedWidthInteger & UnsignedInteger>(_ part: ArraySlice<UInt8>, _ count: Int) -> [T] {
        var numbers: [T] = []
        numbers.reserveCapacity(count)
        let width = T.bitWidth / 8
        for start in stride(from: part.startIndex, to: part.endIndex, by: width) {
            var number: T = 0
            for index in start..<start + width { number = number << 8 | T(part[index]) }
            numbers.append(number)
        }
        return numbers
    }

    /// Texts, each ended by a NUL.
    private func texts(_ part: ArraySlice<UInt8>) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        part.withUnsafeBufferPointer { bytes in
            var start = 0
            for place in bytes.indices where bytes[place] == 0 {
                texts.append(Array(bytes[start..<place]))
                start = place + 1
            }
        }
        return texts
    }
}

extension RPMHeader {
    /// The first text of a tag, whatever isn't UTF-8 in it replaced; nil where the header has none.
    public func text(_ tag: Tag) -> String? {
        self[tag]?.texts?.first.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first number of a tag; nil where the header has none.
    public func number(_ tag: Tag) -> UInt64? { self[tag]?.numbers?.first }

    /// The texts of an entry as strings, made without a copy between.
    ///
    /// - Returns: The strings, or the bytes of the first that is not UTF-8.
    func strings(_ entry: Entry) -> Result<[String], InvalidText> {
        var strings: [String] = []
        strings.reserveCapacity(entry.count)
        let invalid: [UInt8]? = bytes[entry.place..<entry.place + entry.size].withUnsafeBufferPointer { bytes in
            var start = 0
            for place in bytes.indices where bytes[place] == 0 {
                let text = UnsafeBufferPointer(rebasing: bytes[start..<place])
                // Neighbours are often equal: owners, for instance.
                if let last = strings.last, last.utf8.elementsEqual(text) {
                    strings.append(last)
                } else if let string = String(validating: text, as: UTF8.self) {
                    strings.append(string)
                } else {
                    return Array(text)
                }
                start = place + 1
            }
            return nil
        }
        return invalid.map { .failure(InvalidText(bytes: $0)) } ?? .success(strings)
    }
}

/// A text that is not UTF-8.
struct InvalidText: Error {
    var bytes: [UInt8]
}
