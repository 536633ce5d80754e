import JSON
import LinuxIO

extension Console {
    /// Bytes that are gathered before they are written.
    private static let pieceSize = 1 << 16

    /// Lines of data, written as they are made.
    func print(lines: some Sequence<String>) {
        var piece = ""
        for line in lines {
            piece += line + "\n"
            guard piece.utf8.count >= Self.pieceSize else { continue }
            StandardStream.output.write(piece)
            piece = ""
        }
        if !piece.isEmpty { StandardStream.output.write(piece) }
    }

    /// An object whose last member is a list that may be long: it is written as it is made, an element a line.
    ///
    /// - Parameters:
    ///   - object: The other members; not empty.
    ///   - key: The list's.
    ///   - elements: The list.
    func print(_ object: JSONObject, listing key: String, _ elements: some Sequence<JSONValue>) {
        // The closing brace and the newline before it.
        let start = JSONValue.object(object).text(pretty: true).dropLast(2)
        var iterator = elements.makeIterator()
        var next = iterator.next()
        guard next != nil else {
            StandardStream.output.write("\(start),\n  \"\(key)\": []\n}\n")
            return
        }
        StandardStream.output.write("\(start),\n  \"\(key)\": [\n")
        print(
            lines: AnyIterator {
                guard let element = next else { return nil }
                next = iterator.next()
                return "    " + element.text() + (next == nil ? "" : ",")
            })
        StandardStream.output.write("  ]\n}\n")
    }
}
