import Diagnostics

extension PackagingTexts {
    /// The name that rpm gives a file until it is in place: its own, a semicolon and the transaction's number in eight
    /// hexadecimal digits (`;%08x`, rpm, lib/fsm.c).
    private static let unfinishedDigits = String(repeating: "[0-9a-f]", count: 8)

    /// What the templates of RPM scriptlets say of rpm's own leftovers, for all that call `remove_unfinished`, and of
    /// accounts, which rpm would take root for.
    func rpmContext() throws(Failure) -> [String: String?] {
        let patterns = outsideFiles.map { ScriptText.shellWord($0 + ";") + Self.unfinishedDigits }
        var context: [String: String?] = [
            "root": root, "digits": Self.unfinishedDigits, "removal": nil as String?,
            "outside_files": patterns.isEmpty ? nil : patterns.joined(separator: " \\\n        "),
        ]
        let unfinished = try Template.render(name: "rpm-unfinished", context: context)
        context["removal"] = "yes"
        let unfinishedRemoval = try Template.render(name: "rpm-unfinished", context: context)
        let directories = ownedDirectories.sorted { $0.utf8.count > $1.utf8.count }
        let checks = (isCarrier ? serviceChecks : []) + ownerChecks
        return [
            "accounts": checks.isEmpty ? nil : checks.map { $0 + " || exit 1" }.joined(separator: "\n"),
            "unfinished": Self.withoutEndOfLine(unfinished),
            "unfinished_removal": Self.withoutEndOfLine(unfinishedRemoval),
            "owned_directories": directories.map(ScriptText.shellWord).joined(separator: " "),
        ]
    }
}
