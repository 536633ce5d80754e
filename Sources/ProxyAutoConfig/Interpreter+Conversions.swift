extension Interpreter {
    /// A value as text; ECMA-262 (5.1) section 9.8.
    func text(_ value: Value) throws(ScriptError) -> Text {
        switch value {
        case .undefined: return Text("undefined".utf8)
        case .null: return Text("null".utf8)
        case .bool(let value): return Text((value ? "true" : "false").utf8)
        case .number(let number): return Number.text(number)
        case .text(let text): return text
        case .object(let object):
            switch object.kind {
            case .array: return try join(object.elements, with: [0x2C])
            case .regex(let pattern):
                try reserve(pattern.text.count)
                return Text("/".utf8) + pattern.text + Text("/".utf8)
            case .function, .native: return Text("function".utf8)
            case .error:
                // An error's message may be the error itself.
                try enter()
                defer { leave() }
                return try text(object[own: Text("message".utf8)] ?? Value("Error"))
            case .date: return Text("Date".utf8)
            case .plain:
                let name = Text("toString".utf8)
                if case .object(let own)? = try holder(of: name, from: object)?[own: name],
                    case .function = own.kind, case let made = try call(own, this: value, []), made.typeName != "object"
                {
                    return try text(made)
                }
                return Text("[object Object]".utf8)
            }
        }
    }

    /// A value as number; section 9.3.
    func number(_ value: Value) throws(ScriptError) -> Double {
        switch value {
        case .undefined: return .nan
        case .null: return 0
        case .bool(let value): return value ? 1 : 0
        case .number(let number): return number
        case .text(let text):
            try spend(text.count / 64)
            var rest = TextMethods.trimmed(text[...])
            if rest.isEmpty { return 0 }
            let isNegative = rest.first == UInt8(ascii: "-")
            if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            if rest.elementsEqual("Infinity".utf8) { return isNegative ? -.infinity : .infinity }
            guard let first = rest.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+") else { return .nan }
            return Number.value(of: rest).map { isNegative ? -$0 : $0 } ?? .nan
        case .object(let object):
            if case .date = object.kind { return Double(Calendar.seconds(now.utc)) * 1000 }
            return try number(.text(try text(value)))
        }
    }

    /// An object as the text or number that operators work on.
    func primitive(_ value: Value) throws(ScriptError) -> Value {
        guard case .object(let object) = value else { return value }
        if case .date = object.kind { return .number(try number(value)) }
        return .text(try text(value))
    }

    func join(_ elements: [Value], with separator: Text) throws(ScriptError) -> Text {
        try enter()
        defer { leave() }
        var joined: Text = []
        for (index, element) in elements.enumerated() {
            if index > 0 {
                try reserve(separator.count)
                joined += separator
            }
            switch element {
            case .undefined, .null: break
            default:
                let text = try text(element)
                try reserve(text.count)
                joined += text
            }
        }
        return joined
    }
}
