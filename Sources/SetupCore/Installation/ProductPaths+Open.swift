import Diagnostics
import LinuxIO
import SetupPlan

extension ProductPaths {
    /// Opens one of the product's own directories, or one below.
    ///
    /// Ancestors of root, state and options may be links that root alone can change; these three and everything below
    /// them are never reached through a link, which whoever planted it would turn into a write elsewhere.
    ///
    /// - Parameters:
    ///   - path: An absolute path at or below root, state or options.
    ///   - base: `/` or an image's root.
    ///   - creating: Whether missing directories are made (0755, root).
    func open(
        _ path: String, base: borrowing Directory, creating: Bool
    ) throws(Failure) -> TrustedDirectory {
        let own = [root, state, options].first { path == $0 || path.hasPrefix($0 + "/") } ?? path
        let above = try TrustedPath.open(PathText.parent(own), base: base, creating: creating)
        let relative = PathText.lastComponent(own) + path.dropFirst(own.count)
        var created = above.created
        if creating {
            let made = try above.directory.makeDirectories(relative)
            if !made.isEmpty { try above.directory.sync() }
            created += made.map { PathText.join(PathText.parent(own), $0) }
        }
        return TrustedDirectory(directory: try above.directory.directory(relative), created: created)
    }
}
