import Glibc

/// A POSIX extended regular expression, compiled by the same library function that installers use.
struct PosixPattern: ~Copyable {
    private var expression = regex_t()

    /// Compiles a pattern.
    ///
    /// - Returns: nil with a reason in `problem` when it is malformed.
    init?(_ pattern: String, problem: inout String) {
        let code = regcomp(&expression, "^(" + pattern + ")$", REG_EXTENDED | REG_NOSUB)
        guard code != 0 else { return }
        var text = [CChar](repeating: 0, count: 200)
        regerror(code, &expression, &text, text.count)
        problem = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return nil
    }

    deinit {
        var expression = expression
        regfree(&expression)
    }

    /// Whether the whole of a text matches.
    mutating func matches(_ text: String) -> Bool { regexec(&expression, text, 0, nil, 0) == 0 }
}
