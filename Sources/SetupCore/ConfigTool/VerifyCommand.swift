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
        if arguments.has("--json") {
            context.put(json(deviations))
        } else if deviations.isEmpty {
            context.output("Every file of \(plan.product.title) \(plan.product.fullVersion) is as it was installed.\n")
        } else {
            for deviation in deviations {
                context.output(TerminalText.escaped("\(deviation.path) \(deviation.description)") + "\n")
            }
            context.console.say("To repair, run the installer of \(plan.product.fullVersion) again.")
        }
        return (deviations.isEmpty ? ExitCode.done : .integrity).rawValue
    }

    func json(_ deviations: [Deviation]) -> JSONValue {
        .object([
            "schema": 1, "product": .string(plan.product.name), "version": .string(plan.product.fullVersion),
            "intact": .bool(deviations.isEmpty), "checked": .integer(Int64(plan.entries.count)),
            "deviations": .array(
                deviations.map { .object(["path": .string($0.path), "problem": .string($0.description)]) }),
        ])
    }

    /// What differs; paths are absolute.
    func deviations() throws(Failure) -> [Deviation] {
        let layout = Layout(plan)
        let base = try Directory.open(context.basePath)
        let root: Directory
        do throws(Failure) {
            root = try plan.paths.open(plan.paths.root, base: base, creating: false).take()
        } catch {
            guard error.isNotFound else { throw error }
            throw Failure(
                .requirement, "\(plan.product.title) is not installed: there is no \(plan.paths.root)",
                hints: ["Run the installer."])
        }
        var found = try links(layout, root)
        guard try root.status(layout.version)?.kind == .directory else {
            return found + [deviation(layout.version, "is missing")]
        }
        let version = try root.directory(layout.version)
        found += try runtime(layout, root, version)
        let files = InstalledFiles(plan, accounts: try Accounts(base: base))
        let display = ProgressDisplay(context.console, label: "Checking", total: contentSize)
        defer { display.abandon() }
        let differing = try files.deviations(in: version) { display.update($0) }
        return found + differing.map { deviation(layout.version + "/" + $0.path, $0.description) }
    }

    private var contentSize: UInt64 {
        plan.entries.reduce(0) { sum, entry in
            if case .file(let size, _, _, _) = entry.content { sum + size } else { sum }
        }
    }

    /// The record, `current`, and the links at the top.
    private func links(_ layout: Layout, _ root: borrowing Directory) throws(Failure) -> [Deviation] {
        var found: [Deviation] = []
        var expected = layout.topNames.map { ($0, Layout.current + "/" + $0) }
        expected.append((Layout.current, layout.version))
        for (name, target) in expected {
            let status = try root.status(name)
            if status == nil {
                found.append(deviation(name, "is missing"))
            } else if let present = try root.linkTarget(name) {
                if present == target { continue }
                found.append(deviation(name, "points to \(PathText.display(present)), expected \(target)"))
            } else {
                found.append(deviation(name, "is \(status?.kind.words ?? ""), expected a symbolic link"))
            }
        }
        do throws(Failure) {
            if try InstallRecord.read(in: root) == nil { found.append(deviation(Layout.record, "is missing")) }
        } catch { found.append(deviation(Layout.record, "can't be read: \(ToolText.line(error))")) }
        return found
    }

    /// This program as it is on disk: undamaged, with this plan, by the signer on record.
    private func runtime(
        _ layout: Layout, _ root: borrowing Directory, _ version: borrowing Directory
    ) throws(Failure) -> [Deviation] {
        var found: [Deviation] = []
        for link in layout.runtimeLinks where try version.linkTarget(link.name) != link.target {
            found.append(deviation(layout.version + "/" + link.name, "is not a link to \(link.target)"))
        }
        let path = layout.version + "/" + Layout.runtime
        guard let status = try version.status(Layout.runtime) else { return found + [deviation(path, "is missing")] }
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
        let record = (try? InstallRecord.read(in: root)) ?? nil
        do throws(Failure) {
            let checked = try BinFile(reading: try version.file(Layout.runtime, .nonBlocking)).verified()
            if checked.file.plan != plan {
                found.append(deviation(path, "is of another build than the program that checks it"))
            }
            if let key = record?.publicKey, checked.file.trailer.signature?.publicKey != key {
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
