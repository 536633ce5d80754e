/// What an installation does to the configuration file.
public struct ConfigurationChange: Sendable, Equatable {
    /// The content when the decision was made; nil where there was no file.
    public var old: [UInt8]?
    /// The content to write; nil leaves the file as it is.
    public var new: [UInt8]?

    /// Makes a change.
    public init(old: [UInt8]? = nil, new: [UInt8]? = nil) {
        self.old = old
        self.new = new
    }
}
