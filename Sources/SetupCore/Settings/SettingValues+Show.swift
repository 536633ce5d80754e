public import JSON
import SetupPlan

extension SettingValues {
    /// The settings in force with their values and origins, as lines for people; secrets are masked.
    public func table() -> String {
        let rows = schema.settings.filter { isInForce($0) }.map { setting in
            let value = self[setting.id]
            return (setting.id, value.map { shown($0, of: setting) } ?? "(not set)", value?.origin.words ?? "")
        }
        let widths = (rows.map { $0.0.utf8.count }.max() ?? 0, rows.map { TerminalText.width(of: $0.1) }.max() ?? 0)
        return rows.map { row in
            let cells = TerminalText.padded(row.0, to: widths.0) + "  "
            return cells + (row.2.isEmpty ? row.1 : TerminalText.padded(row.1, to: widths.1) + "  " + row.2) + "\n"
        }.joined()
    }

    /// What will be stored, as a person was asked for it: a line for each setting with a value, secrets masked.
    public func summary() -> String {
        let rows = schema.settings.compactMap { setting in
            self[setting.id].map { (TerminalText.escaped(setting.prompt), shown($0, of: setting)) }
        }
        let width = rows.map { TerminalText.width(of: $0.0) }.max() ?? 0
        return rows.map { "  " + TerminalText.padded($0.0, to: width) + "  " + $0.1 + "\n" }.joined()
    }

    /// The settings in force as JSON: `id`, `prompt`, `value` (masked for secrets, null when not set), `secret`,
    /// `origin`.
    public func json() -> JSONValue {
        .array(
            schema.settings.filter { isInForce($0) }.map { setting in
                let value = self[setting.id]
                return .object([
                    "id": .string(setting.id),
                    "prompt": .string(setting.prompt),
                    "value": value.map { .string($0.isSecret ? SettingValue.mask : $0.exposedText) } ?? .null,
                    "secret": .bool(setting.isSecret),
                    "origin": value.map { .string($0.origin.words) } ?? .null,
                ])
            })
    }

    /// The value as a person reads it: masked, escaped, and yes or no for truth values.
    func shown(_ value: SettingValue, of setting: Setting) -> String {
        if case .boolean = setting.kind, !setting.isSecret { return value.exposedText == "true" ? "yes" : "no" }
        return value.description
    }
}

extension SettingSchema {
    /// The part of a help text that explains the options of all settings.
    public func helpText() -> String {
        guard !settings.isEmpty else { return "" }
        let column = 30
        var text = "Settings:\n"
        for setting in settings {
            let usage = "  " + optionUsage(of: setting)
            var notes: [String] = []
            if setting.isRequired, group(of: setting.id) == nil { notes.append("required") }
            if setting.isSecret { notes.append("FILE may be - for standard input") }
            if let value = setting.defaultValue, !setting.isSecret {
                let isTruth = setting.kind == .boolean
                notes.append("default: " + (isTruth ? (Setting.boolean(value) == true ? "yes" : "no") : value))
            }
            let meaning = setting.prompt + (notes.isEmpty ? "" : " (" + notes.joined(separator: "; ") + ")")
            var lines = TerminalText.wrapped(TerminalText.escaped(meaning), columns: 78 - column)
            let isShort = TerminalText.width(of: usage) < column - 1
            text += isShort ? TerminalText.padded(usage, to: column) + lines.removeFirst() + "\n" : usage + "\n"
            for line in lines { text += String(repeating: " ", count: column) + line + "\n" }
        }
        let others =
            "Each can also come from the environment, as in \(variable(of: settings[0])), or from an answers file, as in "
            + "\(settings[0].id)=…. An option overrides a variable, a variable the answers file, and that the "
            + "configuration of an earlier installation."
        text += "\n" + TerminalText.wrapped(others, columns: 78).joined(separator: "\n") + "\n"
        return text
    }
}
