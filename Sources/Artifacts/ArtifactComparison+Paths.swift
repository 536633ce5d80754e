import ByteIO
import Digests
import SetupPlan

/// What a path is compared by.
struct PathAttribute: Sendable {
    let name: String
    let value: @Sendable (ArtifactEntry) -> String?
    /// Whether a side that can't say is taken for equal.
    var isOptional = false

    /// What every format says.
    static let common: [PathAttribute] = [
        PathAttribute(name: "kind") { $0.kind.rawValue },
        PathAttribute(name: "mode") { $0.kind == .link ? nil : octal($0.mode) },
        PathAttribute(name: "owner") { $0.owner },
        PathAttribute(name: "group") { $0.group },
        PathAttribute(name: "size") { $0.kind == .file ? String($0.size) : nil },
        PathAttribute(name: "sha256", value: { $0.sha256?.hex }, isOptional: true),
        PathAttribute(name: "target") { $0.target },
    ]

    /// What two files of one format say.
    static let all =
        common + [
            PathAttribute(
                name: "digest",
                value: { entry in
                    entry.sha256 == nil ? entry.stated.map { "\($0.algorithm) \($0.hex)" } : nil
                }, isOptional: true),
            PathAttribute(name: "flags") { $0.flags.isEmpty ? nil : $0.flags.sorted().joined(separator: " ") },
            PathAttribute(name: "capabilities") { $0.capabilities },
        ]

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension ArtifactComparison {
    /// Adds the paths that differ.
    ///
    /// - Parameters:
    ///   - left: The paths of the first.
    ///   - right: Those of the second.
    ///   - attributes: What paths that both have are compared by.
    ///   - skipsLoneDirectories: Whether a directory that one alone lists is no difference.
    mutating func comparePaths(
        _ left: [ArtifactEntry], _ right: [ArtifactEntry], attributes: [PathAttribute],
        skipsLoneDirectories: Bool = false
    ) {
        for (before, after) in PathPairs(left, right) {
            guard let entry = before ?? after else { continue }
            var changes: [Difference] = []
            if let before, let after {
                changes = Self.changes(before, after, attributes)
                guard !changes.isEmpty else { continue }
            } else if skipsLoneDirectories, entry.kind == .directory {
                continue
            }
            paths.append(PathDifference(path: entry.path, left: before, right: after, changes: changes))
        }
    }

    private static func changes(
        _ left: ArtifactEntry, _ right: ArtifactEntry, _ attributes: [PathAttribute]
    ) -> [Difference] {
        attributes.compactMap { attribute in
            let (before, after) = (attribute.value(left), attribute.value(right))
            guard !isSame(before, after), !attribute.isOptional || (before != nil && after != nil) else { return nil }
            return Difference("path", attribute.name, before, after)
        }
    }

    /// Compares what two formats have in common.
    mutating func compareCommon(_ left: Artifact, _ right: Artifact) {
        compare("identity", Self.rows(left.identity), Self.rows(right.identity))
        limits.append(
            "\(left.format.title) and \(right.format.title): name, version, architecture, summary, homepage and "
                + "paths are compared; other fields, relations, scripts, flags, times and sizes of the files mean "
                + "different things.")
        let plan = left.installer?.plan ?? right.installer?.plan
        let isMixed = (left.installer == nil) != (right.installer == nil)
        var (before, after) = (Self.brought(left), Self.brought(right))
        if isMixed, let plan {
            let own = ["bin/start-agent", plan.configTool]
            if left.installer == nil { before = Self.below(plan.paths.root, before, without: own, limits: &limits) }
            if right.installer == nil { after = Self.below(plan.paths.root, after, without: own, limits: &limits) }
        } else {
            before = Self.merged(before)
            after = Self.merged(after)
            limits.append("Paths below /lib are compared with those below /usr/lib, where they are on every system.")
        }
        // Who owns the directories on the way is for each format to say.
        limits.append("A directory that one of them doesn't list is no difference.")
        comparePaths(before, after, attributes: PathAttribute.common, skipsLoneDirectories: true)
    }

    private static func rows(_ identity: ArtifactIdentity) -> [(String, String)] {
        [
            ("name", identity.name), ("version", identity.version), ("architecture", identity.architecture),
            // Packages have no full stop there, as Debian and rpmlint ask.
            ("summary", identity.summary.hasSuffix(".") ? String(identity.summary.dropLast()) : identity.summary),
            ("homepage", identity.homepage ?? ""),
        ]
    }

    /// The paths that are in the payload.
    private static func brought(_ artifact: Artifact) -> [ArtifactEntry] {
        (artifact.entries ?? []).filter { !$0.flags.contains("ghost") }
    }

    /// A package's paths as an installer has them, relative to the product's directory.
    private static func below(
        _ root: String, _ entries: [ArtifactEntry], without own: [String], limits: inout [String]
    ) -> [ArtifactEntry] {
        var found: [ArtifactEntry] = []
        var outside = 0
        for entry in entries {
            guard entry.path.utf8.starts(with: "\(root)/".utf8) else {
                if entry.kind != .directory { outside += 1 }
                continue
            }
            var entry = entry
            entry.path = String(decoding: entry.path.utf8.dropFirst(root.utf8.count + 1), as: UTF8.self)
            if !own.contains(entry.path) { found.append(entry) }
        }
        limits.append(
            "Paths are compared relative to \(root); the \(outside) that the package has elsewhere, and its own "
                + "\(own.joined(separator: " and ")), are made by the installer when it runs.")
        return found
    }

    private static func merged(_ entries: [ArtifactEntry]) -> [ArtifactEntry] {
        entries.map { entry in
            guard entry.path.utf8.starts(with: "/lib/".utf8) else { return entry }
            var entry = entry
            entry.path = "/usr" + entry.path
            return entry
        }
    }
}
