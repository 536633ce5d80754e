public import Diagnostics
import LinuxIO
public import SetupPlan

/// The options that set settings, found among the words of a command line.
public struct SettingOptions: Sendable {
    /// A setting's option as it was written.
    public struct Given: Sendable, Equatable {
        /// The setting's id.
        public var id: String
        /// The option, for messages.
        public var option: String
        /// The value; for a secret the file that holds it, or `-` for standard input.
        public var argument: String
    }

    private let schema: SettingSchema

    /// Makes the options of a product's settings.
    ///
    /// - Parameter schema: What the product declares.
    public init(_ schema: SettingSchema) {
        self.schema = schema
    }

    /// The options there are, for telling which one a mistyped one means.
    public var names: [String] { schema.settings.map(schema.option) }

    /// Tells whether a word is a setting's option.
    ///
    /// - Parameter argument: A word of the command line.
    /// - Returns: The setting and the text after `=`, if the word has one; nil when it is no option of a setting.
    /// - Throws: `.usage` for an option that would hold a secret itself.
    public func match(_ argument: String) throws(Failure) -> (setting: Setting, argument: String?)? {
        guard argument.hasPrefix("--") else { return nil }
        let sign = argument.utf8.firstIndex(of: UInt8(ascii: "="))
        let name = sign.map { String(argument[..<$0]) } ?? argument
        if let setting = schema.settings.first(where: { schema.option(of: $0) == name }) {
            return (setting, sign.map { String(argument[argument.utf8.index(after: $0)...]) })
        }
        guard let secret = schema.settings.first(where: { $0.isSecret && schema.plainOption(of: $0) == name }) else {
            return nil
        }
        throw Failure(
            .usage,
            "\(name) is refused: everybody on this machine can read a command line, and \(secret.id) is a secret",
            hints: [
                "Put it into a file that only you can read and give \(schema.option(of: secret)) FILE, or - for standard "
                    + "input.", "Or set the variable \(schema.variable(of: secret)).",
            ])
    }

    /// Takes the settings' options out of a command line; `--` ends the options.
    ///
    /// - Parameter arguments: The words after the program's name.
    /// - Returns: What was given, and all other words in their order.
    /// - Throws: `.usage` for an option twice, an option without its value, and secrets on the command line.
    public func take(_ arguments: [String]) throws(Failure) -> (given: [Given], rest: [String]) {
        var given: [Given] = []
        var rest: [String] = []
        var words = arguments[...]
        while let word = words.popFirst() {
            if word == "--" {
                rest.append(word)
                rest += words
                break
            }
            guard let (setting, inline) = try match(word) else {
                rest.append(word)
                continue
            }
            let option = schema.option(of: setting)
            guard !given.contains(where: { $0.id == setting.id }) else {
                throw Failure(.usage, "\(option) is given twice")
            }
            guard let argument = inline ?? (words.first?.hasPrefix("--") == false ? words.popFirst() : nil) else {
                throw Failure(
                    .usage, "\(option) needs a value after it", hints: ["Write \(schema.optionUsage(of: setting))."])
            }
            given.append(Given(id: setting.id, option: option, argument: argument))
        }
        return (given, rest)
    }
}

extension SettingValues {
    /// Takes what options gave.
    ///
    /// - Parameters:
    ///   - options: What ``SettingOptions/take(_:)`` found.
    ///   - readSecret: Reads the file of a secret, or standard input for `-`.
    /// - Throws: `.usage` for values that settings refuse, and when two secrets come from standard input.
    public mutating func take(
        options: [SettingOptions.Given],
        readSecret: (String) throws(Failure) -> [UInt8] = SettingValues.readSecretFile
    ) throws(Failure) {
        var inputReader: String?
        for option in options {
            guard schema.setting(option.id)?.isSecret == true else {
                try give(option.id, option.argument, origin: .option, source: option.option)
                continue
            }
            if option.argument == "-" {
                if let inputReader {
                    throw Failure(.usage, "\(inputReader) and \(option.option) can't both read standard input")
                }
                inputReader = option.option
            }
            let text = try Self.secretText(try readSecret(option.argument), source: option.option)
            try give(option.id, text, origin: .option, source: option.option)
        }
    }

    /// Reads the file of a secret.
    ///
    /// - Parameter path: The file, or `-` for standard input.
    /// - Returns: Its content.
    public static func readSecretFile(_ path: String) throws(Failure) -> [UInt8] {
        path == "-"
            ? try StandardStream.input.descriptor.readToEnd(limit: 1 << 16) : try readFile(path, limit: 1 << 16)
    }

    /// The secret in a file: its only line.
    private static func secretText(_ bytes: [UInt8], source: String) throws(Failure) -> String {
        var bytes = bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        if bytes.last == UInt8(ascii: "\n") { bytes = bytes.dropLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        guard !bytes.isEmpty else { throw Failure(.usage, "\(source): the secret's file is empty") }
        guard !bytes.contains(UInt8(ascii: "\n")), let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "\(source): a secret's file holds one line of UTF-8 text and nothing else")
        }
        guard !Setting.isBlank(text) else { throw Failure(.usage, "\(source): the secret's file holds only blanks") }
        return text
    }

    /// Takes what the environment gives; an empty variable, or a secret of blanks, gives nothing.
    ///
    /// - Parameter environment: Looks a variable up.
    /// - Throws: `.usage` for values that settings refuse.
    public mutating func take(environment: (String) -> String?) throws(Failure) {
        for setting in schema.settings {
            let variable = schema.variable(of: setting)
            guard let text = environment(variable), !text.isEmpty,
                !(setting.isSecret && Setting.isBlank(text))
            else { continue }
            try give(setting.id, text, origin: .environment, source: variable)
        }
    }
}
