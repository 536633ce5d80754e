/// Why something could not be done, in words for the person who can change it.
///
/// One error type serves every layer: what failed and where (`message`), the reason below it (`cause`), what to try
/// (`hints`), and the exit code that scripts see. Two failures are equal when their codes and messages are.
public struct Failure: Error, Sendable, Equatable {
    /// The exit code the program ends with.
    public var code: ExitCode
    /// What failed, on which path or field, with the expected and the found value.
    public var message: String
    /// The reason reported by the layer below, if there is one.
    public var cause: String?
    /// What to try, one sentence each.
    public var hints: [String]
    /// The error number of the system call that failed, where one did.
    public var errorNumber: Int32?

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - code: The exit code the program ends with.
    ///   - message: What failed and where; no trailing full stop.
    ///   - cause: The reason that the layer below gave.
    ///   - hints: What to try.
    ///   - errorNumber: The `errno` of the failed system call.
    public init(
        _ code: ExitCode = .failed, _ message: String, cause: String? = nil, hints: [String] = [],
        errorNumber: Int32? = nil
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.hints = hints
        self.errorNumber = errorNumber
    }

    /// The text for a terminal: `error:`, then `cause:`, then each `hint:`, a line each, without a final newline.
    public var rendered: String {
        var text = "error: " + message
        if let cause { text += "\n  cause: " + cause }
        for hint in hints { text += "\n  hint: " + hint }
        return text
    }

    /// The same failure seen from the layer above: `message` becomes the cause, code and hints stay.
    ///
    /// - Parameter message: What the layer above could not do.
    /// - Returns: The failure to throw from there.
    public func during(_ message: String) -> Failure {
        let reason = cause.map { self.message + ": " + $0 } ?? self.message
        return Failure(code, message, cause: reason, hints: hints, errorNumber: errorNumber)
    }

    /// Equality by exit code and message; causes and hints are for people.
    ///
    /// - Returns: Whether both stand for the same failure.
    public static func == (left: Failure, right: Failure) -> Bool {
        left.code == right.code && left.message == right.message
    }
}
