/// Key paths as text: keys joined by dots, `[0]` for list items, `["a.b"]` for keys that hold other characters.
enum KeyTrail {
    /// One step from a node to one below it.
    enum Step: Equatable {
        case key(String)
        case index(Int)
    }

    /// The trail of the value under a key.
    static func appending(_ key: String, to path: String) -> String {
        guard isBare(key) else { return path + "[" + DefinitionNode.quoted(key) + "]" }
        return path.isEmpty ? key : path + "." + key
    }

    /// The trail of a list's item.
    static func appending(_ index: Int, to path: String) -> String { "\(path)[\(index)]" }

    /// Takes a key path apart; nil when it is malformed.
    static func parse(_ text: String) -> [Step]? {
        var steps: [Step] = []
        var rest = text[...]
        while !rest.isEmpty {
            if rest.first == "[" {
                guard let step = takeBrackets(&rest) else { return nil }
                steps.append(step)
                continue
            }
            if !steps.isEmpty {
                guard rest.first == "." else { return nil }
                rest = rest.dropFirst()
            }
            let key = rest.prefix { $0 != "." && $0 != "[" }
            guard isBare(String(key)) else { return nil }
            steps.append(.key(String(key)))
            rest = rest.dropFirst(key.count)
        }
        return steps.isEmpty ? nil : steps
    }

    private static func takeBrackets(_ rest: inout Substring) -> Step? {
        if rest.hasPrefix("[\"") {
            guard let end = rest.firstRange(of: "\"]") else { return nil }
            let key = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound])
            rest = rest[end.upperBound...]
            return .key(key)
        }
        let digits = rest.dropFirst().prefix(while: \.isNumber)
        let after = rest.dropFirst(1 + digits.count)
        guard let index = Int(digits), after.first == "]" else { return nil }
        rest = after.dropFirst()
        return .index(index)
    }

    private static func isBare(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    return true
                default: return false
                }
            }
    }
}
