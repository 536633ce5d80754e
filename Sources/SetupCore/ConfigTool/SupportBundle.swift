import BinFormat
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// What goes into a support bundle: files by name, each without secrets.
struct SupportBundle {
    private static let logTail = 1 << 20
    private static let most = 64 << 20

    let plan: Plan
    let context: ToolContext
    /// Nil when the settings can't be read: then nobody knows what is secret, and what others wrote stays out.
    private let redaction: Redaction?
    private let settings: StoredSettings?
    private(set) var files: [(name: String, content: [UInt8])] = []
    private var notes: [String] = []
    private var size = 0

    /// Collects everything; what can't be had is a note, never a failure.
    init(_ plan: Plan, _ context: ToolContext) {
        self.plan = plan
        self.context = context
        var unreadable: String?
        var stored: StoredSettings?
        do throws(Failure) { stored = try StoredSettings(plan, context) } catch { unreadable = ToolText.line(error) }
        settings = stored
        redaction = stored.map { Redaction($0.values) }
        if let unreadable {
            notes.append("The settings can't be read, so journal and logs were left out: \(unreadable)")
        }
        addReports()
        addPackage()
        addService()
        addJournal()
        addLogs()
        addSystem()
        notes.append("Values of secrets that are set now were replaced by \(SettingValue.mask).")
        add(
            "README.txt",
            "\(plan.product.title) \(plan.product.fullVersion), \(UTCTime(seconds: System.now).text)\n"
                + notes.map { "- \($0)\n" }.joined())
    }

    private mutating func add(_ name: String, _ text: String) { add(name, Array(text.utf8)) }

    private mutating func add(_ name: String, _ content: [UInt8]) {
        let clean = redaction?.apply(content) ?? content
        size += clean.count
        files.append((redaction?.apply(name) ?? name, clean))
    }

    /// Adds what a piece of work gives, or a note of why it couldn't.
    private mutating func add(_ name: String, from body: () throws(Failure) -> String) {
        do throws(Failure) { add(name, try body()) } catch { notes.append("\(name): \(ToolText.line(error))") }
    }

    private mutating func addReports() {
        let (plan, context) = (plan, context)
        if let settings { add("settings.json", ShowCommand.json(plan, settings).text(pretty: true) + "\n") }
        add("status.json") { () throws(Failure) in try ProductStatus(plan, context).json.text(pretty: true) + "\n" }
        add("verify.json") { () throws(Failure) in
            let command = VerifyCommand(plan: plan, context: context)
            return command.json(try command.deviations()).text(pretty: true) + "\n"
        }
        add("preflight.json") { () throws(Failure) in
            let findings = try Preflight.checkMachine(plan, context: context.preflight)
            return CheckCommand.json(findings, isGood: !findings.contains { $0.blocks }).text(pretty: true) + "\n"
        }
        let findings = CheckCommand(plan: plan, context: context).findings()
        add(
            "check.json",
            CheckCommand.json(findings, isGood: !findings.contains { $0.blocks }).text(pretty: true) + "\n")
    }

    /// What the package manager knows of the package that this program came in.
    private mutating func addPackage() {
        guard let package = plan.ownPackage, context.basePath == "/" else { return }
        let words = package.manager.description(of: package.name)
        guard let program = Subprocess.find(words[0]) else { return notes.append("There is no \(words[0]).") }
        add("package.txt") { () throws(Failure) in
            let result = try Subprocess.run([program] + words.dropFirst(), limit: 1 << 20, timeout: 60)
            return result.text + result.errorText
        }
    }

    private mutating func addService() {
        guard plan.service != nil else { return }
        let files = HostFiles(basePath: context.basePath)
        let name = plan.product.name
        let directory = plan.ownPackage?.manager.unitDirectory ?? ServiceControl.unitDirectory
        let places = [
            ("service/\(name).service", "\(directory)/\(name).service"),
            ("service/init.d-\(name)", "/etc/init.d/\(name)"),
        ]
        for (member, path) in places {
            add(member) { () throws(Failure) in
                if let text = try files.text(path) { return text }
                throw Failure(.failed, "there is no \(path)")
            }
        }
    }

