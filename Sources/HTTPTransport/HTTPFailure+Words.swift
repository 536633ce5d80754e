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
        case .redirected, .status, .truncated, .tooLarge, .malformed: true
        default: false
        }
    }

    /// The peer that this machine talks to: the proxy, where there is one.
    private var peer: String { proxy.map { "the proxy \($0)" } ?? server }

    /// Why it failed, and what to try.
    var words: (reason: String, hints: [String]) {
        switch kind {
        case .pac(let failure): (failure.message, failure.hints)
        case .nameNotFound, .nameServiceFailed, .refused, .unreachable, .timedOut, .connectionLost: networkWords
        case .proxyAuthentication, .proxyRefused: proxyWords
        case .certificateUntrusted, .certificateWrongName, .certificateExpired, .certificateNotYetValid, .tls,
            .noTrustStore, .trustFile:
            tlsWords
        case .redirected, .status, .truncated, .tooLarge, .malformed, .invalidRequest: replyWords
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
            ("\(peer) can't be reached: \(reason)", ["Check this machine's network and routes."] + proxyHint)
        case .timedOut(let phase): (timeoutWords(phase), timeoutHints(phase))
        case .connectionLost(let reason):
            ("the connection to \(peer) broke: \(reason)", ["Try again; a firewall or proxy may cut the connection."])
        default: ("", [])
        }
    }

    private var proxyHint: [String] {
        proxy == nil && route == nil ? ["If this network needs a proxy, set its host and port."] : []
    }

    private func timeoutWords(_ phase: Phase) -> String {
        switch phase {
        case .lookup: "no name server answered in time"
        case .connecting: "\(peer) did not answer in time: a firewall may drop the packets"
        case .proxyReply: "\(peer) did not open a connection to the server in time"
        case .handshake: "\(peer) took the connection but did not answer in TLS in time"
        case .reply: "\(peer) did not answer the request in time"
        }
    }

    private func timeoutHints(_ phase: Phase) -> [String] {
        switch phase {
        case .lookup: ["Check the name servers in /etc/resolv.conf."] + proxyHint
        case .connecting: ["Check that the firewall allows this machine to connect there."] + proxyHint
        case .proxyReply: ["Check that the proxy can reach the server."]
        case .handshake, .reply: ["Try again later; check what lies between this machine and the server."]
        }
    }

    private var proxyWords: (String, [String]) {
        switch kind {
        case .proxyAuthentication where route != nil:
            (
                "the proxy wants a user and a password (407), which a PAC file can't give",
                ["Set the proxy's host, port, user and password instead of the PAC file's URL."]
            )
        case .proxyAuthentication(credentialsSent: true):
            ("the proxy did not accept the user and password", ["Check the proxy user and the proxy password."])
        case .proxyAuthentication(credentialsSent: false):
            ("the proxy wants a user and a password (407)", ["Set the proxy user and the proxy password."])
        case .proxyRefused(let status):
            (
                "the proxy refused to open a connection to the server (status \(status))",
                ["Ask the proxy's administrator to allow \(server)."]
            )
        default: ("", [])
        }
    }

    private var tlsWords: (String, [String]) {
        switch kind {
        case .certificateUntrusted(let reason):
            (
                "the server's certificate is not trusted: \(reason)",
                [
                    "If the server or a TLS-inspecting proxy uses a private CA, give the CA's certificate file (PEM).",
                    "Otherwise update this machine's CA certificates (package ca-certificates).",
                ]
            )
        case .certificateWrongName:
            (
                "the server's certificate is for another name",
                ["Use a name that the certificate holds, or have the server's certificate corrected."]
            )
        case .certificateExpired:
            (
                "the server's certificate has expired",
                ["Check this machine's clock (date), then the server's certificate."]
            )
        case .certificateNotYetValid:
            ("the server's certificate is not valid yet", ["Check this machine's clock (date)."])
        case .tls(let reason):
            ("TLS failed: \(reason)", ["Check that the port speaks TLS 1.2 or newer and that the scheme is right."])
        case .noTrustStore:
            (
                "this machine has no CA certificates to check the server with",
                ["Install the package ca-certificates, or give a CA certificate file (PEM)."]
            )
        case .trustFile(let path, let reason):
            (
                "the CA certificate file \(path) can't be used: \(reason)",
                ["Give a readable file with certificates in PEM form."]
            )
        default: ("", [])
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
        case .malformed(let reason): ("the reply is not HTTP: \(reason)", ["Check the address and the port."])
        case .invalidRequest(let reason): ("the request can't be sent: \(reason)", [])
        default: ("", [])
        }
    }
}
