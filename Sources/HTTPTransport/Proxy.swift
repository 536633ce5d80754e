public import Diagnostics

/// The HTTP proxy through which to reach a server.
///
/// Its description and mirror never show the password.
public struct Proxy: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The proxy's host.
    public let host: Host
    /// Its port.
    public let port: UInt16
    /// The user to authenticate as; no authentication when nil.
    public let user: String?
    private let password: String

    /// Makes a proxy.
    ///
    /// - Parameters:
    ///   - host: A name or an address, without scheme.
    ///   - port: The port, as text.
    ///   - user: The user for Basic authentication; nil or empty means none.
    ///   - password: Its password.
    /// - Throws: `Failure` with `usage`; a password is never repeated in it.
    public init(host: String, port: String, user: String? = nil, password: String? = nil) throws(Failure) {
        if host.utf8.contains(UInt8(ascii: "/")) {
            throw Failure(
                .usage, "the proxy host is written as a URL",
                hints: ["Give the host's name alone; the port has a setting of its own."])
        }
        self.host = try Host(parsing: host)
        self.port = try Port.parse(port)
        let user = user.flatMap { $0.isEmpty ? nil : $0 }
        if user == nil, let password, !password.isEmpty {
            throw Failure(.usage, "a proxy password is given, but no proxy user")
        }
        try Self.checkUser(user ?? "")
        for (text, name) in [(user ?? "", "user"), (password ?? "", "password")] {
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Failure(.usage, "the proxy \(name) holds a control character")
            }
        }
        self.user = user
        self.password = password ?? ""
    }

    /// Refuses a user name that Basic authentication can't carry.
    ///
    /// - Parameter user: The name.
    /// - Throws: `Failure` with `usage`.
    public static func checkUser(_ user: String) throws(Failure) {
        // RFC 7617: the first colon ends the user name.
        guard user.utf8.contains(UInt8(ascii: ":")) else { return }
        throw Failure(
            .usage, "the proxy user holds ‘:’, which Basic authentication can't carry",
            hints: ["Give the user's name alone; the password has a setting of its own."])
    }

    /// Host and port.
    public var description: String { "\(host):\(port)" }

    /// A mirror without the password.
    public var customMirror: Mirror { Mirror(self, children: ["host": host, "port": port, "user": user as Any]) }

    /// The value of `Proxy-Authorization`, where there is a user; RFC 7617, in UTF-8.
    var authorization: String? {
        user.map { "Basic " + Base64.encoded(Array("\($0):\(password)".utf8)) }
    }
}
