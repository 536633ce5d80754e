extension HTTPClient {
    /// Asks a proxy with CONNECT for a connection to the URL's host and port.
    static func openTunnel(
        to url: HTTPURL, through proxy: Proxy, on connection: Connection, userAgent: String
    ) throws(HTTPFailure.Kind) {
        var reader = ResponseReader(connection)
        let head: ResponseReader.Head
        do throws(HTTPFailure.Kind) {
            try connection.send(RequestWriter.connect(to: url, userAgent: userAgent, proxy: proxy))
            head = try reader.head()
        } catch {
            switch error {
            case .timedOut: throw .timedOut(.proxyReply)
            case .connectionLost(let reason): throw .proxyMalformed(reason: reason)
            case .truncated: throw .proxyMalformed(reason: "closed in the middle of its answer")
            case .malformed(let reason): throw .proxyMalformed(reason: reason)
            default: throw error
            }
        }
        // Nobody but the proxy has answered so far, so its 401 means what others say with 407.
        if head.status == 407 || head.status == 401 { throw authentication(head, by: proxy) }
        guard (200..<300).contains(head.status) else { throw .proxyRefused(status: head.status) }
        // RFC 9110 section 9.3.6: the tunnel begins right after the headers, and the server speaks second in TLS.
        guard reader.hasLeftovers else { return }
        let hasBody = ["Content-Length", "Transfer-Encoding"].contains { head.headers.value(of: $0) != nil }
        throw hasBody ? .proxyMalformed(reason: "it answers CONNECT with a page") : .tls(reason: TLSSession.noTLS)
    }

    /// Why a proxy itself refused a plain request; nil for what the server has answered.
    ///
    /// A server can say nearly everything that a proxy says, so the headers tell who spoke: a proxy passes the server's
    /// own on. tinyproxy (1.11, src/reqs.c) names itself as `Server`, and answers wrong credentials with 401; squid
    /// adds `X-Squid-Error`, and `Proxy-Status` (RFC 9209) is for exactly this.
    static func refusal(_ head: ResponseReader.Head, by proxy: Proxy) -> HTTPFailure.Kind? {
        let isTinyproxy = Grammar.lowercased(head.headers.value(of: "Server") ?? "").hasPrefix("tinyproxy")
        if head.status == 407 || (head.status == 401 && isTinyproxy) { return authentication(head, by: proxy) }
        let status = Grammar.lowercased(head.headers.value(of: "Proxy-Status") ?? "")
        let isOwn =
            isTinyproxy || head.headers.value(of: "X-Squid-Error") != nil
            || status.split(separator: ";").contains { Grammar.trimmed($0).hasPrefix("error=") }
        return isOwn && head.status >= 400 ? .proxyRefused(status: head.status) : nil
    }

    /// What a proxy's demand for a user means; RFC 9110 section 11.7.1.
    private static func authentication(_ head: ResponseReader.Head, by proxy: Proxy) -> HTTPFailure.Kind {
        let challenges = head.headers.values(of: "Proxy-Authenticate") + head.headers.values(of: "WWW-Authenticate")
        var schemes: [String] = []
        for challenge in challenges {
            // Several challenges may share a line; a parameter has a `=`, a scheme has none.
            for part in challenge.split(separator: ",") {
                let word = Grammar.trimmed(part).prefix { $0 != " " }
                if !word.isEmpty, !word.contains("="), !schemes.contains(String(word)) { schemes.append(String(word)) }
            }
        }
        guard schemes.isEmpty || schemes.contains(where: { Grammar.lowercased($0) == "basic" }) else {
            return .proxyScheme(offered: schemes)
        }
        return .proxyAuthentication(credentialsSent: proxy.user != nil)
    }
}
