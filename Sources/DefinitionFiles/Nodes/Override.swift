/// A value from the command line that replaces one in a file, for CI.
public struct Override: Sendable, Equatable {
    /// Where the value came from, for messages: `--version` or `--set`.
    public var origin: String
    /// The path of keys, `packages[0].contents[1].source`.
    public var keyPath: String
    /// The value, taken as text.
    public var value: String

    /// Makes an override.
    ///
    /// - Parameters:
    ///   - origin: The option it came from.
    ///   - keyPath: The path of keys; mappings on the way are created, list items must exist.
    ///   - value: The value, taken as text.
    public init(origin: String, keyPath: String, value: String) {
        self.origin = origin
        self.keyPath = keyPath
        self.value = value
    }

    /// Reads the value of a `--set` option.
    ///
    /// - Parameter assignment: `key.path=value`; nil without a `=` or with nothing before it.
    public init?(assignment: String) {
        guard let separator = assignment.firstIndex(of: "="), separator != assignment.startIndex else { return nil }
        self.init(
            origin: "--set", keyPath: String(assignment[..<separator]),
            value: String(assignment[assignment.index(after: separator)...]))
    }

    /// Replaces the value in the tree.
    ///
    /// - Parameter root: The whole file.
    /// - Returns: Why it can't be done, nil when it is.
    func apply(to root: inout DefinitionNode) -> Problem? {
        let location = Location(file: origin, line: 0, column: 0, keyPath: keyPath)
        guard let steps = KeyTrail.parse(keyPath) else {
            return Problem(at: location, "expected a path of keys such as name or list[0].name")
        }
        let scalar = DefinitionNode(content: .scalar(value, isPlain: false), location: location)
        return Self.replace(steps[...], in: &root, with: scalar, at: location).map { Problem(at: location, $0) }
    }

    private static func replace(
        _ steps: ArraySlice<KeyTrail.Step>, in node: inout DefinitionNode, with value: DefinitionNode,
        at location: Location
    ) -> String? {
        guard let step = steps.first else {
            node = value
            return nil
        }
        switch (step, node.content) {
        case (.index(let index), .list(var items)):
            guard items.indices.contains(index) else {
                return "\(node.location.keyPath) has \(items.count) items, so there is no [\(index)]"
            }
            let reason = replace(steps.dropFirst(), in: &items[index], with: value, at: location)
            node.content = .list(items)
            return reason
        case (.key(let key), .mapping(var pairs)):
            let position = pairs.firstIndex { $0.key == key } ?? pairs.count
            if position == pairs.count {
                if case .index = steps.dropFirst().first {
                    return "there is no list \"\(key)\" yet; write it in the file, then its items can be set"
                }
                pairs.append(
                    DefinitionNode.Pair(
                        key: key, keyLocation: location,
                        value: DefinitionNode(content: .mapping([]), location: location))
                )
            }
            let reason = replace(steps.dropFirst(), in: &pairs[position].value, with: value, at: location)
            // A mapping that was made on the way would be one more problem.
            if reason == nil { node.content = .mapping(pairs) }
            return reason
        case (.index, _):
            return "\(node.location.keyPath) is no list"
        case (.key(let key), _):
            return "\(node.location.keyPath) is no mapping, so it has no \"\(key)\""
        }
    }
}
