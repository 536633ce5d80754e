import BinFormat
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// `verify-installer`: a new `.bin` against the key of the installed version.
///
/// The key comes first: of a file that isn't signed by it, nothing but the trailer is parsed.
struct VerifyInstallerCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let path = arguments.operands[0]
        let installed = try InstalledProduct(plan, context)
        let offered = try read(path, expecting: installed.signer)
        let verdict = Verdict(offered: offered, installed: installed, plan: plan)
        if arguments.has("--json") {
            context.put(json(path, offered, installed, verdict))
        } else {
            context.output(ToolText.table(rows(offered, installed, verdict)))
        }
        return (verdict.isTrusted ? ExitCode.done : .integrity).rawValue
    }

    /// What an installer says of itself.
    private struct Offer {
        /// From the checked plan; nil when the key was not the expected one, so that the plan was not read.
        let product: ProductIdentity?
        let key: [UInt8]?
    }

    private func read(_ path: String, expecting key: [UInt8]?) throws(Failure) -> Offer {
        let shown = PathText.display(path)
        let file = try FileDescriptor.open(path, .nonBlocking)
        let trailer: Trailer
        do throws(Failure) { trailer = try BinFile.trailer(of: file) } catch {
            guard error.code == .integrity else { throw error }
            if let refusal = Self.packageRefusal(of: file, shown) { throw refusal }
            throw error.during("\(shown) is damaged or not an installer")
        }
        guard trailer.payloadLength > 0 else {
            throw Failure(.integrity, "\(shown) is a configuration tool, not an installer: it holds no files")
        }
        guard let key, trailer.signature?.publicKey == key else {
            return Offer(product: nil, key: trailer.signature?.publicKey)
        }
        return Offer(product: try product(of: file, trailer, shown), key: key)
    }

    /// What to do with a package of another format, told by its first bytes; nil for anything else.
    private static func packageRefusal(of file: borrowing FileDescriptor, _ shown: String) -> Failure? {
        guard let start = try? file.read(8, at: 0) else { return nil }
        // ar(5) and deb(5); the lead of rpm's file format.
        if start.elementsEqual("!<arch>\n".utf8) {
            return Failure(
                .integrity, "\(shown) is a Debian package, not a self-extracting installer",
                hints: [
                    "apt checks what comes from a signed repository. For the file alone, ask its maker for "
                        + "\(shown).asc and the public key: `gpg --verify \(shown).asc \(shown)`."
                ])
        }
        guard start.starts(with: [0xED, 0xAB, 0xEE, 0xDB]) else { return nil }
        return Failure(
            .integrity, "\(shown) is an RPM package, not a self-extracting installer",
            hints: ["`rpm -Kv \(shown)` checks its signature with the keys that `rpm --import` was given."])
    }

    /// Checks every byte of a file whose trailer has the expected key.
    private func product(
        of file: consuming FileDescriptor, _ trailer: Trailer, _ shown: String
    ) throws(Failure) -> ProductIdentity {
        let bin: BinFile
        do throws(Failure) { bin = try BinFile(reading: file, trailer: trailer) } catch {
            guard error.code == .integrity else { throw error }
            throw error.during("\(shown) is damaged")
        }
        let display = Monitor(ProgressDisplay(context.console, label: "Verifying", total: bin.size))
        defer { display.with { $0.abandon() } }
        do throws(Failure) {
            return try bin.verified { done in display.with { $0.update(done) } }.file.plan.product
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
            guard let product = offered.product else {
                isTrusted = false
                relation = "unknown"
                reason =
                    if !installed.isInstalled {
                        "who made it can't be proven: \(installed.problem ?? "there is no record")"
                    } else if installed.signer == nil {
                        "who made it can't be proven: the installed version is not signed"
                    } else if offered.key == nil {
                        "it is not signed, but the installed version is"
                    } else {
                        "it is signed by another key than the installed version"
                    }
                return
            }
            isTrusted = product.name == plan.product.name
            reason =
                isTrusted
                ? "it is undamaged, and signed by the key of the installed version"
                : "this is another product than \(plan.product.name)"
            guard isTrusted else {
                relation = "other-product"
                return
            }
            relation =
                installed.version.map { version in
                    switch VersionOrder.compareFull(product.fullVersion, version) {
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
            "unknown": "not known: its contents were not read",
        ]
        let product = offered.product.map { [("File", "\($0.title) (\($0.name)) \($0.fullVersion)")] } ?? []
        return product + [
            ("It is", words[verdict.relation] ?? verdict.relation),
            ("Installed", installed.version ?? "nothing"),
            ("Expected key", installed.signer.map(KeyText.fingerprint) ?? "none on record"),
            ("Found key", offered.key.map(KeyText.fingerprint) ?? "none: not signed"),
            ("Verdict", (verdict.isTrusted ? "good: " : "do not trust it: ") + verdict.reason),
        ]
    }

    private func json(_ path: String, _ offered: Offer, _ installed: InstalledProduct, _ verdict: Verdict) -> JSONValue
    {
        .object([
            "schema": 1, "file": .string(path), "name": offered.product.map { .string($0.name) } ?? .null,
            "version": offered.product.map { .string($0.fullVersion) } ?? .null,
            "installed_version": installed.version.map { .string($0) } ?? .null, "relation": .string(verdict.relation),
            "expected_key": installed.signer.map { .string(KeyText.fingerprint($0)) } ?? .null,
            "found_key": offered.key.map { .string(KeyText.fingerprint($0)) } ?? .null,
            "undamaged": offered.product == nil ? .null : true,
            "trusted": .bool(verdict.isTrusted), "reason": .string(verdict.reason),
        ])
    }
}
