/// Where a value came from; a later case overrides an earlier one.
public enum SettingOrigin: Int, Sendable, Comparable, CaseIterable {
    /// The product's own value.
    case defaultValue
    /// The configuration of an earlier installation.
    case existing
    /// An answers file.
    case answers
    /// An environment variable.
    case environment
    /// An option on the command line.
    case option
    /// A person at a prompt.
    case prompt

    /// The origin in words.
    public var words: String {
        switch self {
        case .defaultValue: "default"
        case .existing: "configuration"
        case .answers: "answers file"
        case .environment: "environment"
        case .option: "command line"
        case .prompt: "entered"
        }
    }

    /// Whether the left origin is overridden by the right one.
    ///
    /// - Returns: The order of the cases.
    public static func < (left: SettingOrigin, right: SettingOrigin) -> Bool { left.rawValue < right.rawValue }
}

/// A value and where it came from.
///
/// A secret's text comes out of ``exposedText`` alone: printing, interpolating and dumping the value show a mask.
public struct SettingValue: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown for every secret, whatever its length.
    public static let mask = "********"

    /// Where it came from.
    public let origin: SettingOrigin
    /// Whether it must not be shown.
    public let isSecret: Bool
    private let text: String

    init(_ text: String, origin: SettingOrigin, isSecret: Bool) {
        self.text = text
        self.origin = origin
        self.isSecret = isSecret
    }

    /// The value itself: for the configuration file and for connections, never for a message.
    public var exposedText: String { text }

    /// The value for people: masked when it is secret, else without what could move a terminal's cursor.
    public var description: String { isSecret ? Self.mask : TerminalText.escaped(text) }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing but the description.
    public var customMirror: Mirror { Mirror(self, children: ["value": description]) }
}
