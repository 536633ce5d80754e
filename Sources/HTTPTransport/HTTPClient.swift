private import LinuxIO

/// Sends requests, one connection each.
///
/// TLS is always verified: the certificate's chain against the machine's CA bundle (and a private CA), its name against
/// the host. There is no switch that turns it off.
public struct HTTPClient: Sendable {
    /// How to reach servers.
    public struct Options: Sendable {
        /// The proxy to go through, for http and https alike.
        public var proxy: Proxy?
        /// The servers that are reached without it.
        public var proxyExceptions: ProxyExceptions?
        /// The file that names the proxies, for each URL its own; `proxy` is nil then.
        public var pac: PACFile?
        /// A PEM file with CA certificates to trust besides the machine's own.
        public var privateCAFile: String?
        /// The time for look-up and connecting, and again for the handshake.
        public var connectTimeout: Duration = .seconds(10)
        /// The time for everything.
        public var totalTimeout: Duration = .seconds(30)
        /// The most bytes a reply's body may have.
        public var maximumBody = 1 << 20
        /// How often a GET or HEAD follows a redirect on the same server.
        public var maximumRedirects = 3
        /// The program's name and version, as `agentpack/1.0`.
        public var userAgent: String

        /// Makes options with the defaults above.
        ///
        /// - Parameter userAgent: The program's name and version.
        public init(userAgent: String) { self.userAgent = userAgent }

        /// The proxy on the way to a server.
        ///
        /// - Parameter url: Any URL of the server.
        /// - Returns: The proxy; nil where there is none, or the server is among its exceptions.
        public func proxy(for url: HTTPURL) -> Proxy? { proxyExceptions?.covers(url) == true ? nil : proxy }
    }

    /// How to reach servers.
    public let options: Options
    let systemBundles: [String]

    /// Makes a client.
    public init(_ options: Options) { self.init(options, systemBundles: TrustStore.systemBundles) }

    /// A client that looks for CA bundles elsewhere; for tests.
    init(_ options: Options, systemBundles: [String]) {
        self.options = options
        self.systemBundles = systemBundles
    }

    /// Asks and waits for the whole reply.
    ///
    /// A reply with an error status is a reply: see `HTTPResponse.successful()`. Redirects are followed only for GET and
    /// HEAD and only on the same scheme, host and port; any other is a failure that names the place.
    ///
    /// - Parameter request: What to ask.
    /// - Returns: The reply.
    /// - Throws: `HTTPFailure`.
    public func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        if let pac = options.pac, options.proxyExceptions?.covers(request.url) != true {
            return try send(request, along: pac)
        }
        let deadline = Deadline(after: options.totalTimeout)
        var request = request
        var redirects = 0
        // Redirects stay on the server, so its way holds for all of them.
        let proxy = options.proxy(for: request.url)
        while true {
            let response: HTTPResponse
            do {
                response = try exchange(request, through: proxy, before: deadline)
            } catch {
                throw HTTPFailure(error, url: request.url, proxy: proxy)
            }
            guard [301, 302, 303, 307, 308].contains(response.status) else { return response }
            let location = response.header("Location") ?? ""
            let target = request.url.resolving(location: location)
            guard let target, target.origin == request.url.origin, redirects < options.maximumRedirects,
                request.method == "GET" || request.method == "HEAD"
            else {
                let place = target.map { $0.origin == request.url.origin ? $0.description : $0.origin }
                throw HTTPFailure(
                    .redirected(to: place ?? "an address that can't be followed"), url: request.url,
                    proxy: proxy)
            }
            redirects += 1
            request.url = target
        }
    }

    /// Asks with GET.
    ///
    /// - Parameter url: What to ask for.
    /// - Returns: The reply, whatever its status.
    /// - Throws: `HTTPFailure`.
    public func get(_ url: HTTPURL) throws(HTTPFailure) -> HTTPResponse { try send(HTTPRequest("GET", url)) }

    private func exchange(
        _ request: HTTPRequest, through proxy: Proxy?, before deadline: Deadline
    ) throws(HTTPFailure.Kind) -> HTTPResponse {
        let plainProxy = request.url.scheme == .http ? proxy : nil
        let bytes = try RequestWriter.bytes(
            of: request, userAgent: options.userAgent, plainProxy: plainProxy)
        let connection = try connect(to: request.url, through: proxy, before: deadline)
        var sendProblem: HTTPFailure.Kind?
        do {
            try connection.send(bytes)
        } catch {
            // A server may refuse a request before it has read all of it: its reply says more than the broken pipe.
            guard case .connectionLost = error else { throw error }
            sendProblem = error
        }
        var reader = ResponseReader(connection)
        do throws(HTTPFailure.Kind) {
            let head = try reader.head()
            if let plainProxy, let refusal = Self.refusal(head, by: plainProxy) { throw refusal }
            let body = try reader.body(after: head, of: request.method, limit: options.maximumBody)
            return HTTPResponse(
                status: head.status, reason: head.reason, headers: head.headers, body: body, url: request.url)
        } catch {
            throw sendProblem ?? error
        }
    }

    /// Opens the way to a server, through CONNECT and TLS where the URL needs them.
    private func connect(
        to url: HTTPURL, through proxy: Proxy?, before deadline: Deadline
    ) throws(HTTPFailure.Kind) -> Connection {
        // Read before connecting: a CA file that can't be used is our mistake, not the server's.
        let trust: TrustStore? =
            switch url.scheme {
            case .http: nil
            case .https: try TrustStore(privateCAFile: options.privateCAFile, systemBundles: systemBundles)
            }
        let connection = try Connection(
            to: proxy?.host ?? url.host, port: proxy?.port ?? url.port, connectDeadline: soon(deadline),
            deadline: deadline)
        guard let trust else { return connection }
        if let proxy {
            try Self.openTunnel(to: url, through: proxy, on: connection, userAgent: options.userAgent)
        }
        try connection.startTLS(trust: trust, host: url.host, before: soon(deadline))
        return connection
    }

    private func soon(_ deadline: Deadline) -> Deadline { min(deadline, Deadline(after: options.connectTimeout)) }
}
