public import Diagnostics
import Glibc

/// Reaches a directory through ancestors that only root can change.
///
/// Above a product's root, links are followed where link and directory belong to root and nobody else may write the
/// directory that holds the link (`/opt → /var/opt`, `/opt → /data/opt`); anywhere else a link is refused, because whoever
/// can plant it decides where root writes.
public enum TrustedPath {
    /// Opens an absolute path, making missing directories (0755, root).
    ///
    /// - Parameters:
    ///   - path: An absolute path without `.` and `..`.
    ///   - base: The directory that stands for `/`; an image root, or `/`.
    ///   - creating: Whether missing directories are made.
    /// - Returns: The open directory and the absolute paths (below `base`) that were made, outermost first.
    /// - Throws: `.failed` for a link that can't be trusted, or what the system reports (`ENOENT` without `creating`).
    public static func open(
        _ path: String, base: borrowing Directory, creating: Bool
    ) throws(Failure) -> TrustedDirectory {
        var pending = path.split(separator: "/").map(String.init)
        pending.reverse()
        var stack: [String] = []
        var made: [String] = []
        var linksLeft = 40
        var hasFollowed = false
        var here = try base.directory("")
        while let name = pending.popLast() {
            if name == ".." {
                _ = stack.popLast()
                here = try base.directory(stack.joined(separator: "/"))
                continue
            }
            if name == "." { continue }
            let shown = "/" + (stack + [name]).joined(separator: "/")
            switch try here.status(name)?.kind {
            case nil:
                guard creating else { throw Failure.system("open", shown, ENOENT) }
                try here.makeDirectory(name, mode: 0o755)
                made.append(shown)
                try here.sync()
                fallthrough
            case .directory:
                stack.append(name)
                here = try here.directory(name)
                if hasFollowed { try checkTrust(ofDirectory: here, shown: shown) }
            case .link:
                try checkTrust(ofLink: name, in: here, shown: shown)
                hasFollowed = true
                linksLeft -= 1
                guard linksLeft > 0, let target = try here.linkTarget(name) else {
                    throw Failure.system("open", shown, ELOOP)
                }
                if target.utf8.first == UInt8(ascii: "/") {
                    stack = []
                    here = try base.directory("")
                }
                pending += target.split(separator: "/").reversed().map(String.init)
            case .some(let kind):
                throw Failure(
                    .failed, "\(PathText.display(shown)) is \(kind.words), where a directory was expected",
                    hints: ["Move it away, then run the command again."])
            }
        }
        return TrustedDirectory(directory: here, created: made)
    }

    /// Where a link leads to must be as safe as where it stands.
    private static func checkTrust(ofDirectory directory: borrowing Directory, shown: String) throws(Failure) {
        let status = try directory.descriptor.status()
        guard status.user == 0, !status.isWritableByOthers else {
            throw Failure(
                .failed, "\(PathText.display(shown)), to which a link leads, can be changed by others than root",
                hints: ["Let root own the directory and nobody else write there."])
        }
    }

    private static func checkTrust(
        ofLink name: String, in directory: borrowing Directory, shown: String
    ) throws(Failure) {
        let holder = try directory.descriptor.status()
        let link = try directory.status(name)
        guard link?.user == 0, holder.user == 0, !holder.isWritableByOthers else {
            throw Failure(
                .failed, "the link \(PathText.display(shown)) can be changed by others than root, so it isn't followed",
                hints: ["Let root own the link and the directory that holds it, and nobody else write there."])
        }
    }
}

/// A directory reached through trusted ancestors.
public struct TrustedDirectory: ~Copyable {
    /// The open directory.
    public let directory: Directory
    /// The absolute paths that were made on the way, outermost first.
    public let created: [String]

    /// Makes the record of a walk.
    public init(directory: consuming Directory, created: [String]) {
        self.directory = directory
        self.created = created
    }

    /// Gives the directory away.
    ///
    /// - Returns: The open directory.
    public consuming func take() -> Directory { directory }
}
