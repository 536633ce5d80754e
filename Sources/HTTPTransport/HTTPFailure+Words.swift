public import Diagnostics

extension HTTPFailure {
    /// The failure in words: what failed, why, and what to try.
    public var failure: Failure {
        if case .pac(let failure) = kind { return failure.during("can't tell the way to \(server)") }
        var (reason, hints) = words
        if let route { hints.append("The way was \(route).") }
        let way = proxy.map { " through the proxy \($0)" } ?? ""
        return Failure(
            .failed, "\(isAnswered ? "no usable answer from" : "cannot reach") \(server)\(way)", cause: reason,
            hints: hints)
    }

    /// Whether the server was reached and it is its answer that is wrong.
    private var isAnswered: Bool {
        switch kind {
        case .redirected, .status, .truncated, .tooLarge, .compressed, .malformed: true
        default: false
        }
    }

    /// The peer that this machine talks to: the proxy, where there is one.
    private var peer: String { proxy.map { "the proxy \($0)" } ?? server }

    /// The peer once the way is open: through a proxy's tunnel, that is the server.
    private var farPeer: String { isTunnel ? "\(server) behind the proxy" : peer }

    private var isTunnel: Bool { proxy != nil && server.hasPrefix("https:") }

    /// Why it failed, and what to try.
    var words: (reason: String, hints: [String]) {
        switch kind {
        case .pac(let failure): (failure.message, failure.hints)
        case .nameNotFound, .nameServiceFailed, .refused, .unreachable, .timedOut, .connectionLost: networkWords
        case .proxyAuthentication, .proxyScheme, .proxyRefused, .proxyMalformed: proxyWords
        case .certificateUntrusted, .certificateWrongName, .certificateExpired, .certificateNotYetValid:
            certificateWords
        case .tls, .noTrustStore, .trustFile: tlsWords
        case .redirected, .status, .truncated, .tooLarge, .compressed, .malformed, .invalidRequest: replyWords
        }
    }

    private var networkWords: (String, [String]) {
        switch kind {
        case .nameNotFound(let host):
            ("the name \(host) does not exist in DNS or /etc/hosts", ["Check the spelling of \(host)."] + proxyHint)
        case .nameServiceFailed(let host, let reason):
            (
                "no name server answered for \(host): \(reason)",
                ["Check the name servers in /etc/resolv.conf."] + proxyHint
            )
        case .refused:
            (
                "\(peer) refused the connection: nothing listens on that port, or a firewall rejects it",
                ["Check host and port, and that the firewall allows this machine to connect there."] + proxyHint
            )
        case .unreachable(let reason):
            (
                proxy == nil ? reason : "\(peer) can't be reached: \(reason)",
                ["Check this machine's network and routes, and that its firewall allows the connection."] + proxyHint
            )
        case .timedOut(let phase): (timeoutWords(phase), timeoutHints(phase))
        case .connectionLost(let reason):
            (
                "the connection to \(farPeer) broke: \(reason)",
                ["Try again; a firewall or proxy may cut the connection."]
            )
        default: ("", [])
        }
    }

    /// What to try where neither a proxy nor a PAC file is set.
    public static let missingProxyHint = "If this network needs a proxy, set its host and port."

    private var proxyHint: [String] {
        proxy == nil && route == nil ? [Self.missingProxyHint] : []
    }

    private func timeoutWords(_ phase: Phase) -> String {
        switch phase {
        case .lookup: "no name server answered in time"
        case .connecting: "\(peer) did not answer in time: a firewall may drop the packets"
        case .proxyReply: "\(peer) did not open a connection to the server in time"
        case .handshake: "\(farPeer) took the connection but did not answer in TLS in time"
        case .reply: "\(farPeer) did not answer the request in time"
        }
    }

    private func timeoutHints(_ phase: Phase) -> [String] {
        switch phase {
        case .lookup: ["Check the name servers in /etc/resolv.conf."] + proxyHint
        case .connecting:
            ["Check host and port, and that the firewall allows this machine to connect there."] + proxyHint
        case .proxyReply: ["Check the proxy's host and port, and that the proxy can reach the server."]
        case .handshake, .reply: ["Try again later; check what lies between this machine and the server."]
        }
    }

    private var proxyWords: (String, [String]) {
        let check = "Check the proxy's host and port"
        switch kind {
        case .proxyAuthentication where route != nil:
            return (
                "the proxy wants a user and a password (407), which a PAC file can't give",
                ["Set the proxy's host, port, user and password instead of the PAC file's URL."]
            )
        case .proxyAuthentication(credentialsSent: true):
            return ("the proxy did not accept the user and password", ["Check the proxy user and the proxy password."])
        case .proxyAuthentication(credentialsSent: false):
            return ("the proxy wants a user and a password (407)", ["Set the proxy user and the proxy password."])
        case .proxyScheme(let offered):
            return (
                "the proxy takes users by \(offered.joined(separator: ", ")) alone, and only Basic is known here",
                ["Ask the proxy's administrator to offer Basic, or to let this machine through without a user."]
            )
        case .proxyRefused(let status) where status >= 500 && status != 501:
            return (
                "the proxy could not reach the server (status \(status))",
                [
                    "Check the server's name and port; then ask the proxy's administrator whether the proxy can reach "
                        + "\(server)."
                ]
            )
        case .proxyRefused(let status) where [400, 404, 405, 501].contains(status):
            return (
                "what answers on the proxy's port does not work as a proxy (status \(status))",
                ["\(check): a web server may listen there."]
            )
        case .proxyRefused(let status):
            return (
                "the proxy refused to open a connection to the server (status \(status))",
                ["Ask the proxy's administrator to allow \(server)."]
            )
        case .proxyMalformed(let reason):
            return (
                "what answers on the proxy's port does not work as a proxy: \(reason)",
                ["\(check): it must be one for HTTP, reached without TLS."]
            )
        default: return ("", [])
        }
    }

    private var replyWords: (String, [String]) {
        switch kind {
        case .redirected(let place):
            ("the server points to \(place)", ["Use that address instead, if it is the right one."])
        case .status(let status, let reason):
            (
                "the server answered with status \(status)\(reason.isEmpty ? "" : " \(reason)")",
                [status >= 500 ? "Try again later." : "Check the address."]
            )
        case .truncated(let received, let announced):
            (
                "the reply ended after \(received) bytes" + (announced.map { " of \($0)" } ?? ", before its end"),
                ["Try again; a firewall or proxy may cut the connection."]
            )
        case .tooLarge(let limit): ("the reply is larger than \(limit) bytes", ["Check the address."])
        case .compressed(let encoding):
            ("the reply is compressed (\(encoding)), which was not asked for", ["Check the address."])
        case .malformed(let reason): ("the reply is not HTTP: \(reason)", ["Check the address and the port."])
        case .invalidRequest(let reason): ("the request can't be sent: \(reason)", [])
        default: ("", [])
        }
    }
}
