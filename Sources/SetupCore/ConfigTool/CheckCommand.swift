import Diagnostics
import JSON
import LinuxIO
import SetupPlan

/// `check`: settings, permissions, and the way to the server.
struct CheckCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let findings = findings()
        let isGood = !findings.contains { $0.blocks }
        if arguments.has("--json") {
            context.put(Self.json(findings, isGood: isGood))
        } else {
            for finding in findings { context.output(Self.line(finding)) }
        }
        return (isGood ? ExitCode.done : .requirement).rawValue
    }

    /// Everything that can be looked at; what can't be is a finding itself.
    func findings() -> [PreflightFinding] {
        var findings = attempt("installation") { () throws(Failure) in try installation() }
        findings += attempt("permissions") { () throws(Failure) in
            try PermissionChecks(plan: plan, context: context).findings()
        }
        var stored: StoredSettings?
        findings += attempt("settings") { () throws(Failure) in
            let read = try StoredSettings(plan, context)
            stored = read
            return settings(read)
        }
        // Without the settings the way to the server isn't known: there may be a proxy.
        if let values = stored?.values {
            findings += attempt("network") { () throws(Failure) in
                try Preflight.checkReach(plan, context: context.preflight, value: { values[$0]?.exposedText })
            }
        }
        return findings
    }

    private func attempt(
        _ name: String, _ body: () throws(Failure) -> [PreflightFinding]
    ) -> [PreflightFinding] {
        do throws(Failure) { return try body() } catch {
            let hint = error.hints.isEmpty ? nil : error.hints.joined(separator: " ")
            return [PreflightFinding(name, .refusal, ToolText.line(error), hint: hint)]
        }
    }

    private func installation() throws(Failure) -> [PreflightFinding] {
        let found = try InstalledProduct(plan, context)
        if let problem = found.problem {
            return [
                PreflightFinding(
                    "installation", .refusal, problem,
                    hint: plan.ownPackage == nil ? "Run the installer again." : plan.repairHint)
            ]
        }
        let version = found.version ?? plan.product.fullVersion
        let problems = programs(version)
        return problems.isEmpty
            ? [PreflightFinding("installation", .ok, "\(plan.product.title) \(version) is installed")] : problems
    }

    /// What is wrong with the programs that a start needs; `verify` compares all files.
    func programs(_ version: String) -> [PreflightFinding] {
        let package = plan.ownPackage
        let directory =
            package == nil
            ? PathText.join(plan.paths.root, Layout.directory(ofVersion: version)) : plan.paths.root
        return [Layout.runtime, plan.agent?.command.first].compactMap(\.self).compactMap { program in
            let path = program.hasPrefix("/") ? program : PathText.join(directory, program)
            let status = fileStatus(context.preflight.path(path))
            // Others than root may not be able to look.
            if status == nil, context.user != 0 { return nil }
            if let status, status.kind == .file, status.mode & 0o111 != 0 { return nil }
            let state = status == nil ? "is missing" : "is no program that can be executed"
            return PreflightFinding(
                "installation", .refusal, "\(path) \(state)",
                hint: "`\(plan.configToolPath) verify` tells what else differs"
                    + (package == nil
                        ? "; the installer of \(version) repairs it." : ". \(plan.repairHint(of: program))")
            )
        }
    }

    private func settings(_ stored: StoredSettings) -> [PreflightFinding] {
        guard plan.configuration != nil else {
            return [PreflightFinding("settings", .ok, "\(plan.product.title) has no settings")]
        }
        guard stored.content != nil else {
            return [
                PreflightFinding(
                    "settings", .refusal, "not configured yet: there is no \(stored.store.path)",
                    hint: "Run `\(plan.configToolPath) interactive`.")
            ]
        }
        let review = SettingReview(stored.values, tool: plan.configToolPath)
        var findings = review.missing.map {
            PreflightFinding(
                "settings", .refusal, "\($0) has no value", hint: "Give it with \(review.command(for: $0)).")
        }
        findings += stored.values.problems().map {
            PreflightFinding("settings", .refusal, ToolText.line($0), hint: $0.hints.first)
        }
        return findings.isEmpty ? [PreflightFinding("settings", .ok, "the settings are complete and valid")] : findings
    }

    private static func line(_ finding: PreflightFinding) -> String {
        let word =
            switch finding.outcome {
            case .ok: "ok      "
            case .warning: "warning "
            case .refusal: "problem "
            }
        let hint = finding.outcome == .ok ? nil : finding.hint
        return word + TerminalText.escaped(finding.message + (hint.map { " -- " + $0 } ?? "")) + "\n"
    }

    static func json(_ findings: [PreflightFinding], isGood: Bool) -> JSONValue {
        .object([
            "schema": 1, "ok": .bool(isGood),
            "findings": .array(
                findings.map {
                    .object([
                        "name": .string($0.name), "outcome": .string($0.outcome.rawValue),
                        "message": .string($0.message), "hint": $0.hint.map { .string($0) } ?? .null,
                    ])
                }),
        ])
    }
}
