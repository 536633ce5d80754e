public import Diagnostics

/// Why an exchange with a server failed, told apart by what a person must change.
public struct HTTPFailure: Error, Sendable, Equatable {
    /// What went wrong.
    public enum Kind: Error, Sendable, Equatable {
        /// The host's name doesn't exist.
        case nameNotFound(host: String)
        /// No name server answered; the C library's words.
        case nameServiceFailed(host: String, reason: String)
        /// Nothing listens on the port, or a firewall rejects it.
        case refused
        /// No route to the host; the system's words.
        case unreachable(reason: String)
        /// No answer in time.
        case timedOut(Phase)
        /// The connection broke in the middle; the system's words.
        case connectionLost(reason: String)
        /// The proxy wants a user and password, or doesn't take the ones that were sent.
        case proxyAuthentication(credentialsSent: Bool)
        /// The proxy takes users by none of the schemes that we know; those that it offers.
        case proxyScheme(offered: [String])
        /// The proxy answered with this status instead of opening the way.
        case proxyRefused(status: Int)
        /// What answered on the proxy's port isn't a proxy.
        case proxyMalformed(reason: String)
        /// No CA on this machine vouches for the server's certificate; OpenSSL's words, and who issued it.
        case certificateUntrusted(reason: String, issuer: String?)
        /// The certificate is for other names; those that it holds.
        case certificateWrongName(holds: [String])
        /// A certificate's time is over, or this machine's clock is ahead; whose, and the last day.
        case certificateExpired(CertificateOwner, until: String)
        /// A certificate's time hasn't begun, or this machine's clock is behind; whose, and the first day.
        case certificateNotYetValid(CertificateOwner, from: String)
        /// TLS failed for another reason; OpenSSL's words.
        case tls(reason: String)
        /// No usable bundle of CA certificates was found on this machine; the one that is there and can't be used.
        case noTrustStore(damaged: String?)
        /// A file with CA certificates can't be used.
        case trustFile(path: String, reason: String)
        /// The server points to another place; its scheme, host and port, or the header's text.
        case redirected(to: String)
        /// The server's answer is an error; status and its words.
        case status(Int, String)
        /// The body ended before its announced end.
        case truncated(received: Int, announced: Int?)
        /// The body is larger than was allowed.
        case tooLarge(limit: Int)
        /// The body is compressed, which we never ask for; the encoding's name.
        case compressed(String)
        /// The reply isn't HTTP as RFC 9112 has it.
        case malformed(reason: String)
        /// The request can't be sent as it stands.
        case invalidRequest(reason: String)
        /// The PAC file didn't say how to reach the server.
        case pac(Failure)
    }

    /// Whose certificate it is.
    public enum CertificateOwner: Sendable, Equatable {
        /// The server's own.
        case server
        /// That of a CA between the server's and one that is trusted, or of that one.
        case authority
    }

    /// What was going on when the time was up.
    public enum Phase: Sendable, Equatable {
        /// Asking the name servers.
        case lookup
        /// Opening the TCP connection.
        case connecting
        /// Waiting for the proxy to open the way.
        case proxyReply
        /// The TLS handshake.
        case handshake
        /// Sending the request or waiting for its reply.
        case reply
    }

    /// What went wrong.
    public let kind: Kind
    /// The server that was meant: scheme, host and port.
    public let server: String
    /// The proxy's host and port, where one was used.
    public let proxy: String?
    /// The way that a PAC file had it tried by; nil without one.
    public internal(set) var route: PACRoute?

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - kind: What went wrong.
    ///   - url: The URL that was asked; only scheme, host and port are kept.
    ///   - proxy: The proxy that was used; its credentials aren't kept.
    public init(_ kind: Kind, url: HTTPURL, proxy: Proxy? = nil) {
        self.kind = kind
        server = url.origin
        self.proxy = proxy?.description
    }
}
