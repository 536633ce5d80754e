import LinuxIO
import OpenPGP

extension Rule where Facts == APTMetadataFacts {
    private static let suite = "test_client_matrix_repositories.AptArchives"

    /// What apt makes of an archive.
    static let apt: [Rule] = signatures + indexes + times + sources

    private static let signatures: [Rule] = [
        Rule(
            "apt-universal", .ok, "InRelease and Release.gpg, signed over SHA-2 by a key that clients have",
            [
                .cited("apt, apt-pkg/acquire-item.cc, pkgAcqMetaClearSig: InRelease since 0.8.11"),
                tested("test_universal", debians),
            ]
        ) { facts, _ in
            facts.hasInRelease && facts.signatures.contains { $0.isGood } ? "signed as every apt wants it" : nil
        },
        Rule(
            "apt-unsigned", .refuse, "no signature", on: .since(.apt, "1.3"), says: "The repository '…' is not signed.",
            [
                .cited("apt, debian/changelog, 1.3~exp3: \"forbid insecure repositories by default\""),
                tested("test_unsigned", debians),
            ]
        ) { facts, _ in facts.isSigned ? nil : "not signed" },
        Rule(
            "apt-unsigned-old", .warn, "no signature", on: .before(.apt, "1.3"),
            [
                .cited(
                    "apt, apt-pkg/init.cc of 1.2.35: Acquire::AllowInsecureRepositories is true; installing with -y "
                        + "refuses"
                )
            ]
        ) { facts, _ in facts.isSigned ? nil : "not signed: apt asks before it installs anything from it" },
        Rule(
            "apt-weak-signature", .refuse, "signatures over SHA-1 or MD5 alone",
            on: .since(.apt, "1.4").except(.since(.sqv)), says: "The repository '…' is not signed.",
            [
                .cited("apt, methods/gpgv.cc; debian/changelog, 1.4~beta1: \"gpgv: Untrust SHA1, RIPE-MD/160\""),
                .cited("https://github.com/obspy/obspy/issues/2037"),
                tested("test_sha1_signature", "debian-11", "debian-12"),
            ]
        ) { facts, _ in weak(facts) },
        Rule(
            "apt-weak-signature-sqv", .refuse, "signatures over SHA-1 or MD5 alone", on: .since(.sqv),
            says: "The repository '…' is not signed.",
            [
                .cited("apt, /usr/share/apt/default-sequoia.config; sequoia-openpgp, StandardPolicy"),
                tested("test_sha1_signature", "debian-13"),
            ]
        ) { facts, _ in weak(facts) },
        Rule(
            "apt-weak-signature-old", .warn, "signatures over SHA-1 or MD5 alone", on: .before(.apt, "1.4"),
            [
                .cited("apt, methods/gpgv.cc of 1.2.35: SHA1 is weak, not yet untrusted"),
                .cited("https://github.com/influxdata/influxdb/issues/6461"),
            ]
        ) { facts, _ in weak(facts) },
        Rule(
            "apt-unknown-key", .refuse, "signatures by keys alone that clients don't have", on: .since(.apt, "1.3"),
            says: "The repository '…' is not signed.",
            [
                .cited("apt, methods/gpgv.cc and methods/sqv.cc"), tested("test_unknown_key", debians),
            ]
        ) { facts, _ in
            facts.isSigned && !facts.signatures.contains(where: \.isKnown)
                ? "no signature is by a key that clients have" : nil
        },
        Rule(
            "apt-expired-key", .refuse, "signatures by expired keys alone", on: .since(.gpgv),
            says: "The following signatures were invalid: EXPKEYSIG",
            [
                .cited("https://github.com/python-discord/infra/issues/609"),
                tested("test_expired_key", "debian-11", "debian-12"),
            ]
        ) { facts, _ in
            facts.hasExpiredKeysOnly ? "the key that signed it has expired, whenever it signed" : nil
        },
        Rule(
            "apt-expired-key-sqv", .warn, "signatures by expired keys alone", on: .since(.sqv),
            [
                .cited("https://github.com/caddyserver/xcaddy/issues/257"), tested("test_expired_key", "debian-13"),
            ]
        ) { facts, _ in
            facts.hasExpiredKeysOnly
                ? "the key that signed it has expired: sqv takes what it signed before, and refuses what it signed "
                    + "since"
                : nil
        },
        Rule(
            "apt-two-signatures", .ok, "two signatures, of which clients know one",
            [
                .cited(
                    "apt, methods/gpgv.cc of 1.0.1: \"good signatures and NoPubKey signatures happen easily when a "
                        + "file is signed with multiple signatures\""
                ),
                .cited("https://github.com/caddyserver/dist/issues/130"),
                tested("test_two_signatures", debians),
            ]
        ) { facts, _ in
            facts.signatures.count > 1 && facts.signatures.contains { $0.isGood }
                ? "several signatures, one of which is good" : nil
        },
        Rule(
            "apt-no-inrelease", .warn, "no InRelease",
            [
                .cited("apt, debian/changelog, 2.9.2: \"Add an audit message for missing InRelease files\""),
                tested("test_no_inrelease", debians),
            ]
        ) { facts, _ in
            facts.isSigned && !facts.hasInRelease
                ? "no InRelease: Release and Release.gpg are asked for one after the other, and may not match meanwhile"
                : nil
        },
        Rule(
            "apt-signed-by", .refuse, "Signed-By and Valid-Until, and another key that signs next",
            on: .since(.apt, "1.3"),
            [
                .cited("apt, debian/changelog, 1.3~exp1: \"support Signed-By in Release files as a sort of HPKP\""),
                tested("test_signed_by", debians),
            ]
        ) { facts, _ in
            // Without a Valid-Until that holds apt forgets the field; with signed-by in the source it isn't asked.
            guard let allowed = facts.signedBy, let until = facts.validUntil, until >= facts.now else { return nil }
            let signers = facts.signatures.compactMap(\.fingerprint)
            let isAllowed = signers.contains { signer in allowed.contains { $0 == signer || $0 == signer + "!" } }
            return signers.isEmpty || isAllowed
                ? nil : "Signed-By names none of the keys that sign: clients without signed-by refuse what comes next"
        },
    ]

