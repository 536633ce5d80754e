import CGPGME
public import Diagnostics
public import LinuxIO
import OpenPGP

/// Signs with GnuPG, always with the primary key.
///
/// gpg runs in a home of our own, whose settings decide the digest and, where asked, the time; GPGME can set neither. The
/// secret key stays where it is: the agent of the user's home signs.
public struct GPGSigner: OpenPGPSigner {
    /// The fingerprint of the key: 40 upper-case hexadecimal digits.
    public let fingerprint: String
    /// The time that signatures have, in seconds since 1970; nil for that of the clock.
    public let time: Int64?
    /// The public key, as binary packets without other people's signatures.
    public let publicKey: [UInt8]
    /// The home that has the secret key.
    private let keyHome: String
    /// The second of the key's newest self-signature, since 1970.
    private let firstTime: Int64
    private let use: SigningKey.Use
    private let home: TemporaryHome
    private let passphrase: PassphraseReply?

    /// Finds a key and checks that it fits.
    ///
    /// - Parameters:
    ///   - fingerprint: The primary key's, 40 hexadecimal digits.
    ///   - home: GnuPG's home directory; nil for the one of the user or of `GNUPGHOME`.
    ///   - passphrase: Where the key's passphrase is; nil where the agent has it, asks for it or needs none. Read once: a
    ///     variable at once, so that no child has it, anything else when gpg asks.
    ///   - use: What the signatures are for.
    /// - Throws: `.usage` for a key that isn't there or doesn't fit, `.requirement` without GnuPG.
    public init(
        fingerprint: String, home: String? = nil, passphrase: PassphraseSource? = nil, use: SigningKey.Use = .rpm
    ) throws(Failure) {
        let fingerprint = try SigningKey.fingerprint(fingerprint)
        let passphrase = try passphrase.map { source throws(Failure) in try PassphraseReply(source, for: fingerprint) }
        do throws(Failure) {
            try GPGME.start()
        } catch {
            var failure = error
            failure.hints.append("Or name a command that signs with --signer-command.")
            throw failure
        }
        let keyHome = if let home { try Self.checkedHome(home) } else { try GPGME.defaultHome() }
        let own = try GPGContext(home: keyHome)
        let publicKey = try own.export(fingerprint)
        guard !publicKey.isEmpty else { throw Self.missing(fingerprint, keyHome, "no key") }
        let certificate = try Self.certificate(publicKey, fingerprint)
        try SigningKey.check(certificate, for: use)
        guard try own.hasSecret(fingerprint) else { throw Self.missing(fingerprint, keyHome, "no secret key") }

        try self.init(
            fingerprint: fingerprint, publicKey: publicKey, firstTime: Int64(certificate.firstSigningTime),
            keyHome: keyHome, passphrase: passphrase, use: use, time: nil)
    }

    private init(
        fingerprint: String, publicKey: [UInt8], firstTime: Int64, keyHome: String, passphrase: PassphraseReply?,
        use: SigningKey.Use, time: Int64?
    ) throws(Failure) {
        self.fingerprint = fingerprint
        self.publicKey = publicKey
        self.firstTime = firstTime
        self.keyHome = keyHome
        self.passphrase = passphrase
        self.use = use
        self.time = time
        let clock = time.map { ["faked-system-time \($0)!"] } ?? []
        // GPGME would name the key by its ID and let gpg take a subkey; the exclamation mark holds gpg to the primary key.
        self.home = try TemporaryHome(
            settings: ["no-autostart", "digest-algo SHA512", "default-key \(fingerprint)!"] + clock)
        try self.home.useAgent(of: keyHome)
        let context = try GPGContext(home: self.home.path)
        try context.importKeys(publicKey)
    }

    /// The same signer, whose signatures have a given time.
    ///
    /// - Parameter time: Seconds since 1970. A time before the key can sign becomes the first second at which it can.
    /// - Returns: A signer that gives equal content equal signatures.
    /// - Throws: `.failed` when gpg can't be set up.
    public func dated(_ time: Int64) throws(Failure) -> GPGSigner {
        try GPGSigner(
            fingerprint: fingerprint, publicKey: publicKey, firstTime: firstTime, keyHome: keyHome,
            passphrase: passphrase, use: use, time: max(time, firstTime))
    }

    private static func checkedHome(_ path: String) throws(Failure) -> String {
        let path = try resolvedPath(path)
        guard fileStatus(path)?.kind == .directory else {
            throw Failure(.usage, "GnuPG's home \(PathText.display(path)) is no directory")
        }
        return path
    }

    private static func missing(_ fingerprint: String, _ home: String, _ what: String) -> Failure {
        Failure(
            .usage, "GnuPG's home \(PathText.display(home)) has \(what) \(fingerprint)",
            hints: ["See what it has with: gpg --homedir \(PathText.display(home)) --list-secret-keys"])
    }

    private static func certificate(_ bytes: [UInt8], _ fingerprint: String) throws(Failure) -> Certificate {
        let certificates = try Certificate.read(bytes, name: "the key \(fingerprint)")
        if let certificate = certificates.first(where: { $0.primary.fingerprint == fingerprint }) {
            return certificate
        }
        let primary = certificates.first?.primary.fingerprint ?? ""
        throw Failure(
            .usage, "\(fingerprint) is a subkey; its primary key is \(primary)",
            hints: ["Sign with the primary key: rpm before 4.13 can't verify a subkey's signatures."])
    }

    /// Has gpg sign, and checks the signature's form and time.
    public func detached(_ content: ByteSource) throws(Failure) -> [UInt8] { try sign(content, as: .bytes) }

    /// Has gpg sign a text, and checks the signature's form and time.
    public func textSignature(_ text: [UInt8]) throws(Failure) -> [UInt8] {
        // gpg makes such lines itself, but leaves blanks at their ends where the signature is detached.
        try sign(ByteSource(CleartextMessage.canonical(text), name: "the text"), as: .text)
    }

    private func sign(_ content: ByteSource, as type: SigningKey.Content) throws(Failure) -> [UInt8] {
        waitUntilClockCanStand()
        let context = try GPGContext(home: home.path, passphrase: passphrase)
        gpgme_set_textmode(context.pointer, type == .text ? 1 : 0)
        let source = try GPGSource(content)
        let sink = try GPGSink(limit: 1 << 16)
        let error = gpgme_op_sign(context.pointer, source.data, sink.data, GPGME_SIG_MODE_DETACH)
        try source.check()
        try context.check(error, "sign \(content.name) with the key \(fingerprint)")
        let signature = try sink.bytes()
        let packet = try SigningKey.check(signature, of: type, madeBy: "gpg", with: fingerprint, for: use)
        if let time, packet.creation.map({ Int64($0) }) != time {
            throw Failure(
                .failed, "gpg made a signature of another time",
                cause: "expected \(time), found \(packet.creation ?? 0) (seconds since 1970)")
        }
        return signature
    }

    /// Lets the second pass that signatures are to have, should it be the present one: a new key's, or `$(date +%s)`.
    ///
    /// gpg leaves its clock running where the time to stand at is that of the clock; `gnupg_set_time` of GnuPG's
    /// common/gettime.c.
    private func waitUntilClockCanStand() {
        guard let time else { return }
        let slowStart: Int64 = 3
        while case let now = System.now, now <= time, time - now <= slowStart {
            System.sleep(milliseconds: 20)
        }
    }
}
