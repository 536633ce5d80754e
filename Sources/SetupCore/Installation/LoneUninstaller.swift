import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan

/// The uninstaller while the rest is removed: the runtime itself, at the top of the product root, where a link to it was.
///
/// So a removal that is cut off can be taken up by the same command, whatever of the product is gone by then; it is the
/// last file to go.
enum LoneUninstaller {
    /// Puts the active version's runtime in the place of the link to it, in one rename.
    ///
    /// Without an active version, or with something of somebody else in that place, nothing happens.
    static func settle(in root: borrowing Directory) throws(Failure) {
        let name = Layout.uninstall
        let link = Layout.current + "/" + name
        guard let active = try root.linkTarget(Layout.current), try isRuntime(active, in: root) else { return }
        let target = try root.linkTarget(name)
        guard try root.status(name) == nil || target == link else { return }
        try root.rename(active + "/" + Layout.runtime, to: name)
    }

    private static func isRuntime(_ version: String, in root: borrowing Directory) throws(Failure) -> Bool {
        guard version.hasPrefix(Layout.versions + "/"), try root.status(version)?.kind == .directory,
            try root.status(version + "/bin")?.kind == .directory
        else { return false }
        return try root.status(version + "/" + Layout.runtime)?.kind == .file
    }

    /// The plan that it carries.
    ///
    /// - Parameters:
    ///   - root: The product root.
    ///   - product: The product's name; nil takes any.
    /// - Returns: The plan, or nil where no uninstaller of the product lies by itself.
    static func plan(in root: borrowing Directory, of product: String?) -> Plan? {
        guard let file = try? root.file(Layout.uninstall, .nonBlocking), let found = try? BinFile(reading: file),
            found.isConfigTool, product == nil || found.plan.product.name == product
        else { return nil }
        return found.plan
    }
}