    private static let indexes: [Rule] = [
        Rule(
            "apt-weak-release", .refuse, "Release lists MD5 and SHA-1 alone", on: .since(.apt, "1.2.7"),
            says: "No Hash entry in Release file … which is considered strong enough for security purposes",
            [
                .cited("apt, debian/changelog, 1.2.7: \"Do not consider SHA1 usable\""),
                tested("test_weak_release", debians),
            ]
        ) { facts, _ in
            facts.indexDigests.contains { !$0.isWeak } ? nil : "Release lists no SHA-256 or SHA-512 of its indexes"
        },
        Rule(
            "apt-weak-packages", .refuse, "Packages has neither SHA-256 nor SHA-512", on: .since(.apt, "1.2.7"),
            says: "Insufficient information available to perform this download securely",
            [
                .cited("apt, commit 562f0774f; apt-pkg/acquire-item.cc"), tested("test_weak_packages", debians),
            ]
        ) { facts, _ in
            facts.packageDigests.contains { !$0.isWeak } ? nil : "Packages has no SHA-256 or SHA-512 of its packages"
        },
        Rule(
            "apt-by-hash", .warn, "by-hash without the strongest digest of Release", on: .since(.apt, "1.1"),
            [
                .cited("apt, apt-pkg/acquire-item.cc, GetByHashPath: the strongest alone is asked for"),
                tested("test_by_hash", debians),
            ]
        ) { facts, _ in
            guard facts.acquiresByHash, let strongest = facts.indexDigests.max(), !facts.byHash.contains(strongest)
            else {
                return nil
            }
            return
                "by-hash lacks \(strongest.name), the strongest digest in Release and the only one that is asked for: "
                + "a "
                + "client that reads during a publish sees a hash sum mismatch"
        },
        Rule(
            "apt-no-by-hash", .warn, "no Acquire-By-Hash", on: .since(.apt, "1.1"),
            [
                .cited("apt, debian/changelog, 1.1~exp1: by-hash \"to improve reliability of the update\""),
                .cited("https://github.com/netdata/netdata/issues/18510"),
            ]
        ) { facts, _ in
            facts.acquiresByHash
                ? nil
                : "Release doesn't say Acquire-By-Hash: a client that reads during a publish sees a "
                    + "hash sum mismatch"
        },
        Rule(
            "apt-by-hash-unknown", .warn, "a client that doesn't know by-hash", on: .before(.apt, "1.1"),
            [.cited("apt, debian/changelog, 1.1~exp1; apt-pkg/acquire-item.cc of 1.0.1 has no by-hash")]
        ) { _, _ in
            "this apt doesn't ask by hash: one that reads during a publish sees a hash sum mismatch, and has to try "
                + "again"
        },
        Rule(
            "apt-index-form", .refuse, "Packages as .zst alone", on: .before(.apt, "1.6"),
            [.cited("apt, debian/changelog, 1.6~rc1: \"Experimental support for zstd\"")]
        ) { facts, _ in facts.indexForms == [.zstd] ? "Packages is there as .zst alone" : nil },
        Rule(
            "apt-plain-index", .refuse, "Release without the plain Packages",
            [
                .cited("apt, apt-pkg/acquire-item.cc: an index whose plain name Release doesn't list isn't there"),
                .cited("aptly, deb/index_files.go, cksumExts: digests of files that aren't published, for that"),
                tested("test_no_plain_index", debians),
            ]
        ) { facts, _ in
            facts.listsPlainIndex
                ? nil : "Release doesn't list the plain Packages: apt then finds no packages, and says nothing"
        },
    ]

