internal import COpenSSL
internal import LinuxIO

/// One TLS connection over a socket: OpenSSL works on two memory buffers, and this class moves their bytes.
///
/// So each wait has our deadline, and a connection that the other side closed never raises SIGPIPE.
final class TLSSession {
    /// What is wrong with a port where something else listens.
    static let noTLS = "the port does not answer in TLS"

    private let ssl: OpaquePointer
    /// Bytes from the network; `ssl` owns both.
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Whether the handshake is done; `SSL_is_init_finished` says no again after a fatal error.
    private var isEstablished = false

    /// Prepares a session that will accept only a certificate for `host`.
    init(trust: TrustStore, host: Host) throws(HTTPFailure.Kind) {
        guard let ssl = SSL_new(trust.context), let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem())
        else { throw .tls(reason: OpenSSLErrors.first) }
        self.ssl = ssl
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        let isBound: Bool
        switch host {
        case .name(let name):
            let name = name.hasSuffix(".") ? String(name.dropLast()) : name
            // SSL_set_tlsext_host_name(3), a macro.
            let isNamed = name.withCString { name in
                SSL_ctrl(
                    ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                    UnsafeMutableRawPointer(mutating: name)
                ) == 1
            }
            SSL_set_hostflags(ssl, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            isBound = isNamed && SSL_set1_host(ssl, name) == 1
        case .ipv4(let address), .ipv6(let address):
            isBound = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address) == 1
        }
        // A session without a name to check would take anybody's certificate.
        guard isBound else { throw .tls(reason: "the host's name can't be set: \(OpenSSLErrors.first)") }
    }

    deinit { SSL_free(ssl) }

    /// Shakes hands and checks the server's certificate.
    func handshake(over socket: borrowing TCPSocket, before deadline: Deadline) throws(HTTPFailure.Kind) {
        _ = try run(over: socket, before: deadline, phase: .handshake) { SSL_do_handshake(ssl) }
        isEstablished = true
    }

    /// Sends every byte.
    func send(_ bytes: [UInt8], over socket: borrowing TCPSocket, before deadline: Deadline) throws(HTTPFailure.Kind) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = try run(over: socket, before: deadline, phase: .reply) {
                rest.withUnsafeBytes { SSL_write(ssl, $0.baseAddress, Int32(clamping: $0.count)) }
            }
            rest = rest.dropFirst(Int(written))
        }
    }

    /// Waits for bytes; none at the end that the server announced with close_notify.
    func receive(over socket: borrowing TCPSocket, before deadline: Deadline) throws(HTTPFailure.Kind) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = try run(over: socket, before: deadline, phase: .reply) {
            bytes.withUnsafeMutableBytes { SSL_read(ssl, $0.baseAddress, Int32($0.count)) }
        }
        bytes.removeLast(bytes.count - Int(count))
        return bytes
    }

    /// Repeats an operation until it is done, moving bytes as it asks; its result, or 0 at the end of the stream.
    private func run(
        over socket: borrowing TCPSocket, before deadline: Deadline, phase: HTTPFailure.Phase, _ operation: () -> Int32
    ) throws(HTTPFailure.Kind) -> Int32 {
        while true {
            ERR_clear_error()
            let result = operation()
            let state = SSL_get_error(ssl, result)
            // Alerts and handshake messages wait here even when the operation failed; a failure to send them must not
            // hide the operation's own reason.
            do {
                try flush(over: socket, before: deadline)
            } catch {
                if result > 0 || state == SSL_ERROR_WANT_READ { throw Self.kind(of: error, phase: phase) }
            }
            if result > 0 { return result }
            switch state {
            case SSL_ERROR_ZERO_RETURN: return 0
            case SSL_ERROR_WANT_READ: try fill(over: socket, before: deadline, phase: phase)
            case SSL_ERROR_WANT_WRITE: continue
            default: throw reason
            }
        }
    }

    private func flush(over socket: borrowing TCPSocket, before deadline: Deadline) throws(TCPSocket.SocketFailure) {
        let count = BIO_ctrl_pending(outgoing)
        guard count > 0 else { return }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: buffer.count))))
        }
        try socket.send(bytes, before: deadline)
    }

    private func fill(
        over socket: borrowing TCPSocket, before deadline: Deadline, phase: HTTPFailure.Phase
    )
        throws(HTTPFailure.Kind)
    {
        let bytes: [UInt8]
        do {
            bytes = try socket.receive(atMost: 16_384, before: deadline)
        } catch {
            throw Self.kind(of: error, phase: phase)
        }
        if bytes.isEmpty {
            // From now on an empty buffer means the end, no longer "ask again".
            BIO_ctrl(incoming, BIO_C_SET_BUF_MEM_EOF_RETURN, 0, nil)
        } else {
            bytes.withUnsafeBytes { _ = BIO_write(incoming, $0.baseAddress, Int32($0.count)) }
        }
    }

    static func kind(of error: TCPSocket.SocketFailure, phase: HTTPFailure.Phase) -> HTTPFailure.Kind {
        error == .timedOut ? .timedOut(phase) : .connectionLost(reason: error.reason)
    }

    /// Why OpenSSL gave up: its verdict on the certificate first, since the queue only says "verify failed".
    private var reason: HTTPFailure.Kind {
        if let verdict = certificateVerdict { return verdict }
        switch ERR_GET_REASON(ERR_peek_error()) {
        case SSL_R_UNEXPECTED_EOF_WHILE_READING where !isEstablished:
            return .tls(reason: "the connection was closed in the handshake")
        // Without close_notify anybody between could have cut the reply short.
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return .connectionLost(reason: "closed without TLS's closing message")
        case SSL_R_WRONG_VERSION_NUMBER where !isEstablished: return .tls(reason: Self.noTLS)
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return .tls(reason: "the server speaks no version of TLS from 1.2 on")
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
            return .tls(reason: "the server asks for a certificate of the client, which is not supported")
        default: return .tls(reason: OpenSSLErrors.first)
        }
    }

    private var certificateVerdict: HTTPFailure.Kind? {
        let verdict = Int32(SSL_get_verify_result(ssl))
        guard verdict != X509_V_OK else { return nil }
        // The chain is kept when its check fails, too; the server's own certificate is its first.
        let chain = SSL_get0_verified_chain(ssl)
        let certificates = (0..<max(0, OPENSSL_sk_num(chain))).compactMap { index in
            OPENSSL_sk_value(chain, index).map { ServerCertificate(OpaquePointer($0)) }
        }
        switch verdict {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            let index = certificates.firstIndex(where: \.hasExpired) ?? 0
            let day = certificates.isEmpty ? "?" : certificates[index].lastDay
            return .certificateExpired(index == 0 ? .server : .authority, until: day)
        case X509_V_ERR_CERT_NOT_YET_VALID:
            let index = certificates.firstIndex { !$0.hasBegun } ?? 0
            let day = certificates.isEmpty ? "?" : certificates[index].firstDay
            return .certificateNotYetValid(index == 0 ? .server : .authority, from: day)
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return .certificateWrongName(holds: certificates.first?.names ?? [])
        default:
            return .certificateUntrusted(
                reason: String(cString: X509_verify_cert_error_string(Int(verdict))),
                issuer: certificates.last?.issuer)
        }
    }
}
