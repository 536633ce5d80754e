import Diagnostics
import JSON

/// The keys of one JSON object of the plan, taken one by one; what is left over at the end is an error.
struct PlanFields {
    private var object: JSONObject
    private let place: String

    init(_ value: JSONValue, _ place: String) throws(Failure) {
        guard case .object(let object) = value else { throw Self.wrong(place, "an object") }
        self.object = object
        self.place = place
    }

    static func wrong(_ place: String, _ expected: String) -> Failure {
        Failure(.integrity, "the plan's \(place) is not \(expected)")
    }

    func path(_ key: String) -> String { place.isEmpty ? key : place + "." + key }

    mutating func take(_ key: String) -> JSONValue? {
        guard let value = object[key] else { return nil }
        object[key] = nil
        return value
    }

    mutating func optionalString(_ key: String) throws(Failure) -> String? {
        guard let value = take(key) else { return nil }
        guard case .string(let text) = value else { throw Self.wrong(path(key), "a text") }
        return text
    }

    mutating func string(_ key: String) throws(Failure) -> String {
        guard let text = try optionalString(key) else { throw Self.wrong(path(key), "there") }
        return text
    }

    mutating func optionalInteger(_ key: String) throws(Failure) -> Int64? {
        guard let value = take(key) else { return nil }
        guard case .integer(let number) = value else { throw Self.wrong(path(key), "a whole number") }
        return number
    }

    mutating func integer(_ key: String) throws(Failure) -> Int64 {
        guard let number = try optionalInteger(key) else { throw Self.wrong(path(key), "there") }
        return number
    }

    /// A number that isn't negative, as sizes and offsets are.
    mutating func size(_ key: String) throws(Failure) -> UInt64 {
        guard let size = UInt64(exactly: try integer(key)) else { throw Self.wrong(path(key), "zero or more") }
        return size
    }

    mutating func count(_ key: String) throws(Failure) -> Int {
        guard let count = Int(exactly: try size(key)) else { throw Self.wrong(path(key), "a count") }
        return count
    }

    /// False when the key isn't there.
    mutating func flag(_ key: String) throws(Failure) -> Bool {
        guard let value = take(key) else { return false }
        guard case .bool(let flag) = value else { throw Self.wrong(path(key), "true or false") }
        return flag
    }

    mutating func object<T>(
        _ key: String, _ read: (inout PlanFields) throws(Failure) -> T
    ) throws(Failure) -> T? {
        guard let value = take(key) else { return nil }
        return try Self.read(value, path(key), read)
    }

    /// None when the key isn't there.
    mutating func objects<T>(
        _ key: String, _ read: (inout PlanFields) throws(Failure) -> T
    ) throws(Failure) -> [T] {
        guard let value = take(key) else { return [] }
        guard case .array(let elements) = value else { throw Self.wrong(path(key), "a list") }
        var results: [T] = []
        results.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            results.append(try Self.read(element, "\(path(key))[\(index)]", read))
        }
        return results
    }

    /// None when the key isn't there.
    mutating func strings(_ key: String) throws(Failure) -> [String] {
        guard let value = take(key) else { return [] }
        guard case .array(let elements) = value else { throw Self.wrong(path(key), "a list") }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else { throw Self.wrong("\(path(key))[\(index)]", "a text") }
            texts.append(text)
        }
        return texts
    }

    mutating func choice<T: RawRepresentable<String>>(_ key: String, _ type: T.Type) throws(Failure) -> T {
        guard let value = try optionalChoice(key, type) else { throw Self.wrong(path(key), "there") }
        return value
    }

    mutating func optionalChoice<T: RawRepresentable<String>>(_ key: String, _ type: T.Type) throws(Failure) -> T? {
        guard let text = try optionalString(key) else { return nil }
        guard let value = T(rawValue: text) else { throw Self.wrong(path(key), "a word this version knows") }
        return value
    }

    func finish() throws(Failure) {
        if let left = object.members.first {
            throw Failure(.integrity, "the plan's \(path(left.key)) is not known to this version")
        }
    }

    static func read<T>(
        _ value: JSONValue, _ place: String, _ read: (inout PlanFields) throws(Failure) -> T
    ) throws(Failure) -> T {
        var fields = try PlanFields(value, place)
        let result = try read(&fields)
        try fields.finish()
        return result
    }
}
