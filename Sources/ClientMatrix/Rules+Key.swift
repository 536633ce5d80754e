import OpenPGP

extension KeyRow {
    private static let audit = "test_key_audit.KeyAudit"
    private static let suite = "test_client_matrix_keys"

    /// What clients make of keys: a row for each topic and family.
    static let all: [KeyRow] = KeyAudit.Topic.allCases.filter { $0 != .nothing }.flatMap { topic in
        ClientFamily.allCases.map { row(topic, $0) }
    }

    private static func row(_ topic: KeyAudit.Topic, _ family: ClientFamily) -> KeyRow {
        switch topic {
        case .algorithm: algorithm(family)
        case .binding: binding(family)
        case .life: life(family)
        case .format:
            KeyRow(topic, family, "a key of version 3, 5 or 6", [.cited("RFC 9580, section 5.5.2"), rejected(family)])
        case .abilities:
            KeyRow(
                topic, family, "who signs: no key that may, a subkey alone, a revoked subkey",
                [
                    .cited("https://github.com/NVIDIA/libnvidia-container/issues/86"),
                    .cited("RFC 9580, section 5.2.3.29"),
                ])
        case .file, .nothing:
            KeyRow(
                topic, family, "a key file that isn't armored, has DOS lines, or several keys",
                [
                    .cited("https://github.com/rsyslog/rsyslog-pkg/issues/125"),
                    .cited("rpm, lib/rpmchecksig.c, doImport"),
                ])
        }
    }

    private static func algorithm(_ family: ClientFamily) -> KeyRow {
        let subject = "a key's algorithm and size"
        switch family {
        case .aptGPGV:
            return KeyRow(
                .algorithm, family, subject,
                [
                    .cited(
                        "apt, debian/changelog, 2.7.13: \"--assert-pubkey-algo=>=rsa2048,ed25519,ed448\", and 2.8.1"),
                    .cited("GnuPG, NEWS, 2.1.0beta2: \"ECC support for GPG\", which 1.4 never got"),
                    .cited("https://github.com/hessu/aprsc/issues/94"),
                    .tested(
                        client: "apt 2.2 and 2.6 with gpgv 2.2", systems: ["debian-11", "debian-12"],
                        test: "\(suite).AptKeys.test_kinds_of_keys"),
                ]
            ) { key, system in
                switch key.algorithm {
                // What apt asserts, not what gpgv can't.
                case .rsa, .rsaSign, .dsa: system.has(.apt, since: "2.7.13")
                case .ecdsa, .eddsaLegacy: system.has(.gpgv, before: "2.1")
                default: true
                }
            }
        case .aptSQV:
            return KeyRow(
                .algorithm, family, subject,
                [
                    .cited("apt, /usr/share/apt/default-sequoia.config"),
                    .tested(client: "sqv 1.3", systems: ["debian-13"], test: "\(audit).test_kinds_of_keys"),
                ])
        case .sequoia:
            return KeyRow(
                .algorithm, family, subject,
                [
                    .cited("sequoia-openpgp, StandardPolicy"),
                    .tested(
                        client: "rpm 4.20 and 6.1", systems: ["fedora-42", "fedora-43"],
                        test: "\(suite).RPMKeys.test_kinds_of_keys"),
                ])
        case .zypper:
            return KeyRow(
                .algorithm, family, subject, [.cited("https://github.com/rpm-software-management/rpm/issues/1877")])
        case .enterprise9, .enterprise9FIPS:
            return KeyRow(.algorithm, family, subject, [.cited("https://github.com/furlongm/patchman/issues/824")])
        case .enterprise7, .enterprise8, .enterprise8FIPS:
            return KeyRow(
                .algorithm, family, subject,
                [
                    .cited("rpm, rpmio/rpmpgp.c of 4.11.x and 4.14.x: RSA and DSA alone"),
                    .cited("https://github.com/himmelblau-idm/himmelblau/issues/693"),
                ])
        }
    }

