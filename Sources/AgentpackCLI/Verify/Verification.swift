import Artifacts
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// What a check proved, and what it could not.
struct Verification: TwoFormReport {
    let checked: ArtifactVerification

    private var artifact: Artifact { checked.artifact }

    var text: String {
        let title = artifact.installer?.plan.product.title ?? artifact.identity.name
        var rows = checked.checks.map { check in
            Table.Row("  " + check.name, check.isProven ? check.finding : "not proven: \(check.finding)")
        }
        rows += signatures.map { Table.Row("  signature", $0) }
        let heading = "\(artifact.path): \(title) \(artifact.identity.version), \(artifact.title)"
        return ([PathText.display(heading)] + Table.lines(rows) + [conclusion]).joined(separator: "\n")
    }

    private var signatures: [String] {
        guard !checked.signatures.isEmpty else { return ["NONE: the file is not signed"] }
        return checked.signatures.map { signature in
            let who =
                switch signature.result {
                case .trusted: "holds: by a key that you named"
                case .selfNamed: "holds, by a key that only the file itself names"
                case .unchecked: "NOT CHECKED: by a key that you did not name"
                }
            return "\(signature.signature.words) (\(signature.signature.place)): \(who)"
        }
    }

    private var conclusion: String {
        let exceptions = checked.exceptions.isEmpty ? "" : " but for \(checked.exceptions.joined(separator: " and "))"
        if checked.isOriginProven {
            return "Proven: the file is whole\(exceptions), and its maker has the key that you named."
        }
        let option = artifact.installer == nil ? "--gpg-key" : "--key or --gpg-key"
        return "Proven: the file is whole\(exceptions). Not proven: who made it. Name the key that you trust with "
            + "\(option)."
    }

    var json: JSONValue {
        let installer = artifact.installer
        let object: JSONObject = [
            "blocks": .number(checked.blocks),
            "but_for": .array(checked.exceptions.map { .string($0) }),
            "checks": .array(
                checked.checks.map { check in
                    .object([
                        "finding": .string(check.finding), "name": .string(check.name), "proven": .bool(check.isProven),
                    ])
                }),
            "file": .string(artifact.path),
            "files": .number(checked.files),
            "format": .string(artifact.format.rawValue),
            "name": .string(artifact.identity.name),
            "origin_proven": .bool(checked.isOriginProven),
            "release": installer.map { .number($0.plan.product.release) },
            "schema": 1,
            "signatures": .array(
                checked.signatures.map { signature in
                    guard case .object(var object) = signature.signature.json else { return .null }
                    object["result"] = .string(signature.result.rawValue)
                    return .object(object.sorted)
                }),
            "signed": .bool(!checked.signatures.isEmpty),
            "signer": checked.signatures.first?.signature.fingerprint.map { .string($0) },
            "size": .number(artifact.size),
            "verified": true,
            "version": .string(installer?.plan.product.version ?? artifact.identity.version),
        ]
        return .object(object)
    }

    /// The JSON of a file that failed.
    static func json(of failure: Failure, path: String) -> JSONValue {
        .object([
            "cause": failure.cause.map { .string($0) }, "error": .string(failure.message), "file": .string(path),
            "schema": 1, "verified": false,
        ])
    }
}