    private static let times: [Rule] = [
        Rule(
            "apt-expired", .refuse, "a Valid-Until that has passed",
            says: "Release file for … is expired (invalid since …",
            [
                .cited("apt, apt-pkg/acquire-item.cc, also of 1.0.1"),
                .cited("https://github.com/sonic-net/sonic-buildimage/issues/3178"), tested("test_expired", debians),
            ]
        ) { facts, _ in
            guard let until = facts.validUntil, until < facts.now else { return nil }
            return "Valid-Until was \(UTCTime(seconds: until).text)"
        },
        Rule(
            "apt-valid-until", .warn, "a Valid-Until",
            [.cited("https://github.com/sonic-net/sonic-buildimage/pull/2611")]
        ) { facts, _ in
            guard let until = facts.validUntil, until >= facts.now else { return nil }
            return
                "Valid-Until is \(UTCTime(seconds: until).text): without a refresh before, and for mirrors, it ends "
                + "then"
        },
        Rule(
            "apt-future", .refuse, "a Date more than ten seconds ahead", on: .since(.apt, "1.6"),
            says: "Release file for … is not valid yet (invalid for another …",
            [
                .cited(
                    "apt, commit 9e5899cac, in 1.6~beta1; apt-pkg/deb/debmetaindex.cc: Acquire::Max-FutureTime is 10"),
                tested("test_future", debians),
            ]
        ) { facts, _ in
            facts.date > facts.now + 10 ? "Date is \(UTCTime(seconds: facts.date).text), which is to come" : nil
        },
        Rule(
            "apt-older", .warn, "a Date before that of what was published before", on: .since(.apt, "1.1"),
            [
                .cited("apt, apt-pkg/acquire-item.cc, VerifyVendor: an older Release is dropped in silence"),
                tested("test_older", debians),
            ]
        ) { facts, _ in
            guard let previous = facts.previousDate, facts.date < previous else { return nil }
            return
                "Date is before \(UTCTime(seconds: previous).text), that of the last publish: clients keep what they "
                + "have"
        },
        Rule(
            "apt-identity", .refuse, "another Origin, Label or Codename than before", on: .since(.apt, "1.5"),
            says: "Repository '…' changed its '…' value from '…' to '…'",
            [
                .cited("apt, commit 081fbea14, in 1.5~alpha1: \"error in update on Release information changes\""),
                .cited("https://github.com/fluent/fluent-bit/issues/10042"),
                tested("test_identity", debians),
            ]
        ) { facts, _ in
            guard let previous = facts.previous else { return nil }
            let now = facts.identity
            let changes = [
                ("Origin", previous.origin, now.origin), ("Label", previous.label, now.label),
                ("Codename", previous.codename, now.codename),
            ].filter { $0.1 != $0.2 }.map(\.0)
            return changes.isEmpty
                ? nil : "\(changes.joined(separator: ", ")) changed: clients stop until their administrator confirms it"
        },
        Rule(
            "apt-not-automatic", .warn, "NotAutomatic",
            [.cited("apt_preferences(5): priority 1, so that nothing is installed or upgraded from it unasked")]
        ) { facts, _ in facts.isNotAutomatic ? "NotAutomatic: packages are neither installed nor upgraded unasked" : nil
        },
    ]