    private static func binding(_ family: ClientFamily) -> KeyRow {
        let subject = "what binds names and subkeys: SHA-1, MD5, nothing"
        switch family {
        case .aptSQV:
            return KeyRow(
                .binding, family, subject,
                [
                    .cited("apt, /usr/share/apt/default-sequoia.config: SHA-1 until 2026-02-01"),
                    .tested(client: "sqv 1.3", systems: ["debian-13"], test: "\(audit).test_weak_self_signature"),
                ])
        case .sequoia:
            return KeyRow(
                .binding, family, subject,
                [
                    .cited("https://github.com/rpm-software-management/rpm-sequoia/issues/110"),
                    .tested(
                        client: "rpm 4.20 and 6.1", systems: ["fedora-42", "fedora-43"],
                        test: "\(suite).RPMKeys.test_sha1_self_signature"),
                ])
        case .enterprise9, .enterprise9FIPS:
            return KeyRow(
                .binding, family, subject,
                [
                    .cited("https://github.com/sonatype-nexus-community/nexus-repository-installer/issues/25"),
                    .cited("https://github.com/ComplianceAsCode/content/pull/14316: EL 9.7 takes SHA-1 again"),
                ])
        case .aptGPGV:
            return KeyRow(
                .binding, family, subject,
                [
                    .cited("apt, methods/gpgv.cc: the digest of the archive's signature is judged, not those in keys"),
                    .tested(
                        client: "apt 2.2 and 2.6 with gpgv 2.2", systems: ["debian-11", "debian-12"],
                        test: "\(suite).AptKeys.test_sha1_self_signature"),
                ])
        case .enterprise8FIPS:
            return KeyRow(
                .binding, family, subject,
                [.cited("https://github.com/nodesource/distributions/issues/1449, of EL 9 in FIPS mode")])
        case .enterprise7, .enterprise8, .zypper:
            return KeyRow(
                .binding, family, subject,
                [.cited("rpm, rpmio/rpmpgp.c and rpmpgp_internal.c: any digest that the crypto library has")])
        }
    }

    private static func life(_ family: ClientFamily) -> KeyRow {
        let subject = "when a key is valid: not yet, expired, revoked"
        switch family {
        case .aptGPGV, .aptSQV:
            let systems = family == .aptSQV ? ["debian-13"] : ["debian-11", "debian-12"]
            return KeyRow(
                .life, family, subject,
                [
                    .cited("https://github.com/grafana/grafana/issues/110073"),
                    .cited("https://github.com/caddyserver/xcaddy/issues/257"),
                    .tested(
                        client: "apt", systems: systems,
                        test: "test_client_matrix_repositories.AptArchives.test_expired_key"),
                ])
        case .sequoia:
            return KeyRow(
                .life, family, subject,
                [
                    .cited("https://github.com/rpm-software-management/rpm-sequoia/issues/104"),
                    .tested(
                        client: "rpm 4.20 and 6.1", systems: ["fedora-42", "fedora-43"],
                        test: "\(suite).RPMKeys.test_expired_key"),
                ])
        default:
            return KeyRow(
                .life, family, subject,
                [
                    .cited("librepo, librepo/gpg_gpgme.c: \"Bad GPG signature: key has expired\""),
                    .cited(
                        "https://github.com/rpm-software-management/rpm/issues/2512: rpm's own code looks at no "
                            + "revocation"
                    ),
                    .cited("https://github.com/kubernetes/release/issues/3840"),
                ])
        }
    }

    /// What says that a family refuses formats it doesn't know.
    private static func rejected(_ family: ClientFamily) -> Evidence {
        family == .sequoia || family == .aptSQV
            ? .cited(
                "https://github.com/rpm-software-management/rpm/pull/3848: version 6 came with rpm-sequoia in 2025")
            : .cited("GnuPG, g10/parse-packet.c, and rpm, rpmio/rpmpgp.c: version 4 alone")
    }
}

extension Rule where Facts == KeyFacts {
    /// What is said of who signs, where that is known.
    static let key: [Rule] = [
        Rule(
            "key-subkey-signs", .refuse, "signatures by a subkey", on: .before(.rpm, "4.13"),
            says: "NOT OK (MISSING KEYS",
            [
                .cited("https://github.com/NVIDIA/libnvidia-container/issues/86"),
                .cited("https://github.com/opensearch-project/opensearch-build/issues/2041"),
                .cited("https://github.com/TykTechnologies/tyk-pump/pull/245"),
            ]
        ) { facts, _ in
            facts.signsBySubkey ? "a subkey signs, which rpm before 4.13 can't verify" : nil
        },
        Rule(
            "key-subkey-metadata", .warn, "signatures by a subkey", on: .since(.dnf5),
            says: "repomd.xml GPG signature verification error: Signing key not found",
            [.cited("https://github.com/aaddrick/claude-desktop-debian/issues/213")]
        ) { facts, _ in
            facts.signsBySubkey ? "a subkey signs, which Fedora's librepo doesn't find for repomd.xml" : nil
        },
        Rule(
            "key-curve-24.04", .warn, "ECDSA", on: .systems("ubuntu-24.04"),
            [
                .cited("https://github.com/getarcaneapp/arcane/issues/2581"),
                .cited("apt, debian/changelog, 2.8.1: \"Only revoke weak RSA keys for now\""),
            ]
        ) { facts, _ in
            facts.audit.certificates.contains { $0.primary.algorithm == .ecdsa }
                ? "ECDSA, which apt 2.7.13 to 2.8.0 refuse" : nil
        },
    ]
}

extension KeyFacts {
    /// Whether signatures are made by a subkey.
    fileprivate var signsBySubkey: Bool {
        guard let signer else { return false }
        return audit.certificates.contains { $0.subkeys.contains { $0.key.fingerprint == signer } }
    }
}
