/// The formats in which agents read their settings.
public enum ConfigurationFormat: String, Sendable, CaseIterable {
    /// `java.util.Properties`, as `load(InputStream)` reads them: ISO-8859-1, other characters as `\u` and four hex digits.
    case properties
    /// Sections and `key = value` in UTF-8; the part of a key before its first dot is the section.
    ///
    /// A value is the rest of its line without the blanks around it: no quotes, no escapes, no comment after it.
    case ini
    /// One object in UTF-8; dots in a key make nested objects.
    case json
    /// `KEY=value` lines in UTF-8 as systemd's `EnvironmentFile=` reads them, in a spelling that a shell reads alike.
    case env
}

/// A value to store; only JSON keeps the kinds apart, the other formats write its text.
public enum ConfigurationScalar: Sendable, Equatable {
    /// Text.
    case text(String)
    /// A whole number.
    case integer(Int64)
    /// `true` or `false`.
    case boolean(Bool)

    /// The value as text.
    public var text: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): flag ? "true" : "false"
        }
    }
}

/// One key of a configuration file and its value.
public struct ConfigurationEntry: Sendable, Equatable {
    /// The key, with its section or its objects before dots.
    public var key: String
    /// The value's text.
    public var value: String

    /// Makes an entry.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}
