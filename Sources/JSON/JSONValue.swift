/// A JSON value; RFC 8259.
public enum JSONValue: Sendable, Equatable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent.
    case integer(Int64)
    /// A number with fraction or exponent.
    case real(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Keys with their values, in the order of the text.
    case object(JSONObject)
}

/// A JSON object: keys in order.
public struct JSONObject: Sendable, Equatable {
    /// The keys with their values, in order; a key stands once.
    public private(set) var members: [(key: String, value: JSONValue)] = []

    /// Makes an empty object.
    public init() {}

    /// The value of a key; assigning nil removes it, assigning to a new key appends it.
    public subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            if let index = members.firstIndex(where: { $0.key == key }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append((key, newValue))
            }
        }
    }

    /// Appends a key that is known to be new.
    package mutating func append(_ key: String, _ value: JSONValue) { members.append((key, value)) }

    /// Equality of keys, values and their order.
    ///
    /// - Returns: Whether both are the same object.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object from a literal, keeping its order.
    public init(dictionaryLiteral elements: (String, JSONValue?)...) {
        for (key, value) in elements {
            if let value { self[key] = value }
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A list.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
