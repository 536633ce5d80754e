import Diagnostics
import HTTPTransport
import LinuxIO
public import SetupPlan

extension Setting {
    /// The most bytes a value may have.
    static let longestValue = 16_384

    /// What a value must be, as `a port, 1 to 65535`.
    public var expectation: String {
        switch kind {
        case .text where id == "no_proxy": "names, .domains, addresses and networks, with commas between them"
        case .text: patternHint ?? pattern.map { "text that matches \($0)" } ?? "a line of text"
        case .boolean: "yes or no"
        case .integer(let minimum, let maximum): "a whole number from \(minimum) to \(maximum)"
        case .port: "a port, 1 to 65535"
        case .host: "a host name or an IP address"
        case .url: "a URL that starts with https:// or http://"
        case .path: "an absolute path"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        }
    }

    /// Whether a text is nothing but blanks, or nothing at all.
    static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// Checks a value and brings it into the form that is stored.
    ///
    /// - Parameters:
    ///   - text: What was given.
    ///   - source: Where, for the message, as `--proxy-port`.
    /// - Returns: The value as it is stored: `true` for `yes`, numbers without leading zeros.
    /// - Throws: `.usage` with what was expected; with what was found only when the setting isn't secret.
    func checked(_ text: String, from source: String) throws(Failure) -> String {
        let problem: String
        var reason: Failure?
        do throws(Failure) {
            if let value = try normalized(text) {
                if try matchesPattern(value) { return value }
                problem = patternHint ?? "text that matches \(pattern ?? "")"
            } else {
                problem = expectation
            }
        } catch {
            problem = expectation
            reason = error
        }
        if isSecret { throw Failure(.usage, "\(source): expected \(problem)") }
        // A URL may hold a password; its parser's reason repeats the text only where it can't.
        let found = kind == .url && reason != nil ? "" : ", found ‘\(TerminalText.escaped(text))’"
        throw Failure(
            .usage, "\(source): expected \(problem)\(found)", cause: reason?.message,
            hints: reason?.hints ?? [])
    }

    private func matchesPattern(_ value: String) throws(Failure) -> Bool {
        guard let pattern else { return true }
        return try ExtendedPattern(pattern).matches(whole: value)
    }

    /// The value in the form that is stored; nil when it is of another kind.
    private func normalized(_ text: String) throws(Failure) -> String? {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.longestValue,
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw Failure(.usage, "values are a line of at most \(Self.longestValue) bytes, without control characters")
        }
        if !isSecret, bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ") {
            throw Failure(.usage, "blanks at the start or the end of a value are most likely a mistake")
        }
        switch kind {
        case .text: return try conventional(text)
        case .boolean: return Self.boolean(text).map { $0 ? "true" : "false" }
        case .integer(let minimum, let maximum):
            guard let number = Int64(text), minimum <= number, number <= maximum else { return nil }
            return String(number)
        // The parser says nothing that the expectation doesn't say.
        case .port: return (try? Port.parse(text)).map { String($0) }
        case .host: return try host(text)
        case .url:
            _ = try HTTPURL(parsing: text)
            return text
        case .path: return bytes.first == UInt8(ascii: "/") ? text : nil
        case .choice(let words): return words.first { $0 == text }
        }
    }

    /// A host as it is stored; what is found is told once, by the caller.
    private func host(_ text: String) throws(Failure) -> String {
        if text.utf8.contains(UInt8(ascii: " ")) {
            throw Failure(.usage, "it holds a blank", hints: ["Write the host without scheme, port and path."])
        }
        do throws(Failure) { return try Host(parsing: text).bare } catch {
            let repeated = "‘\(text)’ is not a host name: "
            guard error.message.hasPrefix(repeated) else { throw error }
            throw Failure(.usage, String(error.message.dropFirst(repeated.count)), hints: error.hints)
        }
    }

    /// A text that the runtime gives a meaning to must have one.
    private func conventional(_ text: String) throws(Failure) -> String {
        switch id {
        case "no_proxy": _ = try ProxyExceptions(parsing: text)
        case "proxy_user": try Proxy.checkUser(text)
        default: break
        }
        return text
    }

    /// The truth value of a word that people use for one.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "y", "true", "1", "on": true
        case "no", "n", "false", "0", "off": false
        default: nil
        }
    }
}
