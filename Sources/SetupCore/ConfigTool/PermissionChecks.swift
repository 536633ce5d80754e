import Diagnostics
import LinuxIO
import SetupPlan

/// Whether the product's files outside its program have the owners and modes that keep secrets in and others out.
struct PermissionChecks {
    let plan: Plan
    let context: ToolContext

    func findings() throws(Failure) -> [PreflightFinding] {
        let files = HostFiles(basePath: context.basePath)
        let accounts = try Accounts(base: try Directory.open(context.basePath))
        let directories = StateDirectories(plan: plan, accounts: accounts)
        let account = try directories.serviceAccount()
        var problems: [PreflightFinding] = []
        for place in directories.places {
            problems += try directory(place, account, files)
        }
        if let path = plan.configuration.map({ plan.paths.state + "/" + $0.path }), let status = try files.status(path)
        {
            problems += compare(path, status, kind: .file, user: account, mode: 0o600)
        }
        do throws(Failure) { _ = try OptionLines.read(directory: plan.paths.options, files) } catch {
            problems.append(PreflightFinding("options", .refusal, ToolText.line(error), hint: error.hints.first))
        }
        return problems.isEmpty
            ? [PreflightFinding("permissions", .ok, "owners and modes of settings, state and options are right")]
            : problems
    }

    private func directory(
        _ place: StateDirectories.Place, _ account: UserAccount, _ files: HostFiles
    ) throws(Failure) -> [PreflightFinding] {
        guard let status = try files.status(place.path) else {
            return [
                PreflightFinding(
                    "permissions", .refusal, "there is no \(place.path)",
                    hint: "`\(plan.configToolPath) interactive` makes it, and so does "
                        + (plan.ownPackage == nil ? "the installer." : "installing the package."))
            ]
        }
        return compare(
            place.path, status, kind: .directory, user: place.isServiceOwned ? account : nil, mode: place.mode)
    }

    /// Compares with what is expected; no user means root.
    private func compare(
        _ path: String, _ status: FileStatus, kind: FileStatus.Kind, user: UserAccount?, mode: UInt32
    ) -> [PreflightFinding] {
        guard status.kind == kind else {
            return [
                PreflightFinding("permissions", .refusal, "\(path) is \(status.kind.words), expected \(kind.words)")
            ]
        }
        var problems: [PreflightFinding] = []
        let owner = user?.name ?? "root"
        if status.user != user?.user ?? 0 {
            problems.append(
                PreflightFinding(
                    "permissions", .refusal, "\(path) belongs to user \(status.user), expected \(owner)",
                    hint: "Run `chown \(owner) \(path)`."))
        }
        // Stricter than expected is the administrator's choice.
        if status.mode & ~mode != 0 {
            let expected = String(mode, radix: 8)
            problems.append(
                PreflightFinding(
                    "permissions", .refusal,
                    "\(path) has mode \(String(status.mode, radix: 8)), expected at most \(expected)",
                    hint: "Run `chmod \(expected) \(path)`."))
        }
        return problems
    }
}
