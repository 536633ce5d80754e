/// Makes values of a tree and finds what the tables can't say: what doesn't go together.
///
/// Values whose shape is wrong were reported already and read as absent; what is decoded then is thrown away.
package protocol DefinitionDecoder {
    /// What is wrong.
    var problems: [Problem] { get set }
    /// What is allowed and yet looks like a mistake.
    var warnings: [Problem] { get set }
}

extension DefinitionDecoder {
    package mutating func report(
        _ location: Location, _ message: String, suggestion: String? = nil, hints: [String] = []
    ) {
        problems.append(Problem(at: location, message, suggestion: suggestion, hints: hints))
    }

    package mutating func warn(
        _ location: Location, _ message: String, suggestion: String? = nil, hints: [String] = []
    ) {
        warnings.append(Problem(at: location, message, suggestion: suggestion, hints: hints))
    }

    /// Reports what a list says twice.
    package mutating func distinct(_ items: [Located<String>]) -> [Located<String>] {
        var seen: Set<String> = []
        for item in items where !seen.insert(item.value).inserted {
            report(item.location, "\"\(item.value)\" is listed twice")
        }
        return items
    }
}
