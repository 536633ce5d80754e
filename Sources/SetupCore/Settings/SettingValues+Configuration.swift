public import ConfigurationFiles
public import Diagnostics
import SetupPlan

extension SettingSchema {
    /// Reads a product's configuration file.
    ///
    /// - Parameters:
    ///   - bytes: The file's content; nil where there is no file yet.
    ///   - path: Its path, for messages.
    /// - Returns: The document; nil when the product has no configuration file.
    public func document(_ bytes: [UInt8]?, path: String) throws(Failure) -> ConfigurationDocument? {
        guard let configuration else { return nil }
        let format: ConfigurationFormat =
            switch configuration.format {
            case .properties: .properties
            case .ini: .ini
            case .json: .json
            case .env: .env
            }
        guard let bytes else { return ConfigurationDocument(format) }
        do throws(Failure) { return try ConfigurationDocument(parsing: bytes, as: format) } catch {
            throw error.during("\(path) is not a well-formed \(format.rawValue) file")
        }
    }
}

extension SettingValues {
    /// Brings a configuration file up to date.
    ///
    /// What was given in this run is set, what it rules out is removed, and all else stays as it is. Fixed values and
    /// defaults are added only where their keys are missing.
    ///
    /// - Parameter document: The file as it is, or an empty one.
    /// - Throws: A failure when the file's format has no spelling for a value.
    public func store(in document: inout ConfigurationDocument) throws(Failure) {
        for fixed in schema.configuration?.values ?? [] where document.value(of: fixed.key) == nil {
            try document.set(fixed.key, to: .text(fixed.value))
        }
        for setting in schema.settings {
            guard let key = setting.fileKey else { continue }
            if let value = self[setting.id] {
                let isNew = value.origin > .existing || document.value(of: key) == nil
                if isNew { try document.set(key, to: Self.scalar(value.exposedText, of: setting)) }
            } else if isRuledOut(setting) {
                try document.set(key, to: nil)
            }
        }
    }

    /// Whether a decision of this run leaves a setting without value; what an old file says of it is then removed.
    private func isRuledOut(_ setting: Setting) -> Bool {
        let group = schema.group(of: setting.id)?.alternatives.flatMap(\.settings) ?? []
        let deciders = [setting.id] + group + (setting.condition.map { [$0.setting] } ?? [])
        return deciders.contains { id in given[id].map { $0.origin > .existing } ?? false }
    }

    private static func scalar(_ text: String, of setting: Setting) -> ConfigurationScalar {
        switch setting.kind {
        case .boolean: .boolean(text == "true")
        case .integer, .port: Int64(text).map { .integer($0) } ?? .text(text)
        case .text, .host, .url, .path, .choice: .text(text)
        }
    }
}
