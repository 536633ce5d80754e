public import Diagnostics

/// An `http` or `https` URL, checked when it is made.
///
/// Stricter than RFC 3986: no user information (a password in a URL ends up in logs), no fragment, ASCII only.
public struct HTTPURL: Sendable, Equatable, CustomStringConvertible {
    /// The protocol.
    public enum Scheme: String, Sendable, Equatable {
        /// Plain HTTP.
        case http
        /// HTTP over TLS.
        case https

        /// The port of a URL that names none.
        public var defaultPort: UInt16 { self == .http ? 80 : 443 }
    }

    /// The most bytes that a URL may have.
    public static let maximumLength = 2048

    /// The protocol.
    public let scheme: Scheme
    /// The server.
    public let host: Host
    /// Its TCP port, the scheme's default where the text names none.
    public let port: UInt16
    /// Path and query as they go into the request line; starts with `/`.
    public let target: String

    /// Reads an absolute URL.
    ///
    /// - Parameter text: The URL.
    /// - Throws: `Failure` with `usage`, naming what is wrong.
    public init(parsing text: String) throws(Failure) {
        guard text.utf8.count <= Self.maximumLength else {
            throw Failure(.usage, "the URL is longer than \(Self.maximumLength) bytes")
        }
        let scheme: Scheme
        switch Grammar.lowercased(text.prefix { $0 != ":" }) {
        case "http": scheme = .http
        case "https": scheme = .https
        default: throw Self.refusal(text, "it starts with neither ‘https://’ nor ‘http://’")
        }
        let rest = text.dropFirst(scheme.rawValue.count + 1)
        guard rest.hasPrefix("//") else { throw Self.refusal(text, "‘//’ is missing after the scheme") }
        let authority = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.contains("@") {
            // The text may hold a password, so the message doesn't repeat it.
            throw Failure(
                .usage, "the URL holds a user name or password before ‘@’",
                hints: ["Leave them out of the URL; there are settings for them."])
        }
        let target = rest.dropFirst(2 + authority.count)
        (host, port) = try Self.split(authority, of: text, defaultPort: scheme.defaultPort)
        self.scheme = scheme
        self.target = try Self.checkedTarget(target, of: text)
    }

    private init(scheme: Scheme, host: Host, port: UInt16, target: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    /// The same server with another path.
    ///
    /// - Parameter path: What is appended to the URL's own path, whose trailing slash and query are dropped; starts
    ///   with `/`.
    /// - Returns: The URL.
    /// - Throws: `Failure` where `path` isn't made of what a URL may hold.
    public func appending(path: String) throws(Failure) -> HTTPURL {
        var base = target.prefix { $0 != "?" }
        while base.hasSuffix("/") { base = base.dropLast() }
        let target = try Self.checkedTarget(Substring(base + path), of: path)
        return HTTPURL(scheme: scheme, host: host, port: port, target: target)
    }

    /// Host and port as the `Host` header and CONNECT's default form have them: without the scheme's own port.
    public var authority: String { port == scheme.defaultPort ? host.description : hostAndPort }

    /// Host and port, always with the port.
    public var hostAndPort: String { "\(host):\(port)" }

    /// Scheme, host and port.
    ///
    /// It is what messages name: a path or query may hold what nobody else should read.
    public var origin: String { "\(scheme.rawValue)://\(hostAndPort)" }

    /// The whole URL.
    public var description: String { "\(scheme.rawValue)://\(authority)\(target)" }

    /// The URL that a `Location` header of a reply from this URL means; nil for what can't be followed.
    func resolving(location: String) -> HTTPURL? {
        if location.hasPrefix("//") { return try? HTTPURL(parsing: "\(scheme.rawValue):\(location)") }
        if let absolute = try? HTTPURL(parsing: location) { return absolute }
        let relative: String
        if location.hasPrefix("/") {
            relative = location
        } else if location.hasPrefix("?") {
            relative = target.prefix { $0 != "?" } + location
        } else if location.prefix(while: { $0 != "/" }).contains(":") {
            return nil
        } else {
            let path = target.prefix { $0 != "?" }
            relative = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex) + location
        }
        guard let target = try? Self.checkedTarget(Substring(relative), of: location) else { return nil }
        return HTTPURL(scheme: scheme, host: host, port: port, target: target)
    }

    private static func split(
        _ authority: Substring, of text: String, defaultPort: UInt16
    ) throws(Failure) -> (
        Host, UInt16
    ) {
        var hostText = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]") else { throw refusal(text, "‘]’ is missing") }
            hostText = authority[...bracket]
            let after = authority[authority.index(after: bracket)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw refusal(text, "text follows ‘]’") }
            if !after.isEmpty { portText = after.dropFirst() }
        } else if let colon = authority.firstIndex(of: ":") {
            hostText = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !hostText.isEmpty else { throw refusal(text, "it names no host") }
        let host = try Host(parsing: String(hostText))
        guard let portText else { return (host, defaultPort) }
        return (host, try Port.parse(String(portText)))
    }

    private static func checkedTarget(_ target: Substring, of text: String) throws(Failure) -> String {
        var bytes = target.utf8.makeIterator()
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = bytes.next(), let low = bytes.next(), Grammar.hexValue(high) != nil,
                    Grammar.hexValue(low) != nil
                else { throw refusal(text, "‘%’ is not followed by two hexadecimal digits") }
            } else if byte == UInt8(ascii: "#") {
                throw refusal(text, "it has a ‘#’ part, which a server never sees")
            } else if !Grammar.isPathByte(byte) {
                throw refusal(text, "it holds \(Grammar.quoted(byte)), which must be written as %XX")
            }
        }
        return target.hasPrefix("/") ? String(target) : "/" + target
    }

    private static func refusal(_ text: String, _ reason: String) -> Failure {
        Failure(
            .usage, "‘\(text)’ is not a usable URL: \(reason)", hints: ["Write it as in https://host.example.com:443/."]
        )
    }
}

/// TCP port numbers as text.
public enum Port {
    /// Reads a port number.
    ///
    /// - Parameter text: Decimal digits alone.
    /// - Returns: 1 to 65535.
    /// - Throws: `Failure` with `usage`.
    public static func parse(_ text: String) throws(Failure) -> UInt16 {
        guard !text.isEmpty, text.utf8.allSatisfy(Grammar.isDigit), let port = UInt16(text), port > 0 else {
            throw Failure(.usage, "‘\(text)’ is not a port: a number from 1 to 65535 is expected")
        }
        return port
    }
}
