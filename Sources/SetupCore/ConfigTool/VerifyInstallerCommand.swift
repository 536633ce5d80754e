import BinFormat
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// `verify-installer`: a new `.bin` against the key of the installed version.
struct VerifyInstallerCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let path = arguments.operands[0]
        let installed = try InstalledProduct(plan, basePath: context.basePath)
        let offered = try read(path)
        let verdict = Verdict(offered: offered, installed: installed, plan: plan)
        if arguments.has("--json") {
            context.put(json(path, offered, installed, verdict))
        } else {
            context.output(ToolText.table(rows(offered, installed, verdict)))
        }
        return (verdict.isTrusted ? ExitCode.done : .integrity).rawValue
    }

    /// What a checked installer says of itself.
    private struct Offer {
        let product: ProductIdentity
        let key: [UInt8]?
    }

    private func read(_ path: String) throws(Failure) -> Offer {
        let shown = PathText.display(path)
        let file = try FileDescriptor.open(path, .nonBlocking)
        let bin: BinFile
        do throws(Failure) { bin = try BinFile(reading: file) } catch {
            guard error.code == .integrity else { throw error }
            throw error.during("\(shown) is damaged or not an installer")
        }
        guard !bin.isConfigTool else {
            throw Failure(.integrity, "\(shown) is a configuration tool, not an installer: it holds no files")
        }
        let display = Monitor(ProgressDisplay(context.console, label: "Verifying", total: bin.size))
        defer { display.with { $0.abandon() } }
        do throws(Failure) {
            let checked = try bin.verified { done in display.with { $0.update(done) } }
            return Offer(product: checked.file.plan.product, key: checked.file.trailer.signature?.publicKey)
        } catch {
            throw error.during("\(shown) is damaged")
        }
    }

    /// Whether the file can be trusted, and why.
    private struct Verdict {
        let isTrusted: Bool
        let reason: String
        /// What installing it would be.
        let relation: String

        init(offered: Offer, installed: InstalledProduct, plan: Plan) {
            let expected = installed.record?.publicKey
            if offered.product.name != plan.product.name {
                (isTrusted, reason) = (false, "this is another product than \(plan.product.name)")
            } else if installed.record == nil {
                (isTrusted, reason) = (
                    false, "who made it can't be proven: \(installed.problem ?? "there is no record")"
                )
            } else if let expected {
                switch offered.key {
                case nil: (isTrusted, reason) = (false, "it is not signed, but the installed version is")
                case expected:
                    (isTrusted, reason) = (true, "it is undamaged, and signed by the key of the installed version")
                default: (isTrusted, reason) = (false, "it is signed by another key than the installed version")
                }
            } else {
                (isTrusted, reason) = (false, "who made it can't be proven: the installed version is not signed")
            }
            guard offered.product.name == plan.product.name else {
                relation = "other-product"
                return
            }
            relation =
                installed.version.map { version in
                    switch VersionOrder.compareFull(offered.product.fullVersion, version) {
                    case 0: "same"
                    case let order: order > 0 ? "update" : "downgrade"
                    }
                } ?? "installation"
        }
    }

    private func rows(_ offered: Offer, _ installed: InstalledProduct, _ verdict: Verdict) -> [(String, String)] {
        let words = [
            "update": "an update", "downgrade": "older than what is installed", "same": "the installed version",
            "other-product": "another product", "installation": "a first installation",
        ]
        return [
            ("File", "\(offered.product.title) (\(offered.product.name)) \(offered.product.fullVersion)"),
            ("It is", words[verdict.relation] ?? verdict.relation),
            ("Installed", installed.version ?? "nothing"),
            ("Expected key", installed.record?.publicKey.map(KeyText.fingerprint) ?? "none on record"),
            ("Found key", offered.key.map(KeyText.fingerprint) ?? "none: not signed"),
            ("Verdict", (verdict.isTrusted ? "good: " : "do not trust it: ") + verdict.reason),
        ]
    }

    private func json(_ path: String, _ offered: Offer, _ installed: InstalledProduct, _ verdict: Verdict) -> JSONValue
    {
        .object([
            "schema": 1, "file": .string(path), "name": .string(offered.product.name),
            "version": .string(offered.product.fullVersion),
            "installed_version": installed.version.map { .string($0) } ?? .null, "relation": .string(verdict.relation),
            "expected_key": installed.record?.publicKey.map { .string(KeyText.fingerprint($0)) } ?? .null,
            "found_key": offered.key.map { .string(KeyText.fingerprint($0)) } ?? .null, "undamaged": true,
            "trusted": .bool(verdict.isTrusted), "reason": .string(verdict.reason),
        ])
    }
}
