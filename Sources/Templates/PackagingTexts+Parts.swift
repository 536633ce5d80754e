import Diagnostics

extension PackagingTexts {
    /// What several scripts share, and what Debian's scripts do with configuration files and accounts.
    func partsContext() throws(Failure) -> [String: String?] {
        let own = isCarrier ? service : nil
        var context: [String: String?] = [
            "package": package, "title": title, "root": root, "config_tool": configTool, "service": own?.name,
            "any_service": service?.name, "configuration_path": configuration, "asks": nil as String?,
            "unconfigured": nil as String?, "service_head": nil as String?, "service_functions": nil as String?,
            "answers_triggers": own != nil || !afterInstall.allSatisfy(\.isWhitespace) ? "yes" : nil,
            "shared_directories": sharedDirectories.isEmpty
                ? nil : sharedDirectories.map(ScriptText.shellWord).joined(separator: " "),
            "set_aside": lines(conffiles) {
                "set_aside \(ScriptText.shellWord($0))" + ($0 == own.map { "/etc/init.d/\($0.name)" } ? " ours" : "")
            },
            "take_back": lines(conffiles) { "take_back \(ScriptText.shellWord($0))" },
            "put_back": lines(conffiles) { "put_back \(ScriptText.shellWord($0))" },
            "forget": lines(conffiles) {
                "rm -rf "
                    + ["kept", "old"].map { [path = $0] in ScriptText.shellWord("\(path).\(package)-\($0)") }
                    .joined(separator: " ")
            },
            "owners": lines(ownerChecks) { $0 },
            "legacy_keep": lines(legacyPaths) { "keep \(ScriptText.shellWord($0))" },
            "legacy_restore": lines(legacyPaths) { "restore \(ScriptText.shellWord($0))" },
            "legacy_purge": lines(legacyPaths, legacyPurge),
        ]
        context["account_functions"] = try part("account-functions", context)
        context["legacy_functions"] = try part("deb-legacy-functions", context)
        if isCarrier, configuration != nil {
            context["unconfigured"] = ScriptText.shellWord(try part("unconfigured", context))
        }
        guard own != nil else { return context }
        context["service_head"] = try part("deb-service-functions", context)
        context["asks"] = "yes"
        context["service_functions"] = try part("deb-service-functions", context)
        return context
    }

    /// Calls of `check_account` for the accounts that files belong to.
    var ownerChecks: [String] {
        (owners.map { ("passwd", $0) } + ownerGroups.map { ("group", $0) }).map {
            "check_account \($0.0) \($0.1) \"to whom files of the package belong\""
        }
    }

    private func part(_ name: String, _ context: [String: String?]) throws(Failure) -> String {
        Self.withoutEndOfLine(try Template.render(name: name, context: context))
    }

    /// Deletes a file and, below the root, the directories that an older package made for it, once they are empty.
    private func legacyPurge(_ path: String) -> String {
        let line = "rm -f \(ScriptText.shellWord(path)) || true"
        guard path.hasPrefix(root + "/") else { return line }
        let directories = path.indices.filter { path[$0] == "/" && $0 >= root.endIndex }.reversed().map {
            ScriptText.shellWord(String(path[..<$0]))
        }
        return line + "\n        rmdir \(directories.joined(separator: " ")) 2>/dev/null || true"
    }

    func lines<Item>(_ items: [Item], _ line: (Item) -> String) -> String? {
        items.isEmpty ? nil : items.map { "        " + line($0) }.joined(separator: "\n")
    }
}
