/// One header of a request or a reply.
public struct HTTPHeader: Sendable, Equatable {
    /// The name; case doesn't count.
    public var name: String
    /// The value without blanks at its ends.
    public var value: String

    /// Makes a header.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What to ask a server.
///
/// `Host`, `Content-Length`, `Connection`, `Accept-Encoding`, `User-Agent` and the proxy's headers are added by the client.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST` and so on.
    public var method: String
    /// Whom to ask for what.
    public var url: HTTPURL
    /// Headers besides those that the client adds.
    public var headers: [HTTPHeader]
    /// What to send.
    public var body: [UInt8]?

    /// Makes a request.
    public init(_ method: String, _ url: HTTPURL, headers: [HTTPHeader] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// A POST of JSON text.
    ///
    /// - Parameters:
    ///   - url: Where to.
    ///   - json: The document's bytes.
    /// - Returns: The request.
    public static func post(_ url: HTTPURL, json: [UInt8]) -> HTTPRequest {
        HTTPRequest("POST", url, headers: [HTTPHeader("Content-Type", "application/json")], body: json)
    }
}

/// A server's whole reply.
public struct HTTPResponse: Sendable {
    /// The status code, 200 to 599.
    public let status: Int
    /// The words after the status code; often empty.
    public let reason: String
    /// All headers in the reply's order.
    public let headers: [HTTPHeader]
    /// The body, complete.
    public let body: [UInt8]
    /// The URL that answered, after redirects.
    public let url: HTTPURL
    /// The way that a PAC file had it reached by; nil without one.
    public internal(set) var route: PACRoute?

    /// The value of the first header with that name.
    ///
    /// - Parameter name: The name; case doesn't count.
    /// - Returns: The value, or nil.
    public func header(_ name: String) -> String? { headers.value(of: name) }

    /// The body as text; bytes that aren't UTF-8 become U+FFFD.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The reply itself when its status is 2xx.
    ///
    /// - Returns: The reply.
    /// - Throws: `HTTPFailure` of kind `status` otherwise.
    public func successful() throws(HTTPFailure) -> HTTPResponse {
        guard (200..<300).contains(status) else { throw HTTPFailure(.status(status, reason), url: url) }
        return self
    }
}

extension [HTTPHeader] {
    func value(of name: String) -> String? { values(of: name).first }

    func values(of name: String) -> [String] {
        let wanted = Grammar.lowercased(name)
        return filter { Grammar.lowercased($0.name) == wanted }.map(\.value)
    }
}
