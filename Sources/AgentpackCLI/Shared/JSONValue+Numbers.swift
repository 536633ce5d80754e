import JSON

extension JSONValue {
    /// A count.
    static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    /// A size; one that JSON's readers have no number for becomes the largest that they have.
    static func number(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
}

extension JSONObject {
    /// The same object with its keys in order.
    var sorted: JSONObject {
        var sorted = JSONObject()
        for member in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            sorted[member.key] = member.value
        }
        return sorted
    }
}
