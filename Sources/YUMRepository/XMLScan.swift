/// A tag that was read, by the places of its parts in the reader's room.
struct XMLTag {
    struct Attribute {
        var name: Range<Int>
        var value: Range<Int>
        var hasReferences: Bool
    }

    var name = 0..<0
    var attributes: [Attribute] = []
    /// `<a/>`.
    var isEmpty = false
}

/// Goes over the characters of XML and checks them.
enum XMLScan {
    /// Why a text was left.
    enum Stop {
        /// A `<`, or the quote that ends the attribute.
        case markup
        /// The bytes end, behind a whole character.
        case end
        /// The bytes end within a character or reference.
        case incomplete
        /// Something that isn't XML.
        case invalid
    }

    /// What became of a tag.
    enum TagResult {
        /// It ends here.
        case whole(Int)
        /// The bytes end within it.
        case incomplete
        /// Something that isn't XML.
        case invalid(Int)
    }

    private static let mostAttributes = 32

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func startsName(_ byte: UInt8) -> Bool {
        isName(byte) && byte != UInt8(ascii: "-") && byte != UInt8(ascii: ".")
            && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Text up to `<`.
    ///
    /// - Parameters:
    ///   - bytes: What is at hand.
    ///   - start: Where the text starts.
    ///   - isInAttribute: Whether `quote` ends it, and `<` is wrong.
    /// - Returns: Where it was left, and why.
    static func text(
        _ bytes: Span<UInt8>, from start: Int, isInAttribute: Bool, quote: UInt8 = 0
    ) -> (end: Int, stop: Stop) {
        var place = start
        let count = bytes.count
        while place < count {
            let byte = bytes[place]
            if byte >= 0x80 {
                guard let size = characterSize(bytes, at: place) else { return (place, .invalid) }
                if size == 0 { return (place, .incomplete) }
                place += size
            } else if byte == UInt8(ascii: "<") {
                return (place, isInAttribute ? .invalid : .markup)
            } else if byte == UInt8(ascii: "&") {
                guard let size = referenceSize(bytes, at: place) else { return (place, .invalid) }
                if size == 0 { return (place, .incomplete) }
                place += size
            } else if byte < 0x20, !isBlank(byte) {
                return (place, .invalid)
            } else if isInAttribute, byte == quote {
                return (place, .markup)
            } else {
                place += 1
            }
        }
        return (place, .end)
    }

    /// Text in which no character has a meaning.
    static func literal(_ bytes: Span<UInt8>) -> (end: Int, stop: Stop) {
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if byte >= 0x80 {
                guard let size = characterSize(bytes, at: place), size > 0 else { return (place, .invalid) }
                place += size
            } else {
                if byte < 0x20, !isBlank(byte) { return (place, .invalid) }
                place += 1
            }
        }
        return (place, .end)
    }

    /// Bytes of a reference.
    ///
    /// - Returns: 0 where the bytes end in it, nil for what is none.
    private static func referenceSize(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        var reference: [UInt8] = []
        var place = start
        while reference.count < XMLEntities.longest {
            guard place < bytes.count else { return 0 }
            reference.append(bytes[place])
            if bytes[place] == UInt8(ascii: ";") { return XMLEntities.decoded(reference).map { _ in reference.count } }
            place += 1
        }
        return nil
    }

    /// Bytes of a character above U+007F, in UTF-8 (RFC 3629, section 4).
    ///
    /// - Returns: 0 where the bytes end in it, nil for what is none, or none of XML.
    private static func characterSize(_ bytes: Span<UInt8>, at place: Int) -> Int? {
        let (size, smallest): (Int, UInt32) =
            switch bytes[place] {
            case 0xC2...0xDF: (2, 0x80)
            case 0xE0...0xEF: (3, 0x800)
            case 0xF0...0xF4: (4, 0x10000)
            default: (0, 0)
            }
        guard size > 0 else { return nil }
        guard place + size <= bytes.count else { return 0 }
        var scalar = UInt32(bytes[place]) & (0x7F >> UInt32(size))
        for index in place + 1..<place + size {
            guard bytes[index] & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
        }
        let isCharacter =
            scalar >= smallest && !(0xD800...0xDFFF).contains(scalar) && scalar <= 0x10FFFF && scalar != 0xFFFE
            && scalar != 0xFFFF
        return isCharacter ? size : nil
    }

    /// A tag that begins an element.
    ///
    /// - Parameters:
    ///   - bytes: What is at hand.
    ///   - start: Where its `<` is.
    ///   - tag: Takes its parts.
    static func startTag(_ bytes: Span<UInt8>, from start: Int, into tag: inout XMLTag) -> TagResult {
        let count = bytes.count
        var place = start + 1
        tag.attributes.removeAll(keepingCapacity: true)
        guard place < count else { return .incomplete }
        guard startsName(bytes[place]) else { return .invalid(place) }
        while place < count, isName(bytes[place]) { place += 1 }
        tag.name = start + 1..<place
        while place < count {
            let blanks = place
            while place < count, isBlank(bytes[place]) { place += 1 }
            guard place < count else { return .incomplete }
            switch bytes[place] {
            case UInt8(ascii: ">"):
                tag.isEmpty = false
                return .whole(place + 1)
            case UInt8(ascii: "/"):
                guard place + 1 < count else { return .incomplete }
                guard bytes[place + 1] == UInt8(ascii: ">") else { return .invalid(place) }
                tag.isEmpty = true
                return .whole(place + 2)
            default:
                guard place > blanks else { return .invalid(place) }
                if let result = attribute(bytes, &place, into: &tag) { return result }
            }
        }
        return .incomplete
    }

    private static func attribute(_ bytes: Span<UInt8>, _ place: inout Int, into tag: inout XMLTag) -> TagResult? {
        let count = bytes.count
        guard startsName(bytes[place]), tag.attributes.count < mostAttributes else { return .invalid(place) }
        let start = place
        while place < count, isName(bytes[place]) { place += 1 }
        let name = start..<place
        while place < count, isBlank(bytes[place]) { place += 1 }
        guard place < count else { return .incomplete }
        guard bytes[place] == UInt8(ascii: "=") else { return .invalid(place) }
        place += 1
        while place < count, isBlank(bytes[place]) { place += 1 }
        guard place < count else { return .incomplete }
        let quote = bytes[place]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return .invalid(place) }
        let value = place + 1
        let (end, stop) = text(bytes, from: value, isInAttribute: true, quote: quote)
        switch stop {
        case .invalid: return .invalid(end)
        case .end, .incomplete: return .incomplete
        case .markup: break
        }
        place = end + 1
        var hasReferences = false
        for index in value..<end where bytes[index] == UInt8(ascii: "&") { hasReferences = true }
        for other in tag.attributes where isEqual(bytes, other.name, name) { return .invalid(start) }
        tag.attributes.append(XMLTag.Attribute(name: name, value: value..<end, hasReferences: hasReferences))
        return nil
    }

    private static func isEqual(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where bytes[left.lowerBound + index] != bytes[right.lowerBound + index] {
            return false
        }
        return true
    }
}
