import Diagnostics
import LinuxIO

/// Directories that are the user's own.
enum PrivateDirectory {
    /// Opens a directory, making it and what is missing above it with mode 0700.
    ///
    /// - Parameter path: The directory; links above it and at its end are followed.
    /// - Returns: The open directory, whatever its mode and owner.
    static func make(_ path: String) throws(Failure) -> Directory {
        var missing: [String] = []
        var existing = path
        while fileStatus(existing) == nil, existing != "/", existing != "." {
            missing.append(PathText.lastComponent(existing))
            existing = PathText.parent(existing)
        }
        let ancestor = try Directory.open(existing)
        guard !missing.isEmpty else { return ancestor }
        let relative = missing.reversed().joined(separator: "/")
        try ancestor.makeDirectories(relative, mode: 0o700)
        return try ancestor.directory(relative)
    }

    /// Refuses a directory that somebody else may write or even look into.
    ///
    /// - Parameter directory: The open directory.
    /// - Throws: `usage`.
    static func check(_ directory: borrowing Directory) throws(Failure) {
        let status = try directory.descriptor.status()
        let shown = PathText.display(directory.path)
        guard status.user == System.effectiveUser else {
            throw Failure(
                .usage, "the cache \(shown) belongs to user \(status.user), not to user \(System.effectiveUser)",
                hints: ["Choose another directory with --cache, or build with --no-cache."])
        }
        guard status.mode & 0o777 == 0o700 else {
            throw Failure(
                .usage, "the cache \(shown) has mode \(String(status.mode, radix: 8)), expected 700",
                hints: ["Close it to others: chmod 700 \(shown)", "Or choose another directory with --cache."])
        }
    }
}
