import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// `status`: versions, signer, service, and how the agent says it is.
struct StatusCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let status = try ProductStatus(plan, context)
        if arguments.has("--json") { context.put(status.json) } else { context.output(status.text) }
        return (status.isRunning ? ExitCode.done : .requirement).rawValue
    }
}

/// What `status` shows.
struct ProductStatus {
    private let plan: Plan
    private let installed: InstalledProduct
    /// The service; nil where the product has none or it can't be asked.
    private let service: ServiceState?
    private let health: AgentHealth?
    /// Why a service that doesn't run can't be started.
    private let obstacle: String?
    /// The version that the process is of, as far as it can be told.
    private let runningVersion: String?

    init(_ plan: Plan, _ context: ToolContext) throws(Failure) {
        self.plan = plan
        installed = try InstalledProduct(plan, context)
        service = plan.service == nil ? nil : try ServiceControl(plan: plan, basePath: context.basePath).state()
        let stored = try? StoredSettings(plan, context)
        let known: Redaction? = if let stored { Redaction(stored.values) } else { nil }
        obstacle = service?.isActive == false ? Self.obstacle(plan, context, stored, installed) : nil
        runningVersion = service?.mainProcess.flatMap { Self.version(of: $0, plan, context) }
        // Without the settings nobody knows what in the agent's words is secret.
        health =
            if let known {
                HealthProbe.health(of: plan, context, known)
            } else {
                plan.agent?.health.map { _ in AgentHealth(state: .unknown, message: "the settings can't be read") }
            }
    }

    /// What keeps a start from succeeding: no configuration, no program, or options that are refused.
    private static func obstacle(
        _ plan: Plan, _ context: ToolContext, _ stored: StoredSettings?, _ installed: InstalledProduct
    ) -> String? {
        if plan.configuration != nil, let stored, stored.content == nil {
            return "it is not configured yet (run `\(plan.configToolPath) interactive`)"
        }
        if let version = installed.active,
            let problem = CheckCommand(plan: plan, context: context).programs(version).first
        {
            return problem.message
        }
        do throws(Failure) {
            _ = try OptionLines.read(directory: plan.paths.options, HostFiles(basePath: context.basePath))
        } catch {
            // EACCES: nobody knows.
            return error.errorNumber == 13 ? nil : ToolText.line(error)
        }
        return nil
    }

    /// The version that a process is of, told by where it works, or by its program; nil when that can't be told, as in the
    /// one directory of a package.
    private static func version(of process: Int32, _ plan: Plan, _ context: ToolContext) -> String? {
        guard plan.ownPackage == nil, context.basePath == "/", let root = try? resolvedPath(plan.paths.root) else {
            return nil
        }
        let versions = PathText.join(root, Layout.versions) + "/"
        for link in ["cwd", "exe"] {
            guard let path = try? resolvedPath("/proc/\(process)/\(link)"), path.hasPrefix(versions) else { continue }
            return String(path.dropFirst(versions.count).prefix { $0 != "/" })
        }
        return nil
    }

    /// Whether the service runs; a product without one runs when it is installed.
    var isRunning: Bool { plan.service == nil ? installed.problem == nil : service?.isActive ?? false }

    private var signer: String? { installed.signer.map(KeyText.fingerprint) }

    var text: String {
        var rows = [
            ("Product", "\(plan.product.title) (\(plan.product.name))"),
            ("Version", installed.version ?? "not installed"),
        ]
        if let package = plan.ownPackage { rows.append(("Installed as", package.words)) }
        if let problem = installed.problem { rows.append(("Problem", problem)) }
        if let previous = installed.previous { rows.append(("Previous version", previous)) }
        if installed.isInstalled { rows.append(("Signed by", signer.map { "key \($0)" } ?? "nobody")) }
        if let service {
            rows.append(("Service manager", Self.words(service.manager)))
            let enabled = service.isEnabled ? "starts at boot" : "does not start at boot"
            rows.append(("Service", service.isInstalled ? enabled : "not installed"))
            let old = runningVersion.flatMap { $0 == installed.active ? nil : ", still version \($0)" } ?? ""
            let process = service.mainProcess.map { " (process \($0)\(old))" } ?? ""
            let no = "no" + (obstacle.map { ": " + $0 } ?? "")
            rows.append(("Running", service.isActive ? "yes" + process : no))
        } else {
            rows.append(("Service", "the product has none"))
        }
        if let health {
            rows.append(("Agent", health.state.rawValue + (health.message.isEmpty ? "" : ": " + health.message)))
        }
        return ToolText.table(rows)
    }

    var json: JSONValue {
        .object([
            "schema": 1, "product": .string(plan.product.name), "title": .string(plan.product.title),
            "installed": .bool(installed.isInstalled), "format": .string(plan.format.rawValue),
            "package": plan.package.map { .string($0) } ?? .null,
            "version": installed.version.map { .string($0) } ?? .null,
            "previous_version": installed.previous.map { .string($0) } ?? .null,
            "signing_key": signer.map { .string($0) } ?? .null,
            "problem": (installed.problem ?? obstacle).map { .string($0) } ?? .null, "running": .bool(isRunning),
            "service": service.map { service in
                .object([
                    "name": .string(plan.product.name), "manager": .string(Self.name(service.manager)),
                    "installed": .bool(service.isInstalled), "enabled": .bool(service.isEnabled),
                    "active": .bool(service.isActive),
                    "main_pid": service.mainProcess.map { .integer(Int64($0)) } ?? .null,
                ])
            } ?? .null,
            "health": health.map {
                .object(["state": .string($0.state.rawValue), "message": .string($0.message)])
            } ?? .null,
        ])
    }

    private static func name(_ manager: ServiceManager) -> String {
        switch manager {
        case .systemd: "systemd"
        case .sysv: "sysv"
        case .systemdOffline: "systemd-offline"
        case .none: "none"
        }
    }

    private static func words(_ manager: ServiceManager) -> String {
        switch manager {
        case .systemd: "systemd"
        case .sysv: "init scripts"
        case .systemdOffline: "systemd, which does not run now"
        case .none: "none"
        }
    }
}
