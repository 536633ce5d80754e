import DefinitionFiles
import Diagnostics
import SetupPlan

extension ManifestDecoder {
    mutating func decodeGroups(_ fields: Fields, settings: [Setting]) -> [SettingGroup] {
        var groups: [SettingGroup] = []
        var owners: [String: String] = [:]
        for item in fields.list("settings") where item.table.name == ManifestTables.group.name {
            guard let id = item.text("group") else { continue }
            if groups.contains(where: { $0.id == id.value }) {
                report(id.location, "there is another group \"\(id.value)\"")
            } else if settings.contains(where: { $0.id == id.value }) {
                report(id.location, "\"\(id.value)\" is the id of a setting too")
            }
            var alternatives: [SettingAlternative] = []
            for node in item["one_of"]?.list ?? [] {
                let members = memberNodes(node)
                checkMembers(members, of: id.value, settings: settings, owners: &owners)
                let ids = members.compactMap(\.text)
                let label = node["label"]?.text ?? Self.label(of: ids, settings: settings)
                alternatives.append(SettingAlternative(label: label, settings: ids))
            }
            groups.append(
                SettingGroup(
                    id: id.value, prompt: item.text("prompt")?.value ?? "", help: item.text("help")?.value,
                    isOptional: item.boolean("optional") ?? false, alternatives: alternatives))
        }
        return groups
    }

    /// The ids of an alternative, in either of its spellings.
    private func memberNodes(_ node: DefinitionNode) -> [DefinitionNode] {
        (node.list ?? node["settings"]?.list ?? []).filter { $0.text != nil }
    }

    private mutating func checkMembers(
        _ members: [DefinitionNode], of group: String, settings: [Setting], owners: inout [String: String]
    ) {
        for member in members {
            guard let id = member.text else { continue }
            guard settings.contains(where: { $0.id == id }) else {
                let near = Suggestion.nearest(to: id, among: settings.map(\.id))
                report(member.location, "there is no setting \"\(id)\"", suggestion: near)
                continue
            }
            if let owner = owners[id] {
                let place = owner == group ? "twice in this group" : "in the group \"\(owner)\" already"
                report(member.location, "the setting \"\(id)\" is \(place)")
            }
            owners[id] = group
        }
    }

    /// Without a label, the prompts of the settings.
    private static func label(of ids: [String], settings: [Setting]) -> String {
        ids.compactMap { id in settings.first { $0.id == id }?.prompt }.joined(separator: ", ")
    }

    mutating func decodeConfiguration(_ fields: Fields, settings: [Setting]) -> ConfigurationFile? {
        let keyed = fields.list("settings").compactMap { item in
            item.table.name == ManifestTables.setting.name ? item.text("file_key") : nil
        }
        guard let configuration = fields.fields("configuration") else {
            for key in keyed where fields["configuration"] == nil {
                report(key.location, "\"file_key\" needs \"configuration\", which names the file")
            }
            return nil
        }
        guard let file = configuration.text("file"),
            let format = configuration.word("format", as: ConfigurationFile.Format.self)
        else { return nil }
        let values = configuration.pairs("values")
        var seen: [(key: String, location: Location)] = []
        for (key, location) in keyed.map({ ($0.value, $0.location) }) + values.map({ ($0.key, $0.location) }) {
            checkKey(key, at: location, format: format, seen: seen)
            seen.append((key, location))
        }
        return ConfigurationFile(
            path: file.value, format: format, values: values.map { ConfigurationValue(key: $0.key, value: $0.value) })
    }

    /// A key must fit the format and name a place of its own.
    private mutating func checkKey(
        _ key: String, at location: Location, format: ConfigurationFile.Format,
        seen: [(key: String, location: Location)]
    ) {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        switch format {
        case .env where !TextRule.variableName.matches(key):
            report(location, "expected the name of a variable for the format env, found \"\(key)\"")
        case .ini where parts.contains("") || key.contains(where: { "[]=:#;".contains($0) }):
            report(location, "expected a key of the form section.key for the format ini, found \"\(key)\"")
        case .json where parts.contains(""):
            report(location, "expected words joined by dots for the format json, found \"\(key)\"")
        default: break
        }
        for other in seen {
            let place = other.location.line > 0 ? ", on line \(other.location.line)" : ""
            if other.key == key {
                report(location, "the key \"\(key)\" is used twice\(place)")
            } else if format == .json, key.hasPrefix(other.key + ".") || other.key.hasPrefix(key + ".") {
                report(location, "\"\(key)\" and \"\(other.key)\" can't both be in one JSON object\(place)")
            }
        }
    }
}
