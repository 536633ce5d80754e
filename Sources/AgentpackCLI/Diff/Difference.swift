import Artifacts
import JSON
import LinuxIO

/// How two artifacts differ, for people and programs.
struct Difference: TwoFormReport {
    let left: Artifact
    let right: Artifact
    let comparison: ArtifactComparison

    var text: String {
        var lines = ["--- \(Self.title(left))", "+++ \(Self.title(right))"]
        var section = ""
        for difference in comparison.differences {
            if difference.section != section { lines.append(difference.section) }
            section = difference.section
            lines += Self.lines(difference)
        }
        if !comparison.paths.isEmpty {
            lines.append("paths: \(counts)")
            lines += comparison.paths.flatMap(Self.lines)
        }
        if let byte = comparison.firstDifferentByte { lines.append("bytes differ from byte \(byte) on") }
        lines += comparison.limits.map { "note: " + PathText.display($0) }
        if comparison.isAlike { lines.append("alike") }
        return lines.joined(separator: "\n")
    }

    private static func title(_ artifact: Artifact) -> String {
        let identity = artifact.identity
        return PathText.display(
            "\(artifact.path)  (\(artifact.title), \(identity.name) \(identity.version), \(artifact.size) bytes)"
        )
    }

    private var counts: String {
        let added = comparison.paths.count { $0.left == nil }
        let removed = comparison.paths.count { $0.right == nil }
        return "\(added) added, \(removed) removed, \(comparison.paths.count - added - removed) changed"
    }

    private static func lines(_ difference: ArtifactComparison.Difference) -> [String] {
        let name = PathText.display(difference.name)
        let values = [difference.left, difference.right]
        if values.contains(where: { $0?.contains("\n") ?? false }) {
            return ["    \(name)"] + LineDifference.lines(difference.left ?? "", difference.right ?? "")
        }
        switch (difference.left, difference.right) {
        case (let left?, nil): return ["  - \(left == difference.name ? name : "\(name): \(PathText.display(left))")"]
        case (nil, let right?):
            return ["  + \(right == difference.name ? name : "\(name): \(PathText.display(right))")"]
        default:
            return values.enumerated().map { "  \($0 == 0 ? "-" : "+") \(name): \(PathText.display($1 ?? ""))" }
        }
    }

    private static func lines(_ path: ArtifactComparison.PathDifference) -> [String] {
        func line(_ entry: ArtifactEntry) -> String {
            var entry = entry
            entry.path = path.path
            return EntryLine.text(entry)
        }
        if let right = path.right, path.left == nil { return ["  + " + line(right)] }
        if let left = path.left, path.right == nil { return ["  - " + line(left)] }
        let changes = path.changes.map { change in
            let values = [change.left, change.right].map { value in
                PathText.display(value.map { change.name == "sha256" ? $0.prefix(12) + "…" : $0 } ?? "none")
            }
            return "\(change.name) \(values[0]) -> \(values[1])"
        }
        return ["  ~ \(PathText.display(path.path)): \(changes.joined(separator: ", "))"]
    }

    var json: JSONValue {
        .object([
            "alike": .bool(comparison.isAlike),
            "differences": .array(
                comparison.differences.map { difference in
                    var object = Self.sides(difference)
                    object["name"] = .string(difference.name)
                    object["section"] = .string(difference.section)
                    return .object(object.sorted)
                }),
            "first_different_byte": comparison.firstDifferentByte.map { .number($0) },
            "left": Self.json(left),
            "not_compared": .array(comparison.limits.map { .string($0) }),
            "paths": .array(
                comparison.paths.map { path in
                    var changes = JSONObject()
                    for change in path.changes { changes[change.name] = .object(Self.sides(change)) }
                    return .object([
                        "change": path.left == nil ? "added" : path.right == nil ? "removed" : "changed",
                        "changes": path.changes.isEmpty ? nil : .object(changes),
                        "left": path.left?.json, "path": .string(path.path), "right": path.right?.json,
                    ])
                }),
            "right": Self.json(right),
            "schema": 1,
        ])
    }

    private static func sides(_ difference: ArtifactComparison.Difference) -> JSONObject {
        ["left": difference.left.map { .string($0) }, "right": difference.right.map { .string($0) }]
    }

    private static func json(_ artifact: Artifact) -> JSONValue {
        .object([
            "file": .string(artifact.path), "format": .string(artifact.format.rawValue),
            "name": .string(artifact.identity.name), "size": .number(artifact.size),
            "version": .string(artifact.identity.version),
        ])
    }
}