    private mutating func addJournal() {
        guard plan.service != nil, context.basePath == "/", let redaction else { return }
        guard let program = Subprocess.find("journalctl") else { return notes.append("There is no journalctl.") }
        let limit = 16 << 20
        let name = plan.product.name
        add("journal.txt") { () throws(Failure) in
            let result = try Subprocess.run(
                [program, "-u", name, "--no-pager", "-n", "2000"], limit: limit, timeout: 60)
            // A cut at the limit could leave a part of a secret, which no search would find.
            let whole = result.output.count < limit ? result.output : Array(result.output.dropLast(redaction.longest))
            return String(decoding: whole, as: UTF8.self) + result.errorText
        }
    }

    private mutating func addLogs() {
        guard let redaction else { return }
        do throws(Failure) {
            let base = try Directory.open(context.basePath)
            let logs = try plan.paths.open(plan.paths.state + "/logs", base: base, creating: false).take()
            for (number, name) in try logs.names().enumerated() {
                guard size < Self.most else {
                    notes.append("logs/\(PathText.display(name)) and those after it: the bundle is large enough")
                    break
                }
                // Only names that any system can unpack; the others are numbered.
                let isPlain =
                    name.utf8.count <= 40 && !name.unicodeScalars.contains("\u{FFFD}") && PathText.display(name) == name
                let member = isPlain ? "logs/\(name)" : "logs/file-\(number)"
                if !isPlain { notes.append("\(member) is \(PathText.display(name))") }
                do throws(Failure) {
                    if let tail = try Self.tail(of: name, in: logs, redaction) { add(member, tail) }
                } catch { notes.append("\(member): \(ToolText.line(error))") }
            }
        } catch { notes.append("logs: \(ToolText.line(error))") }
    }

    /// The end of a log, from the start of a line, without secrets; nil for what is no plain file.
    ///
    /// The agent's account writes this directory: links aren't followed, and files with a second name aren't read, since
    /// that may be anywhere.
    private static func tail(
        of name: String, in logs: borrowing Directory, _ redaction: Redaction
    ) throws(Failure) -> [UInt8]? {
        guard try logs.status(name)?.kind == .file else { return nil }
        let file = try logs.file(name, .nonBlocking)
        let status = try file.status()
        guard status.kind == .file, status.links == 1 else { return nil }
        let wanted = UInt64(logTail)
        // More than is wanted, so that a secret across the cut is seen whole.
        let margin = UInt64(4096 + 8 * redaction.longest)
        guard status.size > wanted + margin else {
            return redaction.apply(try file.read(Int(status.size), at: 0))
        }
        let count = wanted + margin
        let clean = redaction.apply(try file.read(Int(count), at: status.size - count))
        let start = clean.prefix(Int(margin)).firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? Int(margin)
        return Array(clean.dropFirst(start))
    }

    private mutating func addSystem() {
        let context = context
        let paths = [plan.paths.root, plan.paths.state, plan.paths.options]
        let kernel = System.kernel
        add("os/uname.txt", "\(kernel.host) Linux \(kernel.release) \(kernel.machine)\n")
        for (name, path) in [("os/os-release", "/etc/os-release"), ("os/meminfo", "/proc/meminfo")] {
            add(name) { () throws(Failure) in String(decoding: try readFile(path), as: UTF8.self) }
        }
        add("os/disk.txt") { () throws(Failure) in
            var rows: [(String, String)] = []
            for path in paths {
                guard fileStatus(context.preflight.path(path)) != nil else { continue }
                let system = try FileSystem(holding: context.preflight.path(path))
                let inodes = system.availableInodes.map { "\($0)" } ?? "unlimited"
                rows.append(
                    (
                        path,
                        "\(system.availableBytes) bytes and \(inodes) inodes free"
                            + (system.isReadOnly ? ", read-only" : "") + (system.isNoExec ? ", noexec" : "")
                    ))
            }
            return ToolText.table(rows)
        }
    }
}
