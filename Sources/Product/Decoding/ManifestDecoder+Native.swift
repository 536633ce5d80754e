import DefinitionFiles

extension ManifestDecoder {
    /// The most bytes of a line that package managers list; Debian's policy 3.4.1, rpmlint's `summary-too-long`.
    private static let synopsisLimit = 80

    /// Warns of a description that lists of packages would cut off.
    mutating func checkSynopsis(_ text: Located<String>?) {
        guard let text, text.value.utf8.count > Self.synopsisLimit else { return }
        warn(
            text.location,
            "more than \(Self.synopsisLimit) bytes are too many for the lists of package managers, found "
                + "\(text.value.utf8.count)", hints: ["A package's \"details\" can say more."])
    }

    mutating func decodeDetails(_ fields: Fields) -> String? {
        guard let text = fields.text("details") else { return nil }
        let lines = text.value.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
        let trimmed = lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed()
        if trimmed.isEmpty { report(text.location, "expected text, found blanks alone") }
        return trimmed.joined(separator: "\n")
    }

    mutating func decodeDeb(_ fields: Fields, of package: String) -> DebDefinition {
        var definition = DebDefinition()
        guard let deb = fields.fields("deb") else { return definition }
        if let section = deb.text("section") { definition.section = section.value }
        if let priority = deb.text("priority") { definition.priority = priority.value }
        definition.multiArch = deb.text("multi_arch")?.value
        definition.triggers = distinct(deb.texts("triggers"))
        for (key, field) in ManifestTables.debRelations {
            let relations = distinct(deb.texts(key).map { Located(Self.canonicalDeb($0.value), at: $0.location) })
            if !relations.isEmpty { definition.relations[field] = relations }
        }
        for relation in (definition.relations["Pre-Depends"] ?? []) + (definition.relations["Depends"] ?? [])
        where relation.value.prefix(while: { $0 != " " && $0 != ":" }) == package {
            report(relation.location, "a package can't depend on itself")
        }
        return definition
    }

    /// One space around operators and bars, whatever was written: equal relations become equal texts.
    private static func canonicalDeb(_ text: String) -> String {
        text.filter { $0 != " " }.split(separator: "|").map { term in
            let parts = term.split(separator: "(", maxSplits: 1)
            guard parts.count == 2 else { return String(term) }
            let sign = parts[1].prefix { "<=>".contains($0) }
            return "\(parts[0]) (\(sign) \(parts[1].dropFirst(sign.count))"
        }.joined(separator: " | ")
    }

    mutating func decodeRPM(_ fields: Fields) -> RPMDefinition {
        var definition = RPMDefinition()
        guard let rpm = fields.fields("rpm") else { return definition }
        if let group = rpm.text("group") { definition.group = group.value }
        for key in ManifestTables.rpmRelations {
            let relations = distinct(rpm.texts(key))
            if !relations.isEmpty { definition.relations[key] = relations }
        }
        return definition
    }

    func decodeScripts(_ fields: Fields) -> PackageScriptFiles {
        var files = PackageScriptFiles()
        guard let scripts = fields.fields("scripts") else { return files }
        files.beforeInstall = scripts.text("before_install")
        files.afterInstall = scripts.text("after_install")
        files.beforeRemove = scripts.text("before_remove")
        files.afterRemove = scripts.text("after_remove")
        return files
    }

    mutating func decodeLegacyPaths(_ fields: Fields) -> [Located<String>] {
        distinct(fields.fields("legacy")?.texts("paths") ?? [])
    }

    mutating func decodeELF(_ fields: Fields) -> ELFRules {
        guard let elf = fields.fields("elf") else { return ELFRules() }
        var waivers: [ELFWaiver] = []
        for item in elf.list("waive") {
            guard let file = item.text("file"), let check = item.word("check", as: ELFCheck.self),
                let reason = item.text("reason"), let glob = glob(file)
            else { continue }
            if waivers.contains(where: { $0.file.value == glob.value && $0.check == check }) {
                report(file.location, "another entry waives \(check.rawValue) of \"\(file.value)\"")
            }
            waivers.append(ELFWaiver(file: glob, check: check, reason: reason.value))
        }
        return ELFRules(
            libraries: distinct(elf.texts("libraries")).compactMap { glob($0) }, waivers: waivers,
            makesRelations: elf.boolean("relations") ?? true)
    }
}
