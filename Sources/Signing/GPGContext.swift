import CGPGME
import Diagnostics
import LinuxIO

/// A conversation with gpg about one home directory; for one thread at a time.
struct GPGContext: ~Copyable {
    let pointer: gpgme_ctx_t
    private let passphrase: PassphraseReply?

    /// Starts one.
    ///
    /// - Parameters:
    ///   - home: GnuPG's home directory.
    ///   - passphrase: Answers when gpg asks for one; without it the agent has or gets it.
    init(home: String, passphrase: PassphraseReply? = nil) throws(Failure) {
        try GPGME.start()
        var context: gpgme_ctx_t?
        try GPGME.check(gpgme_new(&context), "talk to gpg")
        guard let context else { throw Failure(.failed, "out of memory") }
        do throws(Failure) {
            try GPGME.check(gpgme_ctx_set_engine_info(context, GPGME_PROTOCOL_OpenPGP, nil, home), "talk to gpg")
            gpgme_set_offline(context, 1)
            if let passphrase {
                try GPGME.check(gpgme_set_pinentry_mode(context, GPGME_PINENTRY_MODE_LOOPBACK), "talk to gpg")
                let hook = Unmanaged.passUnretained(passphrase).toOpaque()
                gpgme_set_passphrase_cb(context, PassphraseReply.callback, hook)
            }
        } catch {
            gpgme_release(context)
            throw error
        }
        pointer = context
        self.passphrase = passphrase
    }

    deinit { gpgme_release(pointer) }

    /// Throws unless an operation worked; what the passphrase's source or the data's source said comes first.
    func check(_ error: gpgme_error_t, _ what: String) throws(Failure) {
        if let failure = passphrase?.takeFailure() { throw failure.during("can't \(what)") }
        try GPGME.check(error, what)
    }

    /// The public key with a fingerprint, as binary packets without the signatures of others.
    ///
    /// - Parameter fingerprint: 40 hexadecimal digits.
    /// - Returns: No bytes where there is no such key.
    func export(_ fingerprint: String) throws(Failure) -> [UInt8] {
        let sink = try GPGSink(limit: 4 << 20)
        try check(gpgme_op_export(pointer, fingerprint, 0, sink.data), "read the key \(fingerprint)")
        return try sink.bytes()
    }

    /// Whether the home has the secret part of a primary key, in a file or on a card.
    func hasSecret(_ fingerprint: String) throws(Failure) -> Bool {
        var key: gpgme_key_t?
        let error = gpgme_get_key(pointer, fingerprint, &key, 1)
        defer { if let key { gpgme_key_unref(key) } }
        if GPGME.code(error) == GPG_ERR_EOF { return false }
        try check(error, "look for the secret key \(fingerprint)")
        return key?.pointee.subkeys?.pointee.secret == 1
    }

    /// Adds public keys to the home.
    func importKeys(_ bytes: [UInt8]) throws(Failure) {
        let source = try GPGSource(ByteSource(bytes, name: "keys"))
        try check(gpgme_op_import(pointer, source.data), "read keys")
    }
}
