public import Diagnostics

/// One way to reach a URL, out of a PAC script's answer.
public enum ProxyChoice: Sendable, Equatable, CustomStringConvertible {
    /// How the proxy is spoken to.
    public enum Kind: String, Sendable {
        /// HTTP without TLS; PAC files say `PROXY` or `HTTP`.
        case http = "PROXY"
        /// HTTP over TLS.
        case https = "HTTPS"
        /// SOCKS of any version.
        case socks = "SOCKS"
    }

    /// Without a proxy.
    case direct
    /// Through a proxy; an IPv6 address has no brackets.
    case proxy(Kind, host: String, port: UInt16)

    /// As PAC files write it.
    public var description: String {
        switch self {
        case .direct: "DIRECT"
        case .proxy(let kind, let host, let port):
            "\(kind.rawValue) \(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host):\(port)"
        }
    }

    /// Reads an answer such as `PROXY a.example:3128; DIRECT`.
    ///
    /// Like Chromium (`net/base/proxy_string_util.cc`): entries that make no sense are passed over, and a missing port is
    /// the scheme's. Unlike it, an answer in which nothing makes sense is an error and not `DIRECT`, which would only
    /// fail later and say less. An empty answer means `DIRECT`.
    ///
    /// Only the first ways are taken (`most`): each is tried and told about in messages, and a hostile file may name as
    /// many as its memory holds.
    ///
    /// - Parameter text: The answer.
    /// - Returns: At least one way.
    /// - Throws: `failed`.
    public static func list(parsing text: String) throws(Failure) -> [ProxyChoice] {
        var choices: [ProxyChoice] = []
        var isBlank = true
        // One entry at a time: a list of all of them may be many times larger than the answer.
        var rest = text.utf8[...]
        while !rest.isEmpty, choices.count < most {
            let entry = rest.prefix { $0 != UInt8(ascii: ";") }
            rest = rest[entry.endIndex...].dropFirst()
            let words = trimmed(entry)
            if words.isEmpty { continue }
            isBlank = false
            if let choice = choice(words) { choices.append(choice) }
        }
        if isBlank { return [.direct] }
        guard choices.isEmpty else { return choices }
        // Counted in scalars: one character may have any number of accents.
        let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(200)))
        // What stands before ‘@’ may be a password.
        let shown = text.utf8.contains(UInt8(ascii: "@")) ? "a user name before ‘@’" : "‘\(beginning)’"
        throw Failure(
            .failed, "expected is text such as ‘PROXY proxy.example.com:3128; DIRECT’, found \(shown)",
            hints: ["Check the PAC file with whoever runs the proxy."])
    }

    /// Ways taken out of one answer; real ones name two or three.
    static let most = 20
    /// Bytes of a proxy's host and port: no name of a host is longer than 253.
    private static let longestPlace = 300

    private static func choice(_ entry: Substring.UTF8View) -> ProxyChoice? {
        let word = entry.prefix { $0 > 0x20 }
        let place = trimmed(entry.dropFirst(word.count))
        let kind: Kind
        let defaultPort: UInt16
        switch String(decoding: word.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }, as: UTF8.self) {
        case "DIRECT": return place.isEmpty ? .direct : nil
        case "PROXY", "HTTP": (kind, defaultPort) = (.http, 80)
        case "HTTPS": (kind, defaultPort) = (.https, 443)
        case "SOCKS", "SOCKS4", "SOCKS5": (kind, defaultPort) = (.socks, 1080)
        default: return nil
        }
        guard !place.isEmpty, place.prefix(longestPlace + 1).count <= longestPlace,
            place.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x40 && $0 != 0x2F })
        else {
            return nil
        }
        var host = place
        var port: UInt16? = defaultPort
        let bracket = place.first == UInt8(ascii: "[") ? place.lastIndex(of: UInt8(ascii: "]")) : nil
        if let colon = place[(bracket ?? place.startIndex)...].lastIndex(of: UInt8(ascii: ":")) {
            port = UInt16(String(place[place.index(after: colon)...]) ?? "")
            host = place[..<colon]
        }
        if bracket != nil { host = host.dropFirst().dropLast() }
        guard let port, port > 0, !host.isEmpty, bracket != nil || !host.contains(UInt8(ascii: ":")) else { return nil }
        return .proxy(kind, host: String(decoding: host, as: UTF8.self), port: port)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let first = text.first, first <= 0x20 { text = text.dropFirst() }
        while let last = text.last, last <= 0x20 { text = text.dropLast() }
        return text
    }
}
