import ByteIO

/// How two artifacts differ.
///
/// Of one format, everything that is described is compared, and that their bytes are equal. Of two formats, only what
/// both have: identity and the paths that both bring, as they are when installed.
public struct ArtifactComparison: Sendable, Equatable {
    /// A value that differs; nil on a side that doesn't have it.
    public struct Difference: Sendable, Equatable {
        /// What kind of value: `field`, `depends`, `script`, `size`.
        public var section: String
        /// Which one.
        public var name: String
        /// What the first has.
        public var left: String?
        /// What the second has.
        public var right: String?

        init(_ section: String, _ name: String, _ left: String?, _ right: String?) {
            self.section = section
            self.name = name
            self.left = left
            self.right = right
        }
    }

    /// A path that differs; nil on a side that doesn't have it.
    public struct PathDifference: Sendable, Equatable {
        /// The path as it was compared.
        public var path: String
        /// What the first has there.
        public var left: ArtifactEntry?
        /// What the second has there.
        public var right: ArtifactEntry?
        /// What differs where both have it: `mode`, `size`, with both values.
        public var changes: [Difference]
    }

    /// Values that differ, section by section.
    public var differences: [Difference] = []
    /// Paths that differ, sorted.
    public var paths: [PathDifference] = []
    /// The first byte that differs, of two files of one format.
    public var firstDifferentByte: UInt64?
    /// What wasn't compared, and why; a sentence each.
    public var limits: [String] = []

    /// Whether nothing differs.
    public var isAlike: Bool { differences.isEmpty && paths.isEmpty && firstDifferentByte == nil }

    /// Compares two descriptions; both must list their paths.
    ///
    /// - Parameters:
    ///   - left: The first.
    ///   - right: The second.
    ///   - firstDifferentByte: Where the files' bytes first differ; of no account for two formats.
    public init(_ left: Artifact, _ right: Artifact, firstDifferentByte: UInt64? = nil) {
        if left.format == right.format {
            compareWhole(left, right)
            comparePaths(left.entries ?? [], right.entries ?? [], attributes: PathAttribute.all)
            compareTimes(left.entries ?? [], right.entries ?? [])
            self.firstDifferentByte = firstDifferentByte
        } else {
            compareCommon(left, right)
        }
    }

    private mutating func compareWhole(_ left: Artifact, _ right: Artifact) {
        compare("field", left.fields.map { ($0.name, $0.value) }, right.fields.map { ($0.name, $0.value) })
        compareRelations(left.relations, right.relations)
        compare(
            "script", left.scripts.map { ($0.name, Self.text(of: $0)) },
            right.scripts.map { ($0.name, Self.text(of: $0)) })
        compareSets("trigger", left.triggers, right.triggers)
        compareSets("conffile", left.conffiles, right.conffiles)
        compareSets("signature", left.signatures.map(\.words), right.signatures.map(\.words))
        compare("compression", Self.compression(left), Self.compression(right))
        compare("size", Self.sizes(left), Self.sizes(right))
    }

    private static func text(of script: ArtifactScript) -> String {
        script.text.hasPrefix("#!") || script.interpreter.isEmpty
            ? script.text : "#!\(script.interpreter)\n\(script.text)"
    }

    private static func compression(_ artifact: Artifact) -> [(String, String)] {
        [
            ("compressor", artifact.compression.compressor), ("settings", artifact.compression.settings ?? ""),
            ("blocks", String(artifact.compression.blocks.count)),
        ]
    }

    private static func sizes(_ artifact: Artifact) -> [(String, String)] {
        [("file", String(artifact.size))] + artifact.parts.map { ($0.name, String($0.size)) }
            + [("content", String(artifact.installedSize))]
    }

    /// Adds what differs between two lists of names with values; a name that repeats is told apart by its number.
    mutating func compare(_ section: String, _ left: [(String, String)], _ right: [(String, String)]) {
        let (leftNames, leftValues) = Self.unique(left)
        let (rightNames, rightValues) = Self.unique(right)
        for name in leftNames + rightNames.filter({ leftValues[$0] == nil }) {
            guard !isSame(leftValues[name], rightValues[name]) else { continue }
            differences.append(Difference(section, name, leftValues[name], rightValues[name]))
        }
    }

    private static func unique(_ rows: [(String, String)]) -> (names: [String], values: [String: String]) {
        var names: [String] = []
        var values: [String: String] = [:]
        var counts: [String: Int] = [:]
        for (name, value) in rows {
            let count = (counts[name] ?? 0) + 1
            counts[name] = count
            let unique = count == 1 ? name : "\(name) (\(count))"
            names.append(unique)
            values[unique] = value
        }
        return (names, values)
    }

    /// Relations without order: the same ones in another order mean the same.
    private mutating func compareRelations(_ left: [ArtifactRelation], _ right: [ArtifactRelation]) {
        func key(_ relation: ArtifactRelation) -> ExactText { ExactText("\(relation.kind)\n\(relation.text)") }
        let (leftSet, rightSet) = (Set(left.map(key)), Set(right.map(key)))
        for relation in left where !rightSet.contains(key(relation)) {
            differences.append(Difference(relation.kind, relation.text, relation.text, nil))
        }
        for relation in right where !leftSet.contains(key(relation)) {
            differences.append(Difference(relation.kind, relation.text, nil, relation.text))
        }
    }

    private mutating func compareSets(_ section: String, _ left: [String], _ right: [String]) {
        compareRelations(left.map { ArtifactRelation(section, $0) }, right.map { ArtifactRelation(section, $0) })
    }

    private mutating func compareTimes(_ left: [ArtifactEntry], _ right: [ArtifactEntry]) {
        let count = PathPairs(left, right).count { before, after in
            if let before, let after { before.time != after.time } else { false }
        }
        guard count > 0 else { return }
        differences.append(Difference("time", "of \(count) paths", Self.span(of: left), Self.span(of: right)))
    }

    private static func span(of entries: [ArtifactEntry]) -> String {
        let times = Set(entries.compactMap(\.time)).sorted()
        guard let first = times.first, let last = times.last else { return "none" }
        return first == last ? "\(first)" : "\(first) to \(last)"
    }
}

/// Whether two values have the same bytes.
func isSame(_ left: String?, _ right: String?) -> Bool { left.map(ExactText.init) == right.map(ExactText.init) }

extension Artifact {
    /// Bytes of all files: equal files count each, other names of one file don't.
    public var installedSize: UInt64 {
        (entries ?? []).reduce(0) { sum, entry in sum.addingReportingOverflow(entry.size).partialValue }
    }
}
