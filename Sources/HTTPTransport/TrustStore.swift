internal import COpenSSL
private import Diagnostics
private import LinuxIO

/// The CA certificates that a TLS handshake trusts, and what TLS it accepts: an `SSL_CTX`.
final class TrustStore {
    /// Where systems keep the bundle that their administrators maintain.
    ///
    /// A static OpenSSL has the directory of its build machine compiled in, so the paths are probed in this order.
    static let systemBundles = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Alpine
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Enterprise Linux, Fedora
        "/etc/pki/tls/certs/ca-bundle.crt",  // Enterprise Linux up to 9
        "/etc/ssl/ca-bundle.pem",  // SUSE
        "/var/lib/ca-certificates/ca-bundle.pem",  // SUSE, where the link above is missing
        "/etc/ssl/cert.pem",  // Alpine without ca-certificates
    ]

    let context: OpaquePointer

    /// Loads the first system bundle that there is and, in addition, a private CA.
    ///
    /// - Throws: `trustFile` for a private CA file that can't be used, `noTrustStore` when nothing was found.
    init(privateCAFile: String?, systemBundles: [String]) throws(HTTPFailure.Kind) {
        HTTPTransport.startOpenSSL()
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .tls(reason: OpenSSLErrors.first) }
        self.context = context
        // SSL_CTX_set_min_proto_version(3), a macro.
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        // An intermediate CA, or the server's own certificate, is enough, as it is for a JVM or curl.
        X509_STORE_set_flags(SSL_CTX_get_cert_store(context), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        if let privateCAFile { try Self.load(privateCAFile, into: context) }
        let hasSystemBundle = systemBundles.contains { SSL_CTX_load_verify_file(context, $0) == 1 }
        ERR_clear_error()
        if !hasSystemBundle, privateCAFile == nil {
            throw .noTrustStore(damaged: systemBundles.first { fileStatus($0) != nil })
        }
    }

    private static func load(_ path: String, into context: OpaquePointer) throws(HTTPFailure.Kind) {
        let bytes: [UInt8]
        do { bytes = try readFile(path) } catch {
            throw .trustFile(path: path, reason: error.cause ?? error.message)
        }
        guard SSL_CTX_load_verify_file(context, path) != 1 else { return }
        let reason = OpenSSLErrors.first
        // DER begins with a SEQUENCE; in PEM everything but the text between the lines is ASCII.
        if bytes.first == 0x30 {
            throw .trustFile(path: path, reason: "it is in DER form (openssl x509 -inform DER converts it)")
        }
        let marker = Array("-----BEGIN ".utf8)
        let hasMarker = bytes.indices.contains { bytes[$0...].starts(with: marker) }
        throw .trustFile(
            path: path,
            reason: hasMarker ? "no certificate in it can be read (\(reason))" : "it holds no certificate in PEM form")
    }

    deinit { SSL_CTX_free(context) }
}

/// OpenSSL's queue of errors of this thread.
enum OpenSSLErrors {
    /// The first error's words; empties the queue.
    static var first: String {
        let code = ERR_get_error()
        ERR_clear_error()
        // ERR_SYSTEM_ERROR: the top bit says that the rest is an errno, which has no reason string.
        if code & (1 << 31) != 0 { return "the file can't be opened" }
        guard code != 0, let words = ERR_reason_error_string(code) else { return "no reason given" }
        return String(cString: words)
    }
}
