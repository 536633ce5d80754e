/// A value of the language.
enum Value {
    case undefined
    case null
    case bool(Bool)
    case number(Double)
    case text(Text)
    case object(Object)

    /// A text out of our own.
    init(_ text: String) { self = .text(Text(text.utf8)) }
    init(_ number: Int) { self = .number(Double(number)) }

    /// ECMA-262 (5.1) section 9.2.
    var isTrue: Bool {
        switch self {
        case .undefined, .null: false
        case .bool(let value): value
        case .number(let value): value != 0 && !value.isNaN
        case .text(let text): !text.isEmpty
        case .object: true
        }
    }

    /// What `typeof` says.
    var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .null: "object"
        case .bool: "boolean"
        case .number: "number"
        case .text: "string"
        case .object(let object): object.isCallable ? "function" : "object"
        }
    }

    /// `===`.
    static func isSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.undefined, .undefined), (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.text(let left), .text(let right)): left == right
        case (.object(let left), .object(let right)): left === right
        default: false
        }
    }
}

/// An object, array, function or regular expression; also the names of a block, whose prototype is the block around it.
///
/// The interpreter keeps every object until it ends, so cycles leak nothing and chains of objects are not taken apart
/// recursively.
final class Object {
    enum Kind {
        case plain, array, date, error
        case function(FunctionNode, scope: Object)
        case native(Native)
        case regex(Pattern)
    }

    var kind: Kind
    var prototype: Object?
    /// The elements of an array.
    var elements: [Value] = []
    /// The members' names, in the order in which they were made.
    private(set) var keys: [Text] = []
    private var values: [Value] = []
    /// Where a name stands, for objects with many members.
    private var index: [Text: Int] = [:]
    private static let few = 8

    init(_ kind: Kind, prototype: Object?) {
        self.kind = kind
        self.prototype = prototype
    }

    var isCallable: Bool {
        switch kind {
        case .function, .native: true
        default: false
        }
    }

    var isArray: Bool { if case .array = kind { true } else { false } }

    private func place(of key: Text) -> Int? { keys.count <= Self.few ? keys.firstIndex(of: key) : index[key] }

    /// A member of its own.
    subscript(own key: Text) -> Value? { place(of: key).map { values[$0] } }

    /// The object in the chain of prototypes that has the member.
    func holder(of key: Text) -> Object? {
        var next: Object? = self
        while let object = next {
            if object.place(of: key) != nil { return object }
            next = object.prototype
        }
        return nil
    }

    func set(_ key: Text, _ value: Value) {
        if let place = place(of: key) {
            values[place] = value
            return
        }
        keys.append(key)
        values.append(value)
        if keys.count > Self.few + 1 {
            index[key] = keys.count - 1
        } else if keys.count == Self.few + 1 {
            for (place, key) in keys.enumerated() { index[key] = place }
        }
    }

    func remove(_ key: Text) {
        guard let place = place(of: key) else { return }
        keys.remove(at: place)
        values.remove(at: place)
        index = [:]
        if keys.count > Self.few { for (place, key) in keys.enumerated() { index[key] = place } }
    }

    /// Lets go of everything, so that objects are freed one by one.
    func release() {
        kind = .plain
        prototype = nil
        elements = []
        keys = []
        values = []
        index = [:]
    }
}

/// Numbers and their texts; ECMA-262 (5.1) sections 9.3.1 and 9.8.1.
enum Number {
    /// The number that a text stands for, without blanks around it; nil for none.
    static func value(of text: ArraySlice<UInt8>) -> Double? {
        if text.count > 2, text.first == UInt8(ascii: "0"), text[text.startIndex + 1] | 0x20 == UInt8(ascii: "x") {
            let digits = text.dropFirst(2)
            guard digits.allSatisfy({ TextMethods.digit($0) < 16 }) else { return nil }
            return digits.reduce(0) { $0 * 16 + Double(TextMethods.digit($1)) }
        }
        // Swift's own reader takes more, such as ‘inf’.
        guard text.contains(where: Lexer.isDigit), text.count <= 400,
            text.allSatisfy({ Lexer.isDigit($0) || "+-.eE".utf8.contains($0) })
        else { return nil }
        if text.allSatisfy(Lexer.isDigit), text.count <= 15 {
            return Double(text.reduce(0) { $0 * 10 + Int($1 - 0x30) })
        }
        var digits = String(decoding: text, as: UTF8.self)
        if digits.hasSuffix(".") { digits.removeLast() }
        if digits.hasPrefix(".") { digits = "0" + digits }
        return Double(digits)
    }

    static func text(_ value: Double) -> Text {
        if value.isNaN { return Text("NaN".utf8) }
        if value.isInfinite { return Text((value < 0 ? "-Infinity" : "Infinity").utf8) }
        if value.magnitude < 1e15, value == value.rounded(.towardZero) { return Text(String(Int(value)).utf8) }
        let text = value.description
        return Text((text.hasSuffix(".0") ? String(text.dropLast(2)) : text).utf8)
    }

    /// The low 32 bits of the whole part; section 9.5.
    static func int32(_ value: Double) -> Int32 {
        guard value.isFinite else { return 0 }
        let rest = value.rounded(.towardZero).truncatingRemainder(dividingBy: 4_294_967_296)
        return Int32(truncatingIfNeeded: Int64(rest))
    }

    /// The whole part, within the bounds of what a position can be.
    static func integer(_ value: Double) -> Int {
        value.isNaN ? 0 : Int(max(-1e9, min(1e9, value)))
    }
}
