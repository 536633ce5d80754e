/// Where a value stands in a file that people wrote.
public struct Location: Sendable, Hashable {
    /// The file's name as the user gave it, or the name of the override that set the value.
    public var file: String
    /// The line, from 1; 0 where the value came from the command line.
    public var line: Int
    /// The column in Unicode scalars, from 1; 0 where the value came from the command line.
    public var column: Int
    /// The path of keys to the value, `packages[0].contents[1].to`; empty for the whole file.
    public var keyPath: String

    /// Makes a location.
    public init(file: String, line: Int, column: Int, keyPath: String) {
        self.file = file
        self.line = line
        self.column = column
        self.keyPath = keyPath
    }
}

/// A value together with where it was written, so that later stages can point at the file.
public struct Located<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The value.
    public var value: Value
    /// Where it stands.
    public var location: Location

    /// Makes a located value.
    public init(_ value: Value, at location: Location) {
        self.value = value
        self.location = location
    }
}
