import Diagnostics
import JSON

/// A JSON object that is edited in its text, so that layout, order and the spelling of numbers survive.
struct JSONDocument: Sendable {
    private(set) var bytes: [UInt8] = Array("{}\n".utf8)
    private(set) var entries: [ConfigurationEntry] = []

    init() {}

    init(parsing bytes: [UInt8]) throws(Failure) {
        let root: JSONValue
        do throws(Failure) { root = try JSONValue(parsing: bytes, name: "JSON") } catch {
            // The parser's reason quotes the text, and the text may be a secret.
            throw Failure(error.code, error.message)
        }
        guard case .object(let object) = root else { throw Failure(.failed, "JSON, but not an object") }
        self.bytes = bytes
        collect(object, prefix: "")
    }

    private mutating func collect(_ object: JSONObject, prefix: String) {
        for (key, value) in object.members where !key.utf8.contains(UInt8(ascii: ".")) {
            switch value {
            case .object(let inner): collect(inner, prefix: prefix + key + ".")
            case .string(let text): add(prefix + key, text)
            case .bool, .integer, .real: add(prefix + key, value.text())
            case .null, .array: break
            }
        }
    }

    private mutating func add(_ key: String, _ value: String) {
        entries.append(ConfigurationEntry(key: key, value: value))
    }

    /// Sets or removes a key, making the objects on the way to it.
    mutating func set(_ key: String, to value: ConfigurationScalar?) throws(Failure) {
        let path = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains("") else { throw unwritable(key, "an object on the way to it has no name") }
        let scanner = JSONScanner(bytes)
        var object = scanner.object(at: scanner.start(from: 0))
        var depth = 0
        while let member = object.members.first(where: { $0.key.utf8.elementsEqual(path[depth].utf8) }) {
            let first = bytes[member.value.lowerBound]
            let isObject = first == UInt8(ascii: "{")
            if depth == path.count - 1 {
                guard !isObject, first != UInt8(ascii: "[") else {
                    throw unwritable(key, "the file has an object or a list there")
                }
                return try adopt(value.map { edited(member.value, $0) } ?? removed(member, from: object))
            }
            guard isObject else { throw unwritable(key, "the file has a plain value where an object must be") }
            depth += 1
            object = scanner.object(at: member.value.lowerBound)
        }
        guard let value else { return }
        try adopt(inserted(path[depth...], value, into: object))
    }

    private mutating func adopt(_ edited: [UInt8]) throws(Failure) {
        self = try JSONDocument(parsing: edited)
    }

    private func edited(_ range: Range<Int>, _ value: ConfigurationScalar) -> [UInt8] {
        let spelling = spell(value)
        let old = try? JSONValue(parsing: Array(bytes[range]), name: "JSON")
        return old == spelling
            ? bytes : bytes[..<range.lowerBound] + Array(spelling.text().utf8) + bytes[range.upperBound...]
    }

    private func removed(_ member: JSONScanner.Member, from object: JSONScanner.Object) -> [UInt8] {
        let index = object.members.firstIndex { $0.name == member.name } ?? 0
        // The comma that goes is the one before it; the first has one behind it, if any.
        if index > 0 {
            return Array(bytes[..<object.members[index - 1].value.upperBound] + bytes[member.value.upperBound...])
        }
        let start = object.members.count > 1 ? member.name.lowerBound : object.open + 1
        let end = object.members.count > 1 ? object.members[1].name.lowerBound : member.value.upperBound
        return Array(bytes[..<start] + bytes[end...])
    }

    private func inserted(
        _ path: ArraySlice<String>, _ value: ConfigurationScalar, into object: JSONScanner.Object
    ) -> [UInt8] {
        var node = spell(value)
        for name in path.dropFirst().reversed() {
            var outer = JSONObject()
            outer[name] = node
            node = .object(outer)
        }
        let leading = object.members.last?.leading ?? newLine(in: object)
        let isBroken = leading.contains(ASCII.newline)
        let text = indented(node.text(pretty: isBroken), by: leading)
        let name = JSONValue.string(path[path.startIndex]).text()
        let member = leading + Array("\(name): ".utf8) + text
        if let last = object.members.last?.value.upperBound {
            return bytes[..<last] + [UInt8(ascii: ",")] + member + bytes[last...]
        }
        let closing = isBroken ? lineBreak + indentation(of: object) : []
        return bytes[...object.open] + member + closing + bytes[object.close...]
    }

    private func spell(_ value: ConfigurationScalar) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        case .integer(let number): .integer(number)
        case .boolean(let flag): .bool(flag)
        }
    }

    private var lineBreak: [UInt8] {
        guard let first = bytes.firstIndex(of: ASCII.newline), first > 0, bytes[first - 1] == ASCII.carriageReturn
        else {
            return [ASCII.newline]
        }
        return [ASCII.carriageReturn, ASCII.newline]
    }

    /// What goes before the first key of an object that has none yet.
    private func newLine(in object: JSONScanner.Object) -> [UInt8] {
        lineBreak + indentation(of: object) + [ASCII.space, ASCII.space]
    }

    /// The blanks that start the line on which an object opens.
    private func indentation(of object: JSONScanner.Object) -> [UInt8] {
        let line =
            bytes[..<object.open].split(
                separator: ASCII.newline, omittingEmptySubsequences: false
            ).last ?? []
        return line.prefix { $0 == ASCII.space || $0 == ASCII.tab }.map { $0 }
    }

    private func indented(_ text: String, by leading: [UInt8]) -> [UInt8] {
        text.utf8.flatMap { $0 == ASCII.newline ? leading : [$0] }
    }
}
