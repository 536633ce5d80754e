import Yams

/// Reads a definition's text into `DefinitionNode`s and reports what is wrong with the YAML itself.
struct NodeReader {
    /// The most bytes a file may have.
    static let maximumByteCount = 1 << 20
    /// The deepest nesting; the deepest key of any table is at 7.
    static let maximumDepth = 24
    /// The most words that look like aliases: aliases are refused, but Yams expands them before we see that.
    static let maximumAliasCount = 32

    private let file: String
    private let root: KeyTable
    /// What is wrong with the YAML, in the order in which it was found.
    private(set) var problems: [Problem] = []
    private var masks: [Mask] = []

    /// A key that was written more than once: Yams stops at the first such key, so its first character is replaced by
    /// a private one and the text is read again, until every key is reported.
    private struct Mask {
        var character: Unicode.Scalar
        var key: String
        var line: Int
    }

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - file: The file's name for messages.
    ///   - root: The table of the mapping that the file is, which messages name.
    init(file: String, root: KeyTable) {
        self.file = file
        self.root = root
    }

    /// Reads the text; nil when it isn't YAML or not one mapping.
    mutating func read(_ text: String) -> DefinitionNode? {
        guard text.utf8.count <= Self.maximumByteCount else {
            report(1, 1, "a \(root.name) has at most \(Self.maximumByteCount) bytes, found \(text.utf8.count)")
            return nil
        }
        if let bad = text.unicodeScalars.first(where: { (0xE000...0xF8FF).contains($0.value) }) {
            report(1, 1, "a \(root.name) has no private-use characters, found U+\(String(bad.value, radix: 16))")
            return nil
        }
        guard checkFlowDepth(text), checkAliasCount(text), let (parser, root) = compose(text) else { return nil }
        // Nodes hold their anchors weakly: the parser owns them.
        return withExtendedLifetime(parser) {
            guard case .mapping = root else {
                let example = self.root.keys.first.map { " such as `\($0.name): \($0.example)`" } ?? ""
                problems.append(
                    Problem(at: location(of: root, path: ""), "expected a mapping of keys" + example))
                return nil
            }
            return convert(root, path: "", depth: 0)
        }
    }

    private mutating func report(_ line: Int, _ column: Int, _ message: String, hints: [String] = []) {
        let location = Location(file: file, line: line, column: column, keyPath: "")
        problems.append(Problem(at: location, message, hints: hints))
    }

    // MARK: Yams

    private mutating func compose(_ text: String) -> (Parser, Node)? {
        var text = text
        while true {
            do {
                // The encoding is named, or an environment variable could choose it.
                let parser = try Parser(yaml: text, encoding: .utf8)
                guard let node = try parser.singleRoot() else {
                    report(1, 1, "the \(root.name) is empty")
                    return nil
                }
                return (parser, node)
            } catch let error as YamlError {
                guard let masked = mask(error, in: text) else {
                    report(error)
                    return nil
                }
                text = masked
            } catch {
                report(1, 1, "cannot read the YAML: \(error)")
                return nil
            }
        }
    }

