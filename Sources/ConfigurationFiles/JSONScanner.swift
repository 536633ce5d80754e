import JSON

/// Finds where the members of an object are in a text that is known to be JSON.
struct JSONScanner {
    /// A key with its value.
    struct Member {
        var key: String
        /// The white space before the key.
        var leading: [UInt8]
        /// The key's place, quotes included.
        var name: Range<Int>
        /// The value's place.
        var value: Range<Int>
    }

    /// An object's braces and what is between them.
    struct Object {
        var open: Int
        var close: Int
        var members: [Member] = []
    }

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The first place from `position` on that is no white space.
    func start(from position: Int) -> Int {
        var position = position
        while position < bytes.count, " \t\r\n".utf8.contains(bytes[position]) { position += 1 }
        return position
    }

    /// The object whose opening brace is at `open`.
    func object(at open: Int) -> Object {
        var object = Object(open: open, close: open)
        var position = open + 1
        while true {
            let name = start(from: position)
            guard bytes[name] == UInt8(ascii: "\"") else {
                object.close = name
                return object
            }
            let nameEnd = end(from: name)
            let value = start(from: start(from: nameEnd) + 1)
            let member = Member(
                key: decoded(name..<nameEnd), leading: Array(bytes[position..<name]), name: name..<nameEnd,
                value: value..<end(from: value))
            object.members.append(member)
            position = start(from: member.value.upperBound)
            if bytes[position] == UInt8(ascii: ",") { position += 1 }
        }
    }

    private func decoded(_ range: Range<Int>) -> String {
        guard case .string(let text)? = try? JSONValue(parsing: Array(bytes[range]), name: "key") else { return "" }
        return text
    }

    /// The end of the value that starts at `position`.
    private func end(from position: Int) -> Int {
        var position = position
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                while bytes[position] != UInt8(ascii: "\"") {
                    position += bytes[position] == ASCII.backslash ? 2 : 1
                }
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default:
                guard depth == 0 else { break }
                // A number or a word: it ends where its letters do.
                while position < bytes.count, isWord(bytes[position]) { position += 1 }
                return position
            }
            position += 1
            if depth == 0 { return position }
        }
        return position
    }

    private func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "+-.".utf8.contains(byte)
        }
    }
}
