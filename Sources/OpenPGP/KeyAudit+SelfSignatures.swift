import LinuxIO

extension KeyAudit {
    /// What is said of the signatures by which a key binds its names and subkeys.
    mutating func checkSelfSignatures(_ certificate: Certificate) {
        let key = certificate.primary
        let now = now
        if certificate.userIDs.isEmpty {
            ask(key, .binding) { $0.isSequoia ? nil : .refuse("no user ID, without which gpg and rpm take no key") }
        }
        let all = certificate.selfSignatures
        guard !all.isEmpty else {
            return ask(key, .binding) { family in
                .refuse(
                    "no self-signature",
                    words: family.isSequoia ? "No binding signature at time \(Self.timeText(now))" : nil)
            }
        }
        for user in certificate.userIDs {
            let own = user.signatures.filter { (0x10...0x13).contains($0.type) && certificate.isOwn($0) }
            if own.contains(where: { certificate.hasRightDigest($0, over: user) == false }) {
                ask(key, .binding) { _ in
                    .refuse("a self-signature that isn't of this key and user ID: the file was changed")
                }
            }
        }
        let strong = all.filter { !$0.hash.isWeak }
        if strong.isEmpty, let weak = all.first {
            ask(key, .binding) { Self.weakBinding(key, weak.hash, $0, now: now) }
        } else if let first = strong.compactMap(\.creation).min(), all.contains(where: \.hash.isWeak) {
            ask(key, .binding) { family in
                guard family.isSequoia else { return nil }
                return .warn(
                    "a stronger self-signature beside a weak one: what was signed before "
                        + "\(Self.timeText(UInt64(first))) is refused",
                    source: "https://github.com/CISOfy/lynis/issues/1638")
            }
        }
        if strong.contains(where: { $0.hash == .sha224 }), strong.allSatisfy({ $0.hash == .sha224 }) {
            ask(key, .binding) {
                $0.isSequoia ? .refuse("self-signatures with SHA-224, refused since 2026-02-01") : nil
            }
        }
        if all.allSatisfy({ $0.version == 3 }) {
            ask(key, .binding) {
                $0.isSequoia ? .refuse("self-signatures of version 3, refused since 2026-02-01") : nil
            }
        }
        checkUnknownFields(certificate, all)
    }

    /// A critical field that a client doesn't know makes the signature void; RFC 9580, section 5.2.3.7.
    private mutating func checkUnknownFields(_ certificate: Certificate, _ signatures: [SignaturePacket]) {
        let known: Set<UInt8> = Set(2...7).union([9, 11, 12, 16]).union(20...35)
        guard signatures.contains(where: { $0.hashed.contains { $0.isCritical && !known.contains($0.type) } }) else {
            return
        }
        ask(certificate.primary, .binding) { _ in .refuse("a self-signature with a critical field that no client knows")
        }
    }

    private static func weakBinding(
        _ key: PublicKeyPacket, _ hash: HashAlgorithm, _ family: ClientFamily, now: UInt64
    ) -> Remark? {
        let what = "self-signatures with \(hash.name) alone"
        let sha1 = hash == .sha1
        switch family {
        case .aptSQV:
            return .refuse(
                what + ", refused since 2026-02-01",
                words: "Signing key on \(key.fingerprint) is not bound: No binding signature at time "
                    + "\(timeText(now)) because: Policy rejected non-revocation signature (PositiveCertification) "
                    + "requiring second pre-image "
                    + "resistance because: \(hash.name.filter { $0 != "-" }) is not considered secure"
                    + (sha1 ? " since 2026-02-01T00:00:00Z" : ""),
                source: "https://github.com/rspamd/rspamd/issues/5889")
        case .sequoia:
            return .refuse(
                what,
                words: "Certificate \(key.longID): Policy rejects \(key.longID): "
                    + "No binding signature at time \(timeText(now))",
                source: "https://github.com/rpm-software-management/rpm-sequoia/issues/110")
        case .enterprise9, .enterprise9FIPS:
            return .refuse(
                what,
                words:
                    "warning: Signature not supported. Hash algorithm \(hash.name.filter { $0 != "-" }) not available.",
                source: "https://github.com/keybase/keybase-issues/issues/4207")
        case .enterprise8FIPS: return .refuse(what + ", which FIPS mode doesn't allow for signatures")
        default: return hash == .md5 ? .refuse(what) : .warn(what + ", which can be forged")
        }
    }

    /// What is said of a key's time.
    mutating func checkLife(_ certificate: Certificate) {
        let key = certificate.primary
        let now = now
        if UInt64(certificate.firstSigningTime) > now {
            ask(key, .life) { _ in .refuse("not valid before \(Self.timeText(UInt64(certificate.firstSigningTime)))") }
        }
        if certificate.isRevoked { ask(key, .life) { Self.revoked(key, $0) } }
        guard let expiry = certificate.expiry else { return }
        let day = Self.timeText(expiry)
        ask(key, .life) { family in
            switch family {
            case _ where expiry > now && family.role == .apt:
                return .warn("expires at \(day); every machine needs the renewed key before")
            case .sequoia:
                let words =
                    "Certificate \(key.longID) invalid: certificate is not alive because: The primary key "
                    + "is not live because: Expired on \(day)"
                let source = "https://github.com/rpm-software-management/rpm-sequoia/issues/104"
                return expiry > now
                    ? .warn(
                        "expires at \(day); packages that it signed are refused from then on", words: words,
                        source: source) : .refuse("expired", words: words, source: source)
            case _ where expiry > now:
                return .warn("expires at \(day); imported keys are not renewed by an update of the key file")
            case .aptGPGV:
                return .refuse(
                    "expired at \(day)",
                    words: "The following signatures were invalid: EXPKEYSIG \(key.longID)",
                    source: "https://github.com/albertlauncher/albert/issues/1087")
            case .aptSQV: return .refuse("expired at \(day): what it signs since is refused")
            case .zypper:
                return .warn(
                    "expired at \(day): zypper says so and goes on",
                    words: "The gpg key signing file 'repomd.xml' has expired.", source: "zypper 1.14, seen")
            default: return .refuse("expired at \(day): signatures of repomd.xml are refused")
            }
        }
    }

    private static func revoked(_ key: PublicKeyPacket, _ family: ClientFamily) -> Remark {
        switch family {
        case .aptSQV:
            .refuse(
                "revoked", words: "Signing key on \(key.fingerprint) is bad: Invalid key: \"certificate is revoked\"",
                source: "sqv 1.3 and 1.5, seen")
        case .sequoia:
            .refuse(
                "revoked", words: "Certificate \(key.longID): The certificate was revoked",
                source: "rpm 4.20 and 6.1, seen")
        case .aptGPGV: .refuse("revoked")
        default: .refuse("revoked: signatures of repomd.xml are refused, those of packages are still taken")
        }
    }

    /// A time as Sequoia prints it.
    static func timeText(_ seconds: UInt64) -> String { UTCTime(seconds: Int64(clamping: seconds)).text }
}