    /// The text with the first of the duplicate keys masked; nil when the error is another one.
    private mutating func mask(_ error: YamlError, in text: String) -> String? {
        guard case .duplicatedKeysInMapping(let keys, let context) = error, let key = keys.first, masks.count < 1000,
            let first = key.unicodeScalars.first, let mask = Unicode.Scalar(0xE000 + UInt32(masks.count))
        else { return nil }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        var column = context.mark.column - 1
        guard lines.indices.contains(context.mark.line - 1) else { return nil }
        let line = lines[context.mark.line - 1]
        if line.indices.contains(column), line[column] == "\"" || line[column] == "'" { column += 1 }
        guard line.indices.contains(column), line[column] == first else { return nil }
        lines[context.mark.line - 1][column] = mask
        masks.append(Mask(character: mask, key: key, line: context.mark.line))
        var result = String.UnicodeScalarView()
        for (index, line) in lines.enumerated() {
            if index > 0 { result.append("\n") }
            result.append(contentsOf: line)
        }
        return String(result)
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem == "but found another document" {
                report(mark.line, mark.column, "expected one YAML document, found another one")
                return
            }
            let hints =
                problem.contains("alphabetic or numeric")
                ? ["Write text that starts with * or & in quotes, as in exclude: [\"*.map\"]."] : []
            let place = context.map { "\($0.text), " } ?? ""
            report(mark.line, mark.column, "the YAML is wrong: \(place)\(problem)", hints: hints)
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map(DefinitionNode.quoted).joined(separator: ", ")
            report(context.mark.line, context.mark.column, "a key is written twice: \(names)")
        case .reader(let problem, _, _, _):
            report(1, 1, "the YAML is wrong: \(problem)")
        default:
            report(1, 1, "the YAML is wrong: \(error)")
        }
    }

    // MARK: Limits before Yams sees the text

    /// Refuses text that could take Yams, which reads recursively, to the end of the stack.
    ///
    /// What it can nest is bounded by brackets on the way and by indentation or dashes in one line; the limits for
    /// them are generous.
    private mutating func checkFlowDepth(_ text: String) -> Bool {
        var depth = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var dashes = 0
            for byte in line.utf8 {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                case UInt8(ascii: "-"), UInt8(ascii: "?"): dashes += 1
                default: break
                }
            }
            let indentation = line.prefix { $0 == " " }.count
            guard depth <= 100, indentation <= 200, dashes <= 200 else {
                report(index + 1, 1, "the YAML is nested too deeply")
                return false
            }
        }
        return true
    }

    private mutating func checkAliasCount(_ text: String) -> Bool {
        var count = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var previous = UInt8(ascii: " ")
            var isCandidate = false
            for byte in line.utf8 {
                let isWord =
                    byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                    || (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                if isCandidate, isWord { count += 1 }
                isCandidate = byte == UInt8(ascii: "*") && " [{,:-?\t".utf8.contains(previous)
                previous = byte
            }
            guard count <= Self.maximumAliasCount else {
                report(
                    index + 1, 1, "aliases (*name) are not supported", hints: ["Write each value out where it is used."]
                )
                return false
            }
        }
        return true
    }

    // MARK: Yams' nodes to ours

    private mutating func convert(_ node: Node, path: String, depth: Int) -> DefinitionNode? {
        let location = location(of: node, path: path)
        // An alias is its anchor's node again: not entering anchored nodes keeps the walk as long as the text.
        if node.anchor != nil {
            let message = "anchors and aliases (&name, *name) are not supported"
            let problem = Problem(at: location, message, hints: ["Write each value out where it is used."])
            let isKnown = problems.contains {
                $0.location.line == location.line && $0.location.column == location.column
            }
            if !isKnown { problems.append(problem) }
            return nil
        }
        guard depth < Self.maximumDepth else {
            problems.append(Problem(at: location, "the YAML is nested too deeply"))
            return nil
        }
        let tag = node.tag.description
        let known = ["str", "int", "float", "bool", "null", "timestamp", "merge", "value", "map", "seq"]
        guard known.contains(where: { tag == "tag:yaml.org,2002:" + $0 }) else {
            problems.append(Problem(at: location, "tags such as !name are not supported, found \(tag)"))
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return DefinitionNode(
                content: .scalar(scalar.string, isPlain: scalar.style == .plain), location: location)
        case .sequence(let sequence):
            var items: [DefinitionNode] = []
            for (index, item) in sequence.enumerated() {
                guard let item = convert(item, path: KeyTrail.appending(index, to: path), depth: depth + 1) else {
                    continue
                }
                items.append(item)
            }
            return DefinitionNode(content: .list(items), location: location)
        case .mapping(let mapping):
            return DefinitionNode(content: .mapping(convert(mapping, path: path, depth: depth)), location: location)
        case .alias:
            return nil
        }
    }

    private func location(of node: Node, path: String) -> Location {
        Location(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, keyPath: path)
    }

    private mutating func convert(_ mapping: Node.Mapping, path: String, depth: Int) -> [DefinitionNode.Pair] {
        var pairs: [DefinitionNode.Pair] = []
        var firsts: [Mask] = []
        for (keyNode, valueNode) in mapping {
            guard case .scalar(let scalar) = keyNode, keyNode.anchor == nil else {
                problems.append(Problem(at: location(of: keyNode, path: path), "expected a word as key"))
                continue
            }
            if let mask = masks.first(where: { $0.character == scalar.string.unicodeScalars.first }) {
                firsts.append(mask)
                continue
            }
            let keyPath = KeyTrail.appending(scalar.string, to: path)
            let keyLocation = location(of: keyNode, path: keyPath)
            for first in firsts where first.key == scalar.string {
                problems.append(Problem(at: keyLocation, "the key is written twice, first on line \(first.line)"))
            }
            guard let value = convert(valueNode, path: keyPath, depth: depth + 1) else { continue }
            pairs.append(DefinitionNode.Pair(key: scalar.string, keyLocation: keyLocation, value: value))
        }
        return pairs
    }
}
