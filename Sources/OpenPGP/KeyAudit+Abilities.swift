extension KeyAudit {
    /// What is said of who signs: the primary key or a subkey.
    mutating func checkAbilities(_ certificate: Certificate) {
        let key = certificate.primary
        let signers = certificate.subkeys.filter { $0.signs(for: certificate) }
        if !certificate.canSign {
            guard !signers.isEmpty else {
                return ask(key, .abilities) { family in
                    .refuse(
                        "neither the primary key nor a subkey may sign",
                        words: family == .sequoia
                            ? "Certificate \(key.longID): Certificate does not have any usable signing keys" : nil,
                        source: family == .sequoia
                            ? "https://github.com/rpm-software-management/rpm-sequoia/issues/58" : nil)
                }
            }
            ask(key, .abilities) { family in
                switch family {
                case .enterprise7: .refuse("only a subkey signs; rpm before 4.13 can't verify that")
                case _ where family.role == .rpm: .warn("only a subkey signs; EL7's rpm can't verify that")
                default: nil
                }
            }
        }
        for subkey in signers { checkSigner(subkey, of: certificate) }
        if certificate.subkeys.contains(where: { $0.signatures.contains { $0.type == 0x28 } }) {
            ask(key, .abilities) { family in
                guard family.hasOwnParser, family != .enterprise7 else { return nil }
                return .warn(
                    "a revoked subkey, with which some releases of rpm refuse the whole key",
                    words: "key 1 import failed.",
                    source: "https://github.com/rpm-software-management/rpm/issues/1974")
            }
        }
        if certificate.subkeys.contains(where: { $0.signatures.isEmpty }) {
            ask(key, .binding) { family in
                family.hasOwnParser && family != .enterprise7
                    ? .refuse(
                        "a subkey without a signature that binds it",
                        source: "https://github.com/rpm-software-management/rpm/pull/1795")
                    : .warn("a subkey without a signature that binds it")
            }
        }
    }

    private mutating func checkSigner(_ subkey: Certificate.Subkey, of certificate: Certificate) {
        let bindings = subkey.bindings(of: certificate)
        ask(subkey.key, .algorithm) { family in
            guard family != .enterprise7, let remark = Self.algorithm(subkey.key, family) else { return nil }
            return Remark(
                severity: certificate.canSign ? .warn : remark.severity,
                message: "a subkey that signs: " + remark.message, words: remark.words, source: remark.source)
        }
        guard !bindings.contains(where: { !$0.hash.isWeak }), let weak = bindings.first else { return }
        ask(subkey.key, .binding) { family in
            family.isSequoia || family.isEnterprise9
                ? Remark(
                    severity: certificate.canSign ? .warn : .refuse,
                    message: "a subkey that signs, bound with \(weak.hash.name)") : nil
        }
    }

    /// What is said of the file: its form, and how many keys it has.
    mutating func checkFile(_ file: [UInt8]) {
        let isArmored = Armor.isArmored(file)
        if !isArmored {
            ask(nil, .file) { family in
                family.role == .rpm
                    ? .refuse(
                        "not armored, which rpm --import wants", words: "key 1 not an armored public key.",
                        source: "rpm, lib/rpmchecksig.c, doImport") : nil
            }
        } else if file.contains(0x0D) {
            ask(nil, .file) { family in
                family == .aptGPGV
                    ? .warn(
                        "lines end as in DOS: apt before 2.9 finds no key in such a .asc file",
                        source: "apt 2.6, cmdline/apt-key.in, dearmor_keyring") : nil
            }
        }
        let count = certificates.count
        guard count > 1 else { return }
        let blocks = file.split(separator: 0x0A).count { $0.starts(with: "-----BEGIN PGP ".utf8) }
        ask(nil, .file) { family in
            switch family {
            case .enterprise7 where blocks == 1:
                .warn(
                    "\(count) keys in one block: rpm before 4.13 takes the first alone",
                    source: "rpm, commit eb7b41a68")
            case _ where family.role == .rpm:
                .warn(
                    "\(count) keys in one file: one that is refused fails the whole import; "
                        + "name a file each with gpgkey=", source: "https://github.com/rsyslog/rsyslog-pkg/issues/125")
            default: nil
            }
        }
    }
}

extension Certificate.Subkey {
    /// The signatures by which a primary key binds this subkey.
    func bindings(of certificate: Certificate) -> [SignaturePacket] {
        signatures.filter { $0.type == 0x18 && certificate.isOwn($0) }
    }

    /// Whether this subkey may sign, and still does.
    func signs(for certificate: Certificate) -> Bool {
        guard key.algorithm.signs, !signatures.contains(where: { $0.type == 0x28 }),
            let newest = bindings(of: certificate).max(by: { ($0.creation ?? 0) < ($1.creation ?? 0) })
        else { return false }
        return (newest.keyFlags ?? 0) & Certificate.signFlag != 0
    }
}
