import LinuxIO

/// Names for messages.
enum TarText {
    /// The most bytes of a name that are shown.
    private static let limit = 400

    /// A name with what a terminal shouldn't get escaped.
    static func quoted(_ name: String) -> String { quoted(Array(name.utf8)) }

    /// A name with what a terminal shouldn't get escaped, and what isn't UTF-8.
    static func quoted(_ name: [UInt8]) -> String {
        PathText.display(Array(name.prefix(limit))) + (name.count > limit ? "…" : "")
    }
}
