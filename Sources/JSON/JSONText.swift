import ByteIO
import CJansson
public import Diagnostics

extension JSONValue {
    /// Parses a JSON text, strictly: one value, no repeated keys, UTF-8.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - name: What it is, for messages.
    /// - Throws: `.failed` with line and column.
    public init(parsing text: [UInt8], name: String) throws(Failure) {
        var error = json_error_t()
        let root = text.withUnsafeBytes { bytes in
            json_loadb(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
                Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY), &error)
        }
        guard let root else {
            let reason = withUnsafeBytes(of: &error.text) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw Failure(.failed, "\(name), line \(error.line), column \(error.column): not JSON", cause: reason)
        }
        defer { json_decref(root) }
        self.init(root)
    }

    private init(_ node: UnsafeMutablePointer<json_t>) {
        switch json_type(UInt32(cj_typeof(node))) {
        case JSON_OBJECT:
            var object = JSONObject()
            var iterator = json_object_iter(node)
            while let position = iterator {
                if let key = json_object_iter_key(position), let value = json_object_iter_value(position) {
                    object.append(String(cString: key), JSONValue(value))
                }
                iterator = json_object_iter_next(node, position)
            }
            self = .object(object)
        case JSON_ARRAY:
            self = .array((0..<json_array_size(node)).compactMap { json_array_get(node, $0).map { JSONValue($0) } })
        case JSON_STRING:
            let bytes = UnsafeRawBufferPointer(start: json_string_value(node), count: json_string_length(node))
            self = .string(String(decoding: bytes, as: UTF8.self))
        case JSON_INTEGER: self = .integer(json_integer_value(node))
        case JSON_REAL: self = .real(json_real_value(node))
        case JSON_NULL: self = .null
        default: self = .bool(cj_is_true(node) != 0)
        }
    }

    /// The value as JSON text.
    ///
    /// - Parameter pretty: Whether lines are broken and indented, for people; otherwise there is no white space.
    /// - Returns: UTF-8 text without a final newline; equal values give equal bytes.
    public func text(pretty: Bool = false) -> String {
        var writer = JSONWriter(isPretty: pretty)
        writer.put(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// Writes JSON text; jansson's own printer would need every value copied into its nodes first.
private struct JSONWriter {
    let isPretty: Bool
    var bytes: [UInt8] = []

    mutating func put(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .real(let number): bytes += (number.isFinite ? "\(number)" : "null").utf8
        case .string(let text): put(text)
        case .array(let elements):
            list("[", "]", elements.count, depth) { writer, index in writer.put(elements[index], depth: depth + 1) }
        case .object(let object):
            let members = object.members
            list("{", "}", members.count, depth) { writer, index in
                writer.put(members[index].key)
                writer.bytes += (writer.isPretty ? ": " : ":").utf8
                writer.put(members[index].value, depth: depth + 1)
            }
        }
    }

    private mutating func list(
        _ open: String, _ close: String, _ count: Int, _ depth: Int, _ element: (inout JSONWriter, Int) -> Void
    ) {
        bytes += open.utf8
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            newline(depth + 1)
            element(&self, index)
        }
        if count > 0 { newline(depth) }
        bytes += close.utf8
    }

    private mutating func newline(_ depth: Int) {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }

    private mutating func put(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                bytes += "\\u00".utf8
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
