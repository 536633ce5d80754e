/// What one check of the machine found.
public struct PreflightFinding: Sendable, Equatable {
    /// How bad it is.
    public enum Outcome: String, Sendable, Equatable {
        /// The machine has what the product needs, or the check doesn't apply.
        case ok
        /// The product may work badly, or the check could not tell.
        case warning
        /// The product can't work here.
        case refusal
    }

    /// The name by which the check is waived: `memory`, `reach:cert-manager.com`.
    public var name: String
    /// How bad it is.
    public var outcome: Outcome
    /// What was found, with the expected and the found value.
    public var message: String
    /// What to try; nil where nothing needs to be done.
    public var hint: String?
    /// Whether the person who installs has said that this must not stop the installation.
    public var isWaived = false

    /// Whether the installation must not go on.
    public var blocks: Bool { outcome == .refusal && !isWaived }

    /// What was found and what to try, as sentences in a row.
    var sentences: String { hint.map { message + (message.hasSuffix(".") ? " " : ". ") + $0 } ?? message }

    init(_ name: String, _ outcome: Outcome, _ message: String, hint: String? = nil) {
        self.name = name
        self.outcome = outcome
        self.message = message
        self.hint = hint
    }
}
