import CGPGME
import Diagnostics
import LinuxIO
import Synchronization

/// Gives gpg a key's passphrase when it asks, and keeps it for the next time.
final class PassphraseReply: Sendable {
    private let source: PassphraseSource?
    private let name: String
    private let state: Mutex<(secret: SecretBytes?, failure: Failure?)>

    /// Makes an answer.
    ///
    /// - Parameters:
    ///   - source: Where the passphrase is; looked at when it is needed, once. A variable is read now, since gpg and the
    ///     agent, which stays, would inherit it.
    ///   - name: What the key is called in a question.
    init(_ source: PassphraseSource, for name: String) throws(Failure) {
        self.source = source
        self.name = name
        guard case .environment = source else {
            state = Mutex((nil, nil))
            return
        }
        state = Mutex((try source.read(for: name), nil))
    }

    /// Makes an answer that is known already.
    init(_ secret: SecretBytes) {
        source = nil
        name = ""
        state = Mutex((secret, nil))
    }

    /// The passphrase, or nil when its source failed.
    fileprivate func get() -> SecretBytes? {
        state.withLock { state in
            guard state.secret == nil, let source else { return state.secret }
            do throws(Failure) {
                state.secret = try source.read(for: name)
            } catch {
                state.failure = error
            }
            return state.secret
        }
    }

    /// Why the source failed, once.
    func takeFailure() -> Failure? {
        state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
    }

    /// GPGME's callback; its hook is the value, unretained.
    static let callback: gpgme_passphrase_cb_t = { hook, _, _, wasBad, descriptor in
        // What was wrong once stays wrong.
        guard wasBad == 0 else { return refusal(GPG_ERR_BAD_PASSPHRASE) }
        guard let hook, let secret = Unmanaged<PassphraseReply>.fromOpaque(hook).takeUnretainedValue().get() else {
            return refusal(GPG_ERR_CANCELED)
        }
        let isWritten: Bool? = try? secret.withBytes { bytes in
            gpgme_io_writen(descriptor, bytes.baseAddress, bytes.count) == 0
                && gpgme_io_writen(descriptor, "\n", 1) == 0
        }
        return isWritten == true ? 0 : refusal(GPG_ERR_CANCELED)
    }

    private static func refusal(_ code: gpgme_err_code_t) -> gpgme_error_t {
        gpgme_err_make(GPG_ERR_SOURCE_USER_1, code)
    }
}
