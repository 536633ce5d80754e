public import Diagnostics
import Glibc

/// A POSIX extended regular expression; regcomp(3), in the C locale: a dot matches one byte.
public struct ExtendedPattern: ~Copyable {
    private var compiled = regex_t()

    /// Compiles an expression.
    ///
    /// - Parameter text: The expression.
    /// - Throws: `.usage` with the C library's reason when it isn't one.
    public init(_ text: String) throws(Failure) {
        let status = regcomp(&compiled, text, REG_EXTENDED)
        guard status == 0 else {
            var reason = [CChar](repeating: 0, count: 128)
            regerror(status, &compiled, &reason, reason.count)
            throw Failure(
                .usage, "\(PathText.display(text)) is not a POSIX extended regular expression",
                cause: String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
    }

    deinit {
        var compiled = compiled
        regfree(&compiled)
    }

    /// Whether the expression matches a text from its first to its last byte.
    ///
    /// - Parameter text: The text.
    /// - Returns: False also for a text with a NUL byte, which the C library would take for its end.
    public func matches(whole text: String) -> Bool {
        guard !text.utf8.contains(0) else { return false }
        var compiled = compiled
        var match = regmatch_t()
        // POSIX finds the leftmost match and the longest there, so a match of the whole text is the one it reports.
        return regexec(&compiled, text, 1, &match, 0) == 0 && match.rm_so == 0 && Int(match.rm_eo) == text.utf8.count
    }
}
