import Diagnostics

/// Reads XML piece by piece, in bounded memory: what repository metadata is made of, and nothing that can be an attack.
///
/// Document types are refused, so there are no entities but the five of XML itself, and nothing to expand. Encodings other
/// than UTF-8 are refused, and so is what isn't well-formed: clients' readers stop there, too. Not checked: name spaces,
/// names above U+007F (refused), `]]>` in text.
struct XMLReader: ~Copyable {
    /// What comes next.
    enum Event: Equatable {
        /// An element begins.
        case start
        /// An element ends.
        case end
        /// A piece of text; there may be several, one after the other.
        case text
        /// There is no more.
        case finished
    }

    /// The most bytes of a tag, comment or instruction.
    private static let largestTag = 1 << 20
    private static let deepest = 64
    private static let pieceSize = 1 << 18

    private let name: String
    private let fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    private var room: [UInt8]
    private var filled = 0
    private var isAtEnd = false
    /// Where in the document the room starts.
    private var base = 0
    /// What is taken next.
    private var place = 0

    /// The names of the open elements, one behind the other, and where each starts.
    private var openNames: [UInt8] = []
    private var openStarts: [Int] = []
    private var hasRoot = false
    /// An element without content has begun and is still to end.
    private var isEndDue = false

    private var tag = XMLTag()
    private var textRange = 0..<0
    private var isLiteral = false

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - name: What the document is, for messages.
    ///   - fill: Gives the next bytes; none at the end.
    init(name: String, fill: @escaping (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) {
        self.name = name
        self.fill = fill
        room = [UInt8](repeating: 0, count: Self.pieceSize)
    }

    /// Starts before the first byte of a document at hand.
    init(_ bytes: [UInt8], name: String) {
        self.name = name
        fill = { _ in 0 }
        room = bytes
        filled = bytes.count
        isAtEnd = true
    }

    /// How many elements are open; one that just ended isn't.
    var depth: Int { openStarts.count }

    /// Where in the document the next event is looked for.
    var offset: Int { base + place }

    func damage(_ what: String) -> Failure {
        Failure(.integrity, "\(name) has \(what) before byte \(base + place)")
    }

    // MARK: The event

    /// Whether the element that begins has a name.
    func isNamed(_ name: StaticString) -> Bool {
        name.withUTF8Buffer { room[tag.name].elementsEqual($0) }
    }

    /// The name of the element that begins.
    var elementName: String { String(decoding: room[tag.name], as: UTF8.self) }

    /// An attribute of the element that begins; nil where it has none of that name.
    func attribute(_ name: StaticString) -> String? {
        for attribute in tag.attributes where name.withUTF8Buffer({ room[attribute.name].elementsEqual($0) }) {
            let raw = room[attribute.value]
            if !attribute.hasReferences { return String(decoding: raw, as: UTF8.self) }
            return XMLEntities.decoded(raw).map { String(decoding: $0, as: UTF8.self) }
        }
        return nil
    }

    /// The piece of text, its references replaced.
    var text: [UInt8] {
        let raw = room[textRange]
        if isLiteral || !raw.contains(UInt8(ascii: "&")) { return Array(raw) }
        return XMLEntities.decoded(raw) ?? []
    }

    /// The text of the element that just began, up to its end, without the blanks around it.
    ///
    /// - Parameter limit: The most bytes to accept.
    /// - Throws: `.integrity` for more, or elements within it.
    mutating func content(limit: Int = 1 << 20) throws(Failure) -> String {
        var bytes: [UInt8] = []
        while true {
            switch try next() {
            case .text: bytes += text
            case .end:
                let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
                let trimmed = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
                return String(decoding: trimmed, as: UTF8.self)
            case .start: throw damage("an element \(elementName) where text alone is expected")
            case .finished: throw damage("an end")
            }
            guard bytes.count <= limit else { throw damage("a text of more than \(limit) bytes") }
        }
    }

    /// Passes everything up to the end of the element that just began.
    mutating func skipElement() throws(Failure) {
        let outer = depth - 1
        while depth > outer { _ = try next() }
    }

    // MARK: Reading

    /// Takes the next event; ranges and texts of the one before are gone.
    mutating func next() throws(Failure) -> Event {
        if isEndDue {
            isEndDue = false
            return try end()
        }
        while true {
            if place >= filled {
                if try more() { continue }
                guard openStarts.isEmpty else { throw damage("an end within \(openStarts.count) elements") }
                guard hasRoot else { throw damage("no element") }
                return .finished
            }
            if room[place] == UInt8(ascii: "<") {
                if let event = try markup() { return event }
            } else if let event = try characters() {
                return event
            }
        }
    }

    /// Text up to the next `<` or to the end of what is at hand.
    private mutating func characters() throws(Failure) -> Event? {
        let (end, stop) = XMLScan.text(room.span.extracting(..<filled), from: place, isInAttribute: false)
        if stop == .invalid {
            place = end
            throw damage("a character or reference that XML doesn't have")
        }
        if end == place {
            guard stop == .incomplete, try more() else { throw damage("a character or reference that is cut off") }
            return nil
        }
        textRange = place..<end
        isLiteral = false
        place = end
        if !openStarts.isEmpty { return .text }
        // A byte order mark, at the very start.
        let isMark = base == 0 && textRange.lowerBound == 0 && room[textRange].starts(with: [0xEF, 0xBB, 0xBF])
        let blanks = room[isMark ? 3..<end : textRange]
        guard blanks.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else {
            throw damage("text outside of all elements")
        }
        return nil
    }

    /// What begins with `<`.
    private mutating func markup() throws(Failure) -> Event? {
        guard try has(2) else { throw damage("a tag that is cut off") }
        switch room[place + 1] {
        case UInt8(ascii: "/"): return try endTag()
        case UInt8(ascii: "?"): return try instruction()
        case UInt8(ascii: "!"): return try declaration()
        default: return try startTag()
        }
    }

    private mutating func startTag() throws(Failure) -> Event? {
        // Its room is used again.
        var parsed = XMLTag()
        swap(&parsed, &tag)
        defer { swap(&parsed, &tag) }
        while true {
            switch XMLScan.startTag(room.span.extracting(..<filled), from: place, into: &parsed) {
            case .whole(let end):
                place = end
                guard depth < Self.deepest else { throw damage("more than \(Self.deepest) elements in one another") }
                guard !openStarts.isEmpty || !hasRoot else { throw damage("a second root element") }
                hasRoot = true
                openStarts.append(openNames.count)
                openNames.append(contentsOf: room[parsed.name])
                isEndDue = parsed.isEmpty
                return .start
            case .incomplete:
                guard filled - place < Self.largestTag, try more() else { throw damage("a tag that is cut off") }
            case .invalid(let end):
                place = end
                throw damage("a tag that is not well-formed")
            }
        }
    }

    private mutating func endTag() throws(Failure) -> Event {
        guard let start = openStarts.last else { throw damage("the end of an element that didn't begin") }
        let size = openNames.count - start
        guard try has(2 + size), room[place + 2..<place + 2 + size].elementsEqual(openNames[start...]) else {
            throw damage("the end of another element than the one that is open")
        }
        place += 2 + size
        while try has(1), XMLScan.isBlank(room[place]) { place += 1 }
        guard try has(1), room[place] == UInt8(ascii: ">") else {
            throw damage("the end of an element without its end")
        }
        place += 1
        return try end()
    }

    private mutating func end() throws(Failure) -> Event {
        openNames.removeSubrange((openStarts.popLast() ?? 0)...)
        return .end
    }

    /// `<?…?>`: passed over, but the encoding is looked at.
    private mutating func instruction() throws(Failure) -> Event? {
        let isFirst = !hasRoot && base + place <= 3
        let range = try passed(by: "?>", from: 2)
        let text = String(decoding: room[range], as: UTF8.self).lowercased()
        if text.hasPrefix("<?xml") && !isFirst && XMLScan.isBlank(room[range.lowerBound + 5]) {
            throw damage("a declaration that isn't at its start")
        }
        if isFirst, text.contains("encoding"), !text.contains("utf-8") { throw damage("an encoding other than UTF-8") }
        return nil
    }

    /// `<!…>`: comments are passed over, CDATA is text, anything else is refused.
    private mutating func declaration() throws(Failure) -> Event? {
        if try starts(with: "<!--") {
            _ = try passed(by: "-->", from: 4)
            return nil
        }
        if !openStarts.isEmpty, try starts(with: "<![CDATA[") {
            let range = try passed(by: "]]>", from: 9)
            textRange = range.lowerBound + 9..<range.upperBound - 3
            let (_, stop) = XMLScan.literal(room.span.extracting(textRange))
            guard stop == .end else { throw damage("a character that XML doesn't have") }
            isLiteral = true
            return .text
        }
        throw damage("a document type, or another declaration that is not read")
    }

    // MARK: The room

    /// Whether so many bytes are there from `place` on.
    private mutating func has(_ count: Int) throws(Failure) -> Bool {
        while filled - place < count { guard try more() else { return false } }
        return true
    }

    private mutating func starts(with word: StaticString) throws(Failure) -> Bool {
        let bytes = word.withUTF8Buffer { Array($0) }
        return try has(bytes.count) && room[place..<place + bytes.count].elementsEqual(bytes)
    }

    /// Passes everything up to and with a word.
    ///
    /// - Returns: What was passed; it is in the room until the next event.
    private mutating func passed(by word: StaticString, from skipped: Int) throws(Failure) -> Range<Int> {
        let pattern = BytePattern(word)
        var searched = skipped
        while true {
            let from = place + searched
            let end = filled
            let found = room.withUnsafeBytes {
                pattern.find(in: UnsafeRawBufferPointer(rebasing: $0[..<end]), from: from)
            }
            if let found {
                let range = place..<found + pattern.count
                place = range.upperBound
                return range
            }
            searched = max(skipped, filled - place - pattern.count)
            guard filled - place < Self.largestTag, try more() else {
                throw damage("a comment or instruction that is cut off")
            }
        }
    }

    /// Reads on, behind what isn't taken yet.
    private mutating func more() throws(Failure) -> Bool {
        if isAtEnd { return false }
        if place > 0 {
            let rest = filled - place
            for index in 0..<rest { room[index] = room[place + index] }
            base += place
            filled = rest
            place = 0
        }
        if room.count - filled < Self.pieceSize { room.append(contentsOf: repeatElement(0, count: room.count)) }
        let start = filled
        let end = room.count
        let fill = fill
        let result = room.withUnsafeMutableBytes { buffer in
            Result { () throws(Failure) -> Int in
                try fill(UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end]))
            }
        }
        let count = try result.get()
        filled += count
        isAtEnd = count == 0
        return count > 0
    }
}
