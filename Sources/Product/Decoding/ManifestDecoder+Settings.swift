import DefinitionFiles
import Diagnostics
import SetupPlan

extension ManifestDecoder {
    /// Options of the installer and of the config tool, as setting ids: a setting can't take their place.
    private static let reserved = [
        "accept_eula", "allow_downgrade", "answers", "check", "dry_run", "extract", "from", "help", "info", "json",
        "key", "list", "log", "no_pager", "no_start", "purge", "quiet", "root", "silent", "verbose", "version", "waive",
        "write_answers", "yes",
    ]
    /// Settings that the runtime gives a meaning to, and the kinds it needs them to have.
    private static let wellKnown: [String: Setting.Kind] = [
        "proxy_pac_url": .url, "proxy_host": .host, "proxy_port": .port, "proxy_user": .text, "proxy_password": .text,
        "no_proxy": .text, "ca_file": .path, "auto_update": .boolean,
    ]

    mutating func decodeSettings(_ fields: Fields) -> [Setting] {
        var settings: [Setting] = []
        for item in fields.list("settings") where item.table.name == ManifestTables.setting.name {
            guard let id = item.text("id"), let setting = decodeSetting(item, id: id, earlier: settings) else {
                continue
            }
            checkID(id, isSecret: setting.isSecret, earlier: settings)
            settings.append(setting)
        }
        return settings
    }

    private mutating func checkID(_ id: Located<String>, isSecret: Bool, earlier: [Setting]) {
        if earlier.contains(where: { $0.id == id.value }) {
            report(id.location, "there is another setting \"\(id.value)\"")
        } else if Self.reserved.contains(id.value) {
            report(id.location, "\"\(id.value)\" is an option of the installer; expected another id")
        }
        let clash = earlier.first { other in
            (other.isSecret && id.value == other.id + "_file") || (isSecret && other.id == id.value + "_file")
        }
        if let clash {
            report(id.location, "its option collides with the file option of the secret beside it (\"\(clash.id)\")")
        }
    }

    private mutating func decodeSetting(_ fields: Fields, id: Located<String>, earlier: [Setting]) -> Setting? {
        guard let kind = decodeKind(fields) else { return nil }
        let isSecret = fields.boolean("secret") ?? false
        if let expected = Self.wellKnown[id.value], expected != kind {
            report(
                fields["kind"]?.location ?? id.location,
                "\"\(id.value)\" has a meaning that needs kind \(expected.name)")
        }
        if id.value == "proxy_password", !isSecret { report(id.location, "\"proxy_password\" must have secret: true") }
        if isSecret, kind == .boolean, let node = fields["secret"] {
            report(node.location, "a setting of kind bool can't be secret")
        }
        let pattern = fields.text("pattern")
        if let pattern { checkPattern(pattern, fields: fields) }
        if let hint = fields.text("pattern_hint"), fields["pattern"] == nil {
            report(hint.location, "\"pattern_hint\" needs \"pattern\"")
        }
        let setting = Setting(
            id: id.value, prompt: fields.text("prompt")?.value ?? "", help: fields.text("help")?.value, kind: kind,
            isSecret: isSecret, isRequired: fields.boolean("required") ?? false, isAsked: fields.boolean("ask") ?? true,
            defaultValue: decodeDefault(fields, kind: kind, isSecret: isSecret), pattern: pattern?.value,
            patternHint: fields.text("pattern_hint")?.value, condition: decodeCondition(fields, earlier: earlier),
            fileKey: fields.text("file_key")?.value, formats: fields.texts("formats").map(\.value))
        if setting.isRequired, !setting.isAsked, fields["default"] == nil {
            report(
                id.location, "a required setting that is not asked for needs a default, or nobody could install by hand"
            )
        }
        return setting
    }

    private mutating func decodeKind(_ fields: Fields) -> Setting.Kind? {
        let word = fields.text("kind")?.value ?? "text"
        for key in ["min", "max"] where word != "integer" {
            if let node = fields[key] { report(node.location, "\"\(key)\" needs kind: integer") }
        }
        if word != "choice", let node = fields["choices"] { report(node.location, "\"choices\" needs kind: choice") }
        switch word {
        case "text": return fields["kind"] == nil || fields.text("kind") != nil ? .text : nil
        case "bool": return .boolean
        case "port": return .port
        case "host": return .host
        case "url": return .url
        case "path": return .path
        case "integer":
            let (minimum, maximum) = (fields.integer("min"), fields.integer("max"))
            if let minimum, let maximum, minimum.value > maximum.value {
                report(maximum.location, "\"max\" is below \"min\", \(minimum.value)")
                return .integer(minimum: .min, maximum: .max)
            }
            return .integer(minimum: minimum?.value ?? .min, maximum: maximum?.value ?? .max)
        case "choice":
            let words = fields.texts("choices")
            if fields["choices"] == nil {
                report(fields.node.location, "\"choices\" is missing: the words of a setting of kind choice")
            }
            for (index, word) in words.enumerated() where words[..<index].contains(where: { $0.value == word.value }) {
                report(word.location, "\"\(word.value)\" is listed twice")
            }
            return .choice(words.map(\.value))
        default: return nil
        }
    }

    private mutating func checkPattern(_ pattern: Located<String>, fields: Fields) {
        var reason = ""
        guard var expression = PosixPattern(pattern.value, problem: &reason) else {
            report(pattern.location, "no POSIX extended regular expression: \(reason)")
            return
        }
        if let value = fields.text("default"), !value.value.isEmpty, !expression.matches(value.value) {
            report(value.location, "the default does not match \"pattern\"")
        }
    }

    private mutating func decodeDefault(_ fields: Fields, kind: Setting.Kind, isSecret: Bool) -> String? {
        guard let value = fields.text("default") else { return nil }
        if isSecret {
            report(value.location, "a secret has no default: it would be readable in every installer")
            return nil
        }
        guard let canonical = kind.canonical(value.value) else {
            report(value.location, "expected \(kind.expected), found \(DefinitionNode.quoted(value.value))")
            return nil
        }
        return canonical
    }

    private mutating func decodeCondition(_ fields: Fields, earlier: [Setting]) -> SettingCondition? {
        guard let when = fields.fields("when"), let id = when.text("setting"), let value = when.text("is") else {
            return nil
        }
        guard let other = earlier.first(where: { $0.id == id.value }) else {
            let near = Suggestion.nearest(to: id.value, among: earlier.map(\.id))
            report(id.location, "there is no earlier setting \"\(id.value)\"", suggestion: near)
            return nil
        }
        guard let canonical = other.kind.canonical(value.value) else {
            report(value.location, "expected \(other.kind.expected), found \(DefinitionNode.quoted(value.value))")
            return nil
        }
        return SettingCondition(setting: id.value, value: canonical)
    }
}
