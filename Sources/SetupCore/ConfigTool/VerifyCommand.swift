import BinFormat
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// `verify`: what is installed against what the installer put there.
struct VerifyCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let deviations = try deviations()
        let damage = deviations.filter { !$0.isAdministrators }
        if arguments.has("--json") {
            context.put(json(deviations))
        } else {
            for deviation in deviations {
                context.output(TerminalText.escaped("\(deviation.path) \(deviation.description)") + "\n")
            }
            if damage.isEmpty {
                let subject = plan.ownPackage.map { "the \($0.words)" } ?? plan.product.title
                let files = deviations.isEmpty ? "file" : "other file"
                context.output("Every \(files) of \(subject) \(plan.product.fullVersion) is as it was installed.\n")
            } else {
                let lacksConfiguration = damage.contains { $0.isMissingConfiguration }
                let command = plan.ownPackage.map { "run `\($0.repair(withConfiguration: lacksConfiguration))`" }
                context.console.say(
                    "To repair, \(command ?? "run the installer of \(plan.product.fullVersion) again").")
            }
        }
        if let package = plan.ownPackage {
            let command = package.manager.verification(of: "PACKAGE")
            context.console.say("Other packages of \(plan.product.title) are compared by `\(command)`.")
        }
        return (damage.isEmpty ? ExitCode.done : .integrity).rawValue
    }

    func json(_ deviations: [Deviation]) -> JSONValue {
        .object([
            "schema": 1, "product": .string(plan.product.name), "version": .string(plan.product.fullVersion),
            "package": plan.package.map { .string($0) } ?? .null,
            "intact": .bool(deviations.allSatisfy { $0.isAdministrators }),
            "checked": .integer(Int64(plan.entries.count)),
            "deviations": .array(
                deviations.filter { !$0.isAdministrators }.map {
                    .object(["path": .string($0.path), "problem": .string($0.description)])
                }),
            "changed_configuration": .array(deviations.filter(\.isAdministrators).map { .string($0.path) }),
        ])
    }

    /// What differs; paths are absolute.
    func deviations() throws(Failure) -> [Deviation] {
        let tree = InstalledTree(plan)
        let base = try Directory.open(context.basePath)
        let root: Directory
        do throws(Failure) {
            root = try plan.paths.open(plan.paths.root, base: base, creating: false).take()
        } catch {
            guard error.isNotFound else { throw error }
            throw Failure(
                .requirement, "\(plan.product.title) is not installed: there is no \(plan.paths.root)",
                hints: [plan.ownPackage == nil ? "Run the installer." : plan.repairHint])
        }
        var found = try links(tree, root)
        if !tree.directory.isEmpty, try root.status(tree.directory)?.kind != .directory {
            return found + [deviation(tree.directory, "is missing")]
        }
        let version = try root.directory(tree.directory)
        found += try runtime(tree, root)
        let files = InstalledFiles(plan, accounts: try Accounts(base: base))
        let display = ProgressDisplay(context.console, label: "Checking", total: contentSize)
        defer { display.abandon() }
        let differing = try files.deviations(in: version) { display.update($0) }
        return found
            + differing.map {
                var absolute = $0
                absolute.path = plan.paths.root + "/" + tree.path($0.path)
                return absolute
            }
    }

    private var contentSize: UInt64 {
        plan.entries.reduce(0) { sum, entry in
            if case .file(let size, _, _, _) = entry.content { sum + size } else { sum }
        }
    }

    /// The record, `current`, and the links at the top.
    private func links(_ tree: InstalledTree, _ root: borrowing Directory) throws(Failure) -> [Deviation] {
        var found: [Deviation] = []
        for link in tree.rootLinks {
            let status = try root.status(link.path)
            if status == nil {
                found.append(deviation(link.path, "is missing"))
            } else if let present = try root.linkTarget(link.path) {
                if present == link.target { continue }
                found.append(
                    deviation(link.path, "points to \(PathText.display(present)), expected \(link.target)"))
            } else {
                found.append(deviation(link.path, "is \(status?.kind.words ?? ""), expected a symbolic link"))
            }
        }
        guard tree.hasRecord else { return found }
        do throws(Failure) {
            if try InstallRecord.read(in: root) == nil { found.append(deviation(Layout.record, "is missing")) }
        } catch { found.append(deviation(Layout.record, "can't be read: \(ToolText.line(error))")) }
        return found
    }

    /// This program as it is on disk: undamaged, with this plan, by the signer on record.
    private func runtime(_ tree: InstalledTree, _ root: borrowing Directory) throws(Failure) -> [Deviation] {
        var found: [Deviation] = []
        for link in tree.runtimeLinks where try root.linkTarget(link.path) != link.target {
            found.append(deviation(link.path, "is not a link to \(link.target)"))
        }
        let path = tree.runtime
        let status: FileStatus?
        do throws(Failure) { status = try root.status(path) } catch {
            return found + [deviation(path, "can't be reached: \(error.cause ?? error.message)")]
        }
        guard let status else { return found + [deviation(path, "is missing")] }
        guard status.kind == .file else {
            return found + [deviation(path, "is \(status.kind.words), expected a regular file")]
        }
        if status.user != 0 || status.mode != 0o755 {
            found.append(
                deviation(
                    path,
                    "belongs to user \(status.user) with mode \(String(status.mode, radix: 8)), expected root and 755"
                ))
        }
        let key = tree.hasRecord ? ((try? InstallRecord.read(in: root)) ?? nil)?.publicKey : context.ownKey
        do throws(Failure) {
            let checked = try BinFile(reading: try root.file(path, .nonBlocking)).verified()
            if checked.file.plan != plan {
                found.append(deviation(path, "is of another build than the program that checks it"))
            }
            if let key, checked.file.trailer.signature?.publicKey != key {
                found.append(deviation(path, "is not signed by the key on record, \(KeyText.fingerprint(key))"))
            }
        } catch {
            guard error.code == .integrity else { throw error }
            found.append(deviation(path, "is damaged: \(ToolText.line(error))"))
        }
        return found
    }

    private func deviation(_ path: String, _ description: String) -> Deviation {
        Deviation(path: plan.paths.root + "/" + path, description: description)
    }
}
