/// One thing that a person decides about the product.
///
/// Its option is `--` and the id with `-` for `_`; its environment variable is the product's name and the id in upper
/// case joined by `_`; an answers file has lines `id=value`.
public struct Setting: Sendable, Equatable {
    /// What values it takes.
    public enum Kind: Sendable, Equatable {
        /// Any line of text.
        case text
        /// `yes` or `no`; stored as `true` or `false`.
        case boolean
        /// A whole number between two bounds, both included.
        case integer(minimum: Int64, maximum: Int64)
        /// A TCP port, 1 to 65535.
        case port
        /// A host name or an IP address.
        case host
        /// An `http` or `https` URL.
        case url
        /// An absolute path.
        case path
        /// One of some words.
        case choice([String])
    }

    /// The name: lower-case letters, digits and `_`, first a letter.
    public var id: String
    /// The question.
    public var prompt: String
    /// One or two sentences for help and for `?` at the prompt.
    public var help: String?
    /// What values it takes.
    public var kind: Kind
    /// Whether the value is never shown, logged or taken from a command line.
    public var isSecret: Bool
    /// Whether an installation can't go on without it.
    public var isRequired: Bool
    /// Whether a person is asked; otherwise option, variable or answers file set it.
    public var isAsked: Bool
    /// The value without an answer.
    public var defaultValue: String?
    /// A POSIX extended regular expression that the whole value must match.
    public var pattern: String?
    /// What to say when it does not.
    public var patternHint: String?
    /// Asked and stored only when another setting has a value.
    public var condition: SettingCondition?
    /// The key in the configuration file; not stored there when nil.
    public var fileKey: String?
    /// The formats whose installation asks for it (`bin`, `deb`, `rpm`, `msi`); empty means all.
    public var formats: [String]

    /// Makes a setting.
    public init(
        id: String, prompt: String, help: String? = nil, kind: Kind = .text, isSecret: Bool = false,
        isRequired: Bool = false, isAsked: Bool = true, defaultValue: String? = nil, pattern: String? = nil,
        patternHint: String? = nil, condition: SettingCondition? = nil, fileKey: String? = nil, formats: [String] = []
    ) {
        self.id = id
        self.prompt = prompt
        self.help = help
        self.kind = kind
        self.isSecret = isSecret
        self.isRequired = isRequired
        self.isAsked = isAsked
        self.defaultValue = defaultValue
        self.pattern = pattern
        self.patternHint = patternHint
        self.condition = condition
        self.fileKey = fileKey
        self.formats = formats
    }
}

/// `setting` has `value`.
public struct SettingCondition: Sendable, Equatable {
    /// The id of the other setting.
    public var setting: String
    /// The value it must have.
    public var value: String

    /// Makes a condition.
    public init(setting: String, value: String) {
        self.setting = setting
        self.value = value
    }
}

/// Settings asked for together, such as a proxy's.
public struct SettingGroup: Sendable, Equatable {
    /// The name, in the grammar of setting ids.
    public var id: String
    /// The question that offers the group.
    public var prompt: String
    /// One or two sentences for help.
    public var help: String?
    /// Whether it can be left out altogether.
    public var isOptional: Bool
    /// The ways to answer, one or more; values from two of them at once are an error.
    public var alternatives: [SettingAlternative]

    /// Makes a group.
    public init(
        id: String, prompt: String, help: String? = nil, isOptional: Bool, alternatives: [SettingAlternative]
    ) {
        self.id = id
        self.prompt = prompt
        self.help = help
        self.isOptional = isOptional
        self.alternatives = alternatives
    }
}

/// One way to answer a group.
public struct SettingAlternative: Sendable, Equatable {
    /// What the choice is called when there are several.
    public var label: String
    /// The ids of its settings, in the order of the questions.
    public var settings: [String]

    /// Makes an alternative.
    public init(label: String, settings: [String]) {
        self.label = label
        self.settings = settings
    }
}

/// The file in which the agent reads its settings.
public struct ConfigurationFile: Sendable, Equatable {
    /// How it is written.
    public enum Format: String, Sendable, Equatable, CaseIterable {
        /// `java.util.Properties`.
        case properties
        /// Sections and `key = value`; the part of a key before its first dot is the section.
        case ini
        /// An object; dots in a key make nested objects.
        case json
        /// `KEY=value` lines as systemd's `EnvironmentFile=` reads them.
        case env
    }

    /// The path below the state directory, `conf/agent.properties`.
    public var path: String
    /// How it is written.
    public var format: Format
    /// Keys that get a fixed value when the file is created, in order.
    public var values: [ConfigurationValue]

    /// Makes a configuration file's description.
    public init(path: String, format: Format, values: [ConfigurationValue] = []) {
        self.path = path
        self.format = format
        self.values = values
    }
}

/// A key of the configuration file with a fixed value.
public struct ConfigurationValue: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// Makes a fixed value.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}
