import DistSite
import JSON
import LinuxIO

/// What an operation did to a site, for people and for scripts.
struct SiteReport: TwoFormReport {
    let outcome: SiteOutcome
    let site: String
    let isDryRun: Bool
    /// What was deleted: generations, and files of the store.
    var deleted: [String] = []

    var json: JSONValue {
        .object([
            "schema": 1, "site": .string(site), "dry_run": .bool(isDryRun), "changed": .bool(outcome.isChanged),
            "generation": outcome.generation.map { .integer(Int64($0)) } ?? .null,
            "signed": .array(outcome.signed.map { .string($0) }),
            "deleted": deleted.isEmpty ? nil : .array(deleted.map { .string($0) }),
            "packages": .array(
                outcome.lines.map { line in
                    .object([
                        "action": .string(line.action.rawValue), "format": .string(line.format),
                        "name": .string(line.name), "version": .string(line.version),
                        "architecture": line.architecture.isEmpty ? nil : .string(line.architecture),
                        "channel": .string(line.channel), "places": .array(line.places.map { .string($0) }),
                    ])
                }),
        ])
    }

    var text: String {
        var lines = outcome.lines.map { line in
            let action =
                switch line.action {
                case .add: isDryRun ? "would add" : "added"
                case .remove: isDryRun ? "would remove" : "removed"
                case .keep: "unchanged"
                }
            let places = line.places.isEmpty ? "" : " (" + line.places.joined(separator: " ") + ")"
            let architecture = line.architecture.isEmpty ? "" : " " + line.architecture
            return "\(action): \(line.format) \(line.name) \(line.version)\(architecture) in \(line.channel)\(places)"
        }
        // Of packages that come and go it is clear what is signed.
        if outcome.lines.isEmpty {
            lines += outcome.signed.map { "\(isDryRun ? "would sign" : "signed"): \(PathText.display($0))" }
        }
        lines += deleted.map { "\(isDryRun ? "would delete" : "deleted"): \(PathText.display($0))" }
        if let generation = outcome.generation {
            lines.append("\(PathText.display(site)) now serves generation \(generation)")
        } else if !isDryRun {
            lines.append("\(PathText.display(site)) is unchanged")
        } else if lines.isEmpty {
            lines.append("no package would change, and no signature")
        }
        return lines.joined(separator: "\n")
    }
}
