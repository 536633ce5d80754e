import JSON

/// A command's result: text for people, JSON for programs.
protocol TwoFormReport {
    /// Lines without a final newline.
    var text: String { get }
    /// An object with sorted keys; `schema` is the version of its layout.
    var json: JSONValue { get }
}
