import CGPGME
import Diagnostics
import LinuxIO

/// The little of GPGME's plumbing that signing needs.
enum GPGME {
    /// Set up once in a process, before anything else; GPGME's manual, "Library Version Check".
    private static let version: String? = gpgme_check_version(nil).map { String(cString: $0) }

    /// Makes sure that GPGME and GnuPG are there.
    ///
    /// - Throws: `.requirement` when gpg is missing.
    static func start() throws(Failure) {
        guard version != nil, code(gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP)) == GPG_ERR_NO_ERROR else {
            throw Failure(
                .requirement, "OpenPGP signatures need GnuPG, which isn't installed",
                hints: ["Install it: apt install gnupg"])
        }
    }

    /// GnuPG's own home directory for this user, as the environment has it.
    static func defaultHome() throws(Failure) -> String {
        try start()
        guard let path = gpgme_get_dirinfo("homedir") else {
            throw Failure(.failed, "GnuPG doesn't say where its home directory is")
        }
        return String(cString: path)
    }

    /// The program that tells where GnuPG's parts are.
    static func configurationProgram() throws(Failure) -> String {
        guard let path = gpgme_get_dirinfo("gpgconf-name") ?? gpgme_get_dirinfo("gpg-name") else {
            throw Failure(.requirement, "gpgconf, a part of GnuPG, isn't installed", hints: ["apt install gpgconf"])
        }
        return String(cString: path)
    }

    private static let passphraseHints = [
        "Name what holds the passphrase: --gpg-passphrase-file FILE or --gpg-passphrase-env VARIABLE."
    ]

    /// The reason in a result, without its source.
    static func code(_ error: gpgme_error_t) -> gpgme_err_code_t { gpgme_err_code(error) }

    /// A result in GnuPG's words.
    static func words(_ error: gpgme_error_t) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        gpgme_strerror_r(error, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Throws unless a call worked.
    ///
    /// - Parameters:
    ///   - error: What the call returned.
    ///   - what: What was tried, as in "can't …".
    static func check(_ error: gpgme_error_t, _ what: String) throws(Failure) {
        let code = code(error)
        guard code != GPG_ERR_NO_ERROR else { return }
        switch code {
        case GPG_ERR_BAD_PASSPHRASE:
            throw Failure(.usage, "can't \(what): the passphrase is wrong")
        case GPG_ERR_NO_SECKEY, GPG_ERR_UNUSABLE_SECKEY:
            throw Failure(
                .usage, "can't \(what)", cause: words(error), hints: ["See the keys with: gpg --list-secret-keys"])
        // gpg's agent asks through a program that wants a terminal: ENOTTY where there is none.
        case GPG_ERR_ENOTTY:
            throw Failure(
                .usage, "can't \(what): there is no terminal to ask for the passphrase on", hints: passphraseHints)
        case GPG_ERR_NO_PIN_ENTRY, GPG_ERR_CANCELED, GPG_ERR_FULLY_CANCELED, GPG_ERR_INV_PASSPHRASE:
            throw Failure(
                .failed, "can't \(what): nothing gave the key's passphrase", cause: words(error),
                hints: passphraseHints)
        default:
            throw Failure(.failed, "can't \(what)", cause: words(error))
        }
    }
}
