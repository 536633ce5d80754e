public import BinFormat
public import Diagnostics
import Digests
public import LinuxIO
public import SetupPlan

/// What differs between a path and the plan.
public struct Deviation: Sendable, Equatable {
    /// The path below the version's directory.
    public var path: String
    /// What was expected and what was found.
    public var description: String
    /// Whether it is configuration that an administrator changed, which is nobody's fault.
    public var isAdministrators = false
    /// Whether it is configuration that isn't there.
    public var isMissingConfiguration = false
}

/// Compares a version's directory with its plan.
public struct InstalledFiles: Sendable {
    private let plan: Plan
    private let accounts: Accounts

    /// Prepares a comparison.
    ///
    /// - Parameters:
    ///   - plan: The version's plan.
    ///   - accounts: The users and groups of the machine.
    public init(_ plan: Plan, accounts: Accounts) {
        self.plan = plan
        self.accounts = accounts
    }

    /// What an entry's owner and group are on this machine.
    ///
    /// - Returns: Their numbers.
    /// - Throws: `.requirement` when the machine has no such account.
    public func owner(of entry: Entry) throws(Failure) -> FileOwner {
        guard let user = accounts.user(entry.owner)?.user else {
            throw Self.unknown("user", entry.owner)
        }
        guard let group = accounts.group(entry.group) else {
            throw Self.unknown("group", entry.group)
        }
        return FileOwner(user: user, group: group)
    }

    private static func unknown(_ kind: String, _ name: String) -> Failure {
        Failure(
            .requirement, "this machine has no \(kind) \(name), to which files of the product belong",
            hints: ["Create the \(kind), then run the command again. Accounts of LDAP or SSSD are not seen."])
    }

    /// Compares every entry.
    ///
    /// - Parameters:
    ///   - directory: The version's directory.
    ///   - progress: Told the bytes compared so far.
    /// - Returns: What deviates, in the plan's order.
    public func deviations(
        in directory: borrowing Directory, progress: (UInt64) -> Void = { _ in }
    ) throws(Failure) -> [Deviation] {
        var found: [Deviation] = []
        var done: UInt64 = 0
        for entry in plan.entries {
            if let deviation = try deviation(of: entry, in: directory) { found.append(deviation) }
            if case .file(let size, _, _, _) = entry.content {
                done += size
                progress(done)
            }
        }
        return found
    }

    private func deviation(of entry: Entry, in directory: borrowing Directory) throws(Failure) -> Deviation? {
        guard let difference = try difference(of: entry, in: directory) else { return nil }
        var deviation = Deviation(path: entry.path, description: difference)
        guard entry.isConfiguration else { return deviation }
        switch ((try? directory.status(entry.path)) ?? nil)?.kind {
        // Its content, mode or owner, or a link to where it is kept.
        case .file, .link:
            deviation.isAdministrators = true
            deviation.description = "was changed by an administrator"
        case nil: deviation.isMissingConfiguration = true
        default: break
        }
        return deviation
    }

    private func difference(of entry: Entry, in directory: borrowing Directory) throws(Failure) -> String? {
        let status: FileStatus?
        do throws(Failure) { status = try directory.status(entry.path) } catch {
            // A parent that became a link or a file: the entry itself can't be reached.
            return "can't be reached: \(error.cause ?? error.message)"
        }
        guard let status else { return "is missing" }
        let owner = try owner(of: entry)
        guard status.user == owner.user, status.group == owner.group else {
            return "belongs to \(status.user):\(status.group), expected \(entry.owner):\(entry.group)"
        }
        switch entry.content {
        case .directory:
            guard status.kind == .directory else { return "is \(status.kind.words), expected a directory" }
        case .link(let target):
            guard status.kind == .link else { return "is \(status.kind.words), expected a symbolic link" }
            let found = try directory.linkTarget(entry.path) ?? ""
            return found == target
                ? nil : "points to \(PathText.display(found)), expected \(PathText.display(target))"
        case .file(let size, let digest, _, _):
            guard status.kind == .file else { return "is \(status.kind.words), expected a regular file" }
            guard status.size == size else { return "has \(status.size) bytes, expected \(size)" }
            guard try Self.digest(of: entry.path, in: directory) == digest else { return "has other content" }
        }
        return status.mode == entry.mode
            ? nil : "has mode \(String(status.mode, radix: 8)), expected \(String(entry.mode, radix: 8))"
    }

    private static func digest(of path: String, in directory: borrowing Directory) throws(Failure) -> SHA256Digest {
        let file = try directory.file(path, .nonBlocking)
        let digest = SHA256()
        while true {
            let piece = try file.read(upTo: 1 << 20)
            if piece.isEmpty { return digest.finish() }
            digest.update(piece)
        }
    }
}
