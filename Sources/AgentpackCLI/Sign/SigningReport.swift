import Artifacts
import JSON
import LinuxIO

/// What was signed.
struct SigningReport: TwoFormReport {
    let outcomes: [ArtifactSigner.Outcome]
    let isDryRun: Bool

    var text: String {
        outcomes.map { outcome in
            let rows =
                outcome.signatures.map { Table.Row(isDryRun ? "  would sign" : "  signed", $0) }
                + outcome.written.map { Table.Row(isDryRun ? "  would write" : "  wrote", $0) }
            return ([PathText.display("\(outcome.path): \(outcome.format.title)")] + Table.lines(rows))
                .joined(separator: "\n")
        }.joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            "dry_run": .bool(isDryRun),
            "files": .array(
                outcomes.map { outcome in
                    .object([
                        "file": .string(outcome.path), "format": .string(outcome.format.rawValue),
                        "signatures": .array(outcome.signatures.map { .string($0) }),
                        "written": .array(outcome.written.map { .string($0) }),
                    ])
                }),
            "schema": 1,
        ])
    }
}
