public import SetupPlan

/// The settings that a product declares, and how each is called where it can be given.
public struct SettingSchema: Sendable {
    /// The product's machine name.
    public let product: String
    /// The settings, in the order of the questions.
    public let settings: [Setting]
    /// Settings that belong together.
    public let groups: [SettingGroup]
    /// The file that stores them.
    public let configuration: ConfigurationFile?
    /// The format that is installed: `bin`, `deb`, `rpm`.
    public let format: String

    /// Takes the settings out of a plan.
    ///
    /// - Parameters:
    ///   - plan: The product's plan.
    ///   - format: The format that is installed, which decides what settings are asked for; nil for the plan's.
    public init(_ plan: Plan, format: String? = nil) {
        product = plan.product.name
        let format = format ?? plan.format.rawValue
        settings = plan.settings.map { Self.adapted($0, to: format) }
        groups = plan.groups
        configuration = plan.configuration
        self.format = format
    }

    /// Where dpkg or rpm updates the product and nobody is asked, an agent must not do it by itself, whatever the default is.
    private static func adapted(_ setting: Setting, to format: String) -> Setting {
        guard setting.id == "auto_update", setting.kind == .boolean, setting.defaultValue != nil,
            PackageFormat(rawValue: format).flatMap(PackageManager.init) != nil,
            !setting.formats.isEmpty, !setting.formats.contains(format)
        else { return setting }
        var setting = setting
        setting.defaultValue = "no"
        return setting
    }

    /// The setting with an id.
    public func setting(_ id: String) -> Setting? { settings.first { $0.id == id } }

    /// The group that a setting is in.
    public func group(of id: String) -> SettingGroup? {
        groups.first { $0.alternatives.contains { $0.settings.contains(id) } }
    }

    /// The option on a command line: `--auto-update`; `--token-file` for a secret, which no command line may hold.
    public func option(of setting: Setting) -> String { plainOption(of: setting) + (setting.isSecret ? "-file" : "") }

    /// The option with what follows it, as `--auto-update=yes|no`.
    public func optionUsage(of setting: Setting) -> String {
        option(of: setting) + (setting.isSecret ? " FILE" : "=" + setting.kind.placeholder)
    }

    /// The environment variable: product and id in upper case, joined by `_`.
    public func variable(of setting: Setting) -> String {
        let bytes = (product + "_" + setting.id).utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a person is asked for the setting when this format is installed.
    public func isAsked(_ setting: Setting) -> Bool {
        setting.isAsked && (setting.formats.isEmpty || setting.formats.contains(format))
    }

    func plainOption(of setting: Setting) -> String {
        "--" + String(decoding: setting.id.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }
}

extension Setting.Kind {
    /// What stands for a value in help texts.
    var placeholder: String {
        switch self {
        case .text: "TEXT"
        case .boolean: "yes|no"
        case .integer: "NUMBER"
        case .port: "PORT"
        case .host: "HOST"
        case .url: "URL"
        case .path: "PATH"
        case .choice(let words): words.joined(separator: "|")
        }
    }
}