    private static let sources: [Rule] = [
        Rule(
            "apt-https", .warn, "HTTPS alone", on: .before(.apt, "1.5"),
            says: "The method driver /usr/lib/apt/methods/https could not be found.",
            [
                .cited(
                    "apt, debian/changelog, 1.5~alpha4: \"Switch to 'http' as the default https method\"; 1.6~alpha1 "
                        + "drops apt-transport-https"
                )
            ]
        ) { facts, _ in facts.needsHTTPS ? "HTTPS needs the package apt-transport-https and ca-certificates" : nil },
        Rule(
            "apt-source-signed-by", .refuse, "signed-by in a source", on: .before(.apt, "1.1"),
            [.cited("apt, debian/changelog, 1.1~exp9: \"implement Signed-By option for sources.list\"")]
        ) { facts, _ in
            facts.sourceForms == [.signedBy] ? "signed-by is unknown; the key belongs into trusted.gpg.d" : nil
        },
        Rule(
            "apt-source-armored", .refuse, "an armored key file", on: .before(.apt, "1.4"),
            [.cited("apt, debian/changelog, 1.4~beta1: \"add apt-key support for armored GPG key files (*.asc)\"")]
        ) { facts, _ in
            facts.sourceForms == [.signedByArmored] ? "a key file has to be binary, from gpg --dearmor" : nil
        },
        Rule(
            "apt-source-deb822", .refuse, "a .sources file", on: .before(.apt, "1.1"),
            [.cited("apt, commit 81460e329, in 1.1~exp9: \"bring back deb822 sources.list entries as .sources\"")]
        ) { facts, _ in
            !facts.sourceForms.isEmpty && facts.sourceForms.isSubset(of: [.deb822, .deb822InlineKey])
                ? ".sources files aren't read" : nil
        },
        Rule(
            "apt-source-inline", .refuse, "a key inside a .sources file",
            on: .since(.apt, "1.1").and(.before(.apt, "2.3.10")),
            [
                .cited(
                    "apt, debian/changelog, 2.3.10: \"Add support for embedding PGP keys into Signed-By in deb822 "
                        + "sources\""
                ),
                tested("test_inline_key", "debian-11"),
            ]
        ) { facts, _ in
            facts.sourceForms == [.deb822InlineKey] ? "a key inside a .sources file isn't read; name a file" : nil
        },
    ]

    private static let debians = ["debian-11", "debian-12", "debian-13"]

    private static func weak(_ facts: APTMetadataFacts) -> String? {
        let known = facts.signatures.filter(\.isKnown)
        guard let first = known.first, known.allSatisfy({ $0.hash.isWeak }) else { return nil }
        return "signed over \(first.hash.name)"
    }

    private static func tested(_ test: String, _ systems: [String]) -> Evidence {
        .tested(client: "apt", systems: systems, test: "\(suite).\(test)")
    }

    private static func tested(_ test: String, _ systems: String...) -> Evidence { tested(test, systems) }
}

extension APTMetadataFacts {
    /// Whether clients have keys of its signatures, and all have expired.
    var hasExpiredKeysOnly: Bool {
        let known = signatures.filter(\.isKnown)
        return !known.isEmpty && known.allSatisfy(\.isExpired)
    }

    /// Whether there is a signature at all.
    var isSigned: Bool { (hasInRelease || hasDetachedSignature) && !signatures.isEmpty }
}

extension MetadataSignature {
    /// Whether a client that has the key takes it.
    var isGood: Bool { isKnown && !isExpired && !hash.isWeak }
}
