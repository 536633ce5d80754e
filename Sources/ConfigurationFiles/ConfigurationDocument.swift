public import Diagnostics

/// The text of a configuration file, which can be asked for keys and edited in place.
///
/// An edit touches the value it is about and nothing else: comments, order, keys that nobody asked about, layout and
/// line endings stay byte for byte as they were. Failures name lines and keys, never values, which may be secrets.
public struct ConfigurationDocument: Sendable {
    private enum Storage: Sendable {
        case lines(LineDocument)
        case json(JSONDocument)
    }

    /// How the text is written.
    public let format: ConfigurationFormat
    private var storage: Storage

    /// Makes an empty document.
    ///
    /// - Parameter format: How it will be written.
    public init(_ format: ConfigurationFormat) {
        self.format = format
        storage = format == .json ? .json(JSONDocument()) : .lines(LineDocument(syntax: Self.syntax(of: format)))
    }

    /// Reads a document.
    ///
    /// - Parameters:
    ///   - bytes: The file's content.
    ///   - format: How it is written.
    /// - Throws: A failure that names the line when the text breaks the format's rules. A byte order mark breaks them:
    ///   agents take it for a part of the first key.
    public init(parsing bytes: [UInt8], as format: ConfigurationFormat) throws(Failure) {
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            throw malformed(line: 1, "a byte order mark, which programs take for a part of the first key")
        }
        self.format = format
        if format == .json {
            storage = .json(try JSONDocument(parsing: bytes))
        } else {
            let syntax = Self.syntax(of: format)
            storage = .lines(LineDocument(syntax: syntax, segments: try syntax.parse(bytes)))
        }
    }

    /// The text of the file.
    public var bytes: [UInt8] {
        switch storage {
        case .lines(let document): document.bytes
        case .json(let document): document.bytes
        }
    }

    /// Every key with a plain value, in the order of the file; of a repeated key the last, which is the one that counts.
    public var entries: [ConfigurationEntry] {
        switch storage {
        case .lines(let document): document.entries
        case .json(let document): document.entries
        }
    }

    /// The value of a key: of the last one where the file repeats it.
    ///
    /// - Parameter key: The key.
    /// - Returns: The value's text; nil when the file lacks the key.
    public func value(of key: String) -> String? {
        entries.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// Sets or removes a key.
    ///
    /// A key that is there keeps its place; a new one goes to the end of its section, object or file.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: The new value; nil removes the key.
    /// - Throws: A failure when the format has no spelling for this key or value.
    public mutating func set(_ key: String, to value: ConfigurationScalar?) throws(Failure) {
        switch storage {
        case .lines(var document):
            try document.set(key, to: value?.text)
            storage = .lines(document)
        case .json(var document):
            try document.set(key, to: value)
            storage = .json(document)
        }
    }

    private static func syntax(of format: ConfigurationFormat) -> any LineSyntax {
        switch format {
        case .ini: INISyntax()
        case .env: EnvironmentSyntax()
        case .properties, .json: PropertiesSyntax()
        }
    }
}
