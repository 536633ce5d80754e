public import ConfigurationFiles
public import Diagnostics
import SetupPlan

/// What is known about each setting, collected from all sources; a source that ranks higher overrides the others.
public struct SettingValues: Sendable {
    /// What the product declares.
    public let schema: SettingSchema
    /// What was given, by id; empty text means that a source asked for no value.
    private(set) var given: [String: SettingValue] = [:]

    /// Starts with the defaults alone.
    ///
    /// - Parameter schema: What the product declares.
    public init(_ schema: SettingSchema) {
        self.schema = schema
    }

    /// The value that a setting has now: given or default; nil when it has none or isn't in force.
    public subscript(id: String) -> SettingValue? {
        guard let setting = schema.setting(id), isInForce(setting) else { return nil }
        return candidate(setting)
    }

    /// The value that a setting would have if it were in force.
    func candidate(_ setting: Setting) -> SettingValue? {
        if let value = given[setting.id] { return value.exposedText.isEmpty ? nil : value }
        return setting.defaultValue.flatMap { text in
            text.isEmpty
                ? nil
                : SettingValue(
                    (try? setting.checked(text, from: setting.id)) ?? text, origin: .defaultValue,
                    isSecret: setting.isSecret)
        }
    }

    /// Whether some source gave the setting a value, or asked for none; defaults don't count.
    public func isGiven(_ id: String) -> Bool { given[id] != nil }

    /// Gives a setting a value, unless a source that ranks higher has given one.
    ///
    /// - Parameters:
    ///   - id: The setting.
    ///   - text: The value; an empty one, or a secret of blanks, asks for no value, not even the
    ///     default.
    ///   - origin: Where it comes from.
    ///   - source: The place in words, for messages; the id when nil.
    /// - Throws: `.usage` when there is no such setting or the value isn't one of its kind.
    public mutating func give(
        _ id: String, _ text: String, origin: SettingOrigin, source: String? = nil
    ) throws(Failure) {
        guard let setting = schema.setting(id) else {
            throw Failure(
                .usage, "there is no setting ‘\(TerminalText.escaped(id))’",
                hints: Suggestion.hints(for: id, among: schema.settings.map(\.id)))
        }
        // Nobody sees that a secret is nothing but blanks; and ‘-’ is how a person leaves a setting empty.
        let isNothing = text.isEmpty || setting.isSecret && Setting.isBlank(text)
        if origin == .prompt, setting.isRequired, isNothing || setting.kind == .text && text == "-" {
            throw Failure(.usage, "An answer is needed")
        }
        let value = isNothing ? "" : try setting.checked(text, from: source ?? id)
        put(setting, value, origin: origin)
    }

    /// Takes the values of an existing configuration as they are, even those that the rules of today refuse.
    ///
    /// - Parameter document: The configuration file.
    public mutating func take(existing document: ConfigurationDocument) {
        for setting in schema.settings {
            guard let key = setting.fileKey, let text = document.value(of: key), !text.isEmpty,
                !(setting.isSecret && Setting.isBlank(text))
            else { continue }
            put(setting, (try? setting.checked(text, from: key)) ?? text, origin: .existing)
        }
    }

    /// Asks for no value of some settings, such as those of a group that isn't used.
    ///
    /// - Parameters:
    ///   - ids: The settings.
    ///   - origin: Who decided that.
    public mutating func leaveOut(_ ids: [String], origin: SettingOrigin) {
        for setting in ids.compactMap(schema.setting) { put(setting, "", origin: origin) }
    }

    /// The failures of all values in force that break their settings' rules; those of an old configuration can.
    public func problems() -> [Failure] {
        schema.settings.compactMap { setting in
            guard let value = self[setting.id] else { return nil }
            do throws(Failure) { _ = try setting.checked(value.exposedText, from: setting.id) } catch { return error }
            return nil
        }
    }

    private mutating func put(_ setting: Setting, _ text: String, origin: SettingOrigin) {
        if let old = given[setting.id], old.origin > origin { return }
        given[setting.id] = SettingValue(text, origin: origin, isSecret: setting.isSecret)
    }
}
