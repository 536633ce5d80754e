internal import LinuxIO

/// A connection to a server or proxy, plain at first, under TLS after `startTLS`.
final class Connection: ByteSource {
    private let socket: TCPSocket
    private let deadline: Deadline
    private var tls: TLSSession?

    /// Looks the host up and connects to the first of its addresses that answers.
    ///
    /// - Parameters:
    ///   - host: The peer.
    ///   - port: Its port.
    ///   - connectDeadline: When to give up looking up and connecting.
    ///   - deadline: When to give up whatever follows.
    init(to host: Host, port: UInt16, connectDeadline: Deadline, deadline: Deadline) throws(HTTPFailure.Kind) {
        let addresses: [NameService.Address]
        do {
            addresses = try NameService.addresses(of: host.bare, port: port, before: connectDeadline)
        } catch {
            switch error {
            case .notFound: throw .nameNotFound(host: host.bare)
            case .noAnswer(let reason): throw .nameServiceFailed(host: host.bare, reason: reason)
            case .timedOut: throw .timedOut(.lookup)
            }
        }
        self.deadline = deadline
        socket = try Self.firstAnswer(of: addresses, before: connectDeadline)
    }

    /// Wraps the connection into TLS.
    func startTLS(trust: TrustStore, host: Host, before deadline: Deadline) throws(HTTPFailure.Kind) {
        let session = try TLSSession(trust: trust, host: host)
        try session.handshake(over: socket, before: deadline)
        tls = session
    }

    func send(_ bytes: [UInt8]) throws(HTTPFailure.Kind) {
        if let tls { return try tls.send(bytes, over: socket, before: deadline) }
        do {
            try socket.send(bytes, before: deadline)
        } catch {
            throw TLSSession.kind(of: error, phase: .reply)
        }
    }

    func read() throws(HTTPFailure.Kind) -> [UInt8] {
        if let tls { return try tls.receive(over: socket, before: deadline) }
        do {
            return try socket.receive(atMost: 16_384, before: deadline)
        } catch {
            throw TLSSession.kind(of: error, phase: .reply)
        }
    }

    /// Tries the addresses in turn; each gets a fair share of the time, so that a dead IPv6 route leaves some for IPv4.
    private static func firstAnswer(
        of addresses: [NameService.Address], before deadline: Deadline
    )
        throws(HTTPFailure.Kind) -> TCPSocket
    {
        var worst = HTTPFailure.Kind.timedOut(.connecting)
        var hasAnswer = false
        for (index, address) in addresses.enumerated() {
            let share = deadline.millisecondsLeft / Int32(addresses.count - index)
            do {
                return try TCPSocket.connected(to: address, before: Deadline(after: .milliseconds(share)))
            } catch {
                // A host without IPv6 has no route to half of the addresses; what the other half says is the point.
                switch error {
                case .timedOut: (worst, hasAnswer) = (.timedOut(.connecting), true)
                case .refused: (worst, hasAnswer) = (.refused, true)
                case .system where error.isReset:
                    (worst, hasAnswer) = (.connectionLost(reason: error.reason), true)
                case .system where !hasAnswer: worst = .unreachable(reason: error.reason)
                case .system: break
                }
            }
        }
        throw worst
    }
}
