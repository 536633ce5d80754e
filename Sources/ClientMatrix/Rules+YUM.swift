import OpenPGP

extension Rule where Facts == YUMMetadataFacts {
    private static let suite = "test_client_matrix_repositories.YumRepositories"

    /// What yum, dnf and zypper make of a repository.
    static let yum: [Rule] = indexes + signatures + times

    private static let indexes: [Rule] = [
        Rule(
            "yum-universal", .ok, "primary, filelists and other as .xml.gz with SHA-256",
            [
                .cited("https://github.com/rpm-software-management/createrepo_c/issues/383: gzip is what EL 7 reads"),
                tested("test_universal", tested),
            ]
        ) { facts, _ in
            facts.hasPrimary([.gzip], [.sha256]) ? "indexes by gzip with SHA-256, which all read" : nil
        },
        Rule(
            "yum-no-xml", .refuse, "no primary in XML", on: .since(.dnf).or(.since(.dnf5)).or(.since(.zypper)),
            [
                .cited("libdnf, libdnf/repo/Repo.cpp, and libsolv, ext/repo_rpmmd.c: XML alone is read"),
                tested("test_no_xml", tested),
            ]
        ) { facts, _ in
            facts.records.contains { $0.type == "primary" } ? nil : "repomd.xml lists no primary in XML"
        },
        Rule(
            "yum-zstd", .refuse, "indexes compressed with zstd alone", on: .since(.yum).or(.systems("sles-12")),
            [
                .cited("https://github.com/rpm-software-management/createrepo_c/issues/383"),
                .cited("https://github.com/xrootd/xrootd/issues/2546"),
                .cited("libzypp, libzypp.spec.cmake: zstd from SUSE 15 on"),
            ]
        ) { facts, _ in facts.hasPrimary([.zstd]) ? "its indexes are compressed with zstd" : nil },
        Rule(
            "yum-zstd-8", .warn, "indexes compressed with zstd alone", on: .families(.enterprise8, .enterprise8FIPS),
            [.cited("https://github.com/rpm-software-management/createrepo_c/issues/82: dnf reads zstd since EL 8.2")]
        ) { facts, _ in
            facts.hasPrimary([.zstd]) ? "its indexes are compressed with zstd, which EL 8.0 and 8.1 don't read" : nil
        },
        Rule(
            "yum-zstd-read", .ok, "indexes compressed with zstd alone",
            on: .since(.dnf, "4.14").or(.since(.dnf5)).or(.since(.zypper, "1.14")),
            [
                .cited("https://github.com/rpm-software-management/libdnf/issues/1592"), tested("test_zstd", tested),
            ]
        ) { facts, _ in facts.hasPrimary([.zstd]) ? "zstd, which this client reads" : nil },
        Rule(
            "yum-zchunk", .refuse, "indexes compressed with zchunk alone", on: .since(.yum).or(.systems("sles-12")),
            [
                .cited("yum, yum/misc.py: gz, bz2 and xz"),
                .cited("libzypp, libzypp.spec.cmake: zchunk from SUSE 15 on"),
            ]
        ) { facts, _ in facts.hasPrimary([.zchunk]) ? "its indexes are compressed with zchunk" : nil },
        Rule(
            "yum-weak-checksum", .warn, "SHA-1 or MD5 of indexes or packages", on: .since(.rpm).except(.fips),
            [
                .cited("libsolv, ext/repo_repomdxml.c and src/chksum.c: md5, sha and sha1 are known"),
                tested("test_sha1_checksums", tested),
            ]
        ) { facts, _ in facts.weakest.isWeak ? "checksums are \(facts.weakest.name), which can be forged" : nil },
        Rule(
            "yum-weak-checksum-fips", .refuse, "MD5 of indexes or packages", on: .fips,
            [.cited("https://bugzilla.redhat.com/show_bug.cgi?id=1728031: FIPS mode has no MD5")]
        ) { facts, _ in facts.weakest == .md5 ? "checksums are MD5, which FIPS mode can't compute" : nil },
        Rule(
            "yum-strong-checksum", .ok, "SHA-512 of indexes and packages", on: .since(.yum).or(.systemsTested),
            [
                .cited("yum, yum/misc.py, Checksums: any digest of Python's hashlib"),
                tested("test_sha512_checksums", tested),
            ]
        ) { facts, _ in facts.weakest == .sha512 ? "SHA-512, which this client computes" : nil },
        Rule(
            "yum-open-checksum", .ok, "no open-checksum of XML indexes",
            [
                .cited("yum, yum/yumRepo.py, _check_uncompressed_db_fn: open-checksum is looked at for SQLite alone"),
                tested("test_no_open_checksum", tested),
            ]
        ) { facts, _ in
            facts.records.contains { !$0.hasOpenChecksum && !$0.type.hasSuffix("_db") }
                ? "no open-checksum, which this client doesn't miss" : nil
        },
        Rule(
            "yum-large", .refuse, "a repomd.xml of more than 100 KiB", on: .since(.yum),
            [.cited("yum, yum/yumRepo.py, _getFileRepoXML: size=102400")]
        ) { facts, _ in
            facts.size > 102_400 ? "repomd.xml has \(facts.size) bytes, more than this yum takes" : nil
        },
        Rule(
            "yum-open-checksum-sqlite", .refuse, "no open-checksum of SQLite indexes", on: .since(.yum),
            [.cited("yum, yum/yumRepo.py, _check_uncompressed_db_fn")]
        ) { facts, _ in
            facts.records.contains { !$0.hasOpenChecksum && $0.type.hasSuffix("_db") }
                ? "an SQLite index without open-checksum" : nil
        },
    ]

    private static let signatures: [Rule] = [
        Rule(
            "yum-unsigned", .refuse, "no signature, with repo_gpgcheck=1", on: .since(.rpm).except(.since(.zypper)),
            [
                .cited("https://github.com/openresty/openresty/issues/1112"),
                .cited("https://github.com/DataDog/datadog-agent/pull/3535"), tested("test_unsigned", dnfs),
            ]
        ) { facts, _ in
            facts.checksMetadata && facts.signatures.isEmpty
                ? "repomd.xml isn't signed, and repo_gpgcheck=1 wants it" : nil
        },
        Rule(
            "yum-unsigned-zypper", .refuse, "no signature, with repo_gpgcheck=1", on: .since(.zypper),
            says: "is unsigned",
            [
                .cited("libzypp, zypp/ng/reporthelper.cc: \"File '%s' from repository '%s' is unsigned, continue?\""),
                tested("test_unsigned", suse),
            ]
        ) { facts, _ in
            facts.checksMetadata && facts.signatures.isEmpty
                ? "repomd.xml isn't signed, and zypper asks whether to go on" : nil
        },
        Rule(
            "yum-unknown-key", .refuse, "signatures by keys alone that clients don't have",
            [
                .cited("librepo, librepo/gpg_gpgme.c, lr_gpg_check_signature_fd"), tested("test_unknown_key", tested),
            ]
        ) { facts, _ in
            facts.checksMetadata && !facts.signatures.isEmpty && !facts.signatures.contains(where: \.isKnown)
                ? "repomd.xml is signed by a key that clients don't have" : nil
        },
        Rule(
            "yum-two-signatures", .refuse, "two signatures, the first by an unknown key", on: .since(.yum),
            [.cited("yum, yum/misc.py until commit 4ed25525: sigs[0] alone is looked at")]
        ) { facts, _ in
            facts.checksMetadata && facts.signatures.count > 1 && facts.signatures.first?.isGood == false
                ? "repomd.xml.asc has \(facts.signatures.count) signatures, of which this yum looks at the first" : nil
        },
        Rule(
            "yum-two-signatures-read", .ok, "two signatures, one of them by an unknown key",
            on: .since(.dnf).or(.since(.dnf5)).or(.since(.zypper)),
            [
                .cited("librepo, librepo/gpg_gpgme.c, lr_gpg_check_signature_fd: one good signature is enough"),
                tested("test_two_signatures", tested),
            ]
        ) { facts, _ in
            facts.signatures.count > 1 && facts.signatures.contains(where: \.isGood)
                ? "several signatures, one of which is good" : nil
        },
        Rule(
            "yum-weak-signature", .warn, "a signature over SHA-1 or MD5",
            [
                .cited("librepo, commit bc32add: \"PGP: Implement OpenPGP using librpm API\", which Sequoia judges"),
                tested("test_sha1_signature", tested),
            ]
        ) { facts, _ in
            facts.signatures.first { $0.hash.isWeak }.map {
                "repomd.xml is signed over \($0.hash.name), which some builds of librepo refuse"
            }
        },
        Rule(
            "yum-binary-signature", .warn, "a signature that isn't armored", on: .since(.dnf5),
            [.cited("librepo, librepo/gpg_rpm.c: \"Signature not found in armored packets\"")]
        ) { facts, _ in
            facts.isSignatureArmored || facts.signatures.isEmpty
                ? nil : "repomd.xml.asc isn't armored, which librepo with rpm's OpenPGP wants"
        },
        Rule(
            "yum-expired-key", .refuse, "a signature by an expired key", on: .since(.rpm).except(.since(.zypper)),
            says: "signature verification error: Bad",
            [
                .cited("librepo, commit 5d52606: \"gpgme: Improve handling of expired GPG signatures\""),
                tested("test_expired_key", dnfs),
            ]
        ) { facts, _ in
            facts.checksMetadata && facts.hasExpiredKeysOnly ? "the key that signed repomd.xml has expired" : nil
        },
        Rule(
            "yum-expired-key-zypper", .warn, "a signature by an expired key", on: .since(.zypper),
            says: "The gpg key signing file 'repomd.xml' has expired.",
            [
                .cited("zypper, src/callbacks/keyring.h"), tested("test_expired_key", suse),
            ]
        ) { facts, _ in
            facts.checksMetadata && facts.hasExpiredKeysOnly ? "the key that signed repomd.xml has expired" : nil
        },
        Rule(
            "yum-key-file", .warn, "no repomd.xml.key", on: .since(.zypper, "1.14"),
            [
                .cited(
                    "libzypp, libzypp.changes, 17.7.0: \"Automatically fetch repository signing key from gpgkey url\""),
                tested("test_no_key_file", suse),
            ]
        ) { facts, _ in
            facts.hasKeyFile ? nil : "no repomd.xml.key: zypper finds the key by gpgkey= alone"
        },
        Rule(
            "yum-key-file-12", .refuse, "no repomd.xml.key", on: .systems("sles-12"),
            [.cited("libzypp, libzypp.changes, 17.7.0: before, keys of gpgkey= weren't fetched")]
        ) { facts, _ in
            facts.hasKeyFile || !facts.checksMetadata ? nil : "no repomd.xml.key, from which this zypper offers the key"
        },
        Rule(
            "yum-keys-8.1", .warn, "several gpgkey URLs with repo_gpgcheck=1",
            on: .families(.enterprise8, .enterprise8FIPS),
            [
                .cited("https://bugzilla.redhat.com/show_bug.cgi?id=1792506"),
                .cited("https://github.com/DataDog/datadog-agent/pull/11516"),
            ]
        ) { facts, _ in
            facts.checksMetadata && facts.keyCount > 1
                ? facts.signingKey == 0
                    ? "several gpgkey URLs, of which EL 8.1 takes the first when nobody is asked: the one that signs"
                    : "several gpgkey URLs, of which EL 8.1 takes the first when nobody is asked, and another key signs"
                : nil
        },
        Rule(
            "yum-keys", .ok, "several gpgkey URLs, the second of the key that signs",
            on: .since(.rpm).except(.families(.enterprise8, .enterprise8FIPS)).except(.systems("sles-12")),
            [
                .cited("yum.conf(5) and dnf.conf(5): gpgkey is a list"),
                .cited("libzypp, libzypp.changes, 16.3.0: \"Allow parsing multiple gpgkey= URLs\""),
                tested("test_several_keys", tested),
            ]
        ) { facts, _ in facts.keyCount > 1 ? "several gpgkey URLs, all of which are tried" : nil },
        Rule(
            "yum-keys-12", .warn, "several gpgkey URLs", on: .systems("sles-12"),
            [.cited("libzypp, libzypp.changes, 16.3.0 (SLES 12 SP2): \"Allow parsing multiple gpgkey= URLs\"")]
        ) { facts, _ in facts.keyCount > 1 ? "several gpgkey URLs, which SLES 12 SP1 and older can't read" : nil },
    ]

    private static let times: [Rule] = [
        Rule(
            "yum-older", .warn, "an older revision or timestamp than before", on: .since(.yum),
            says: "Not using downloaded …/repomd.xml because it is older than what we have",
            [
                .cited("yum, yum/yumRepo.py, _checkRepoXML"),
                .cited("https://github.com/sous-chefs/yum/issues/96"),
            ]
        ) { facts, _ in
            guard let previous = facts.previousTimestamp, facts.timestamp < previous else { return nil }
            return "timestamps went back: this yum keeps what it has"
        },
        Rule(
            "yum-older-read", .ok, "an older revision or timestamp than before",
            on: .since(.dnf).or(.since(.dnf5)).or(.since(.zypper)),
            [
                .cited("librepo, librepo/yum.c: timestamps aren't compared"), tested("test_older", tested),
            ]
        ) { facts, _ in
            guard let previous = facts.previousTimestamp, facts.timestamp < previous else { return nil }
            return "timestamps went back, which this client takes"
        },
    ]

    private static let dnfs = ["el-9", "fedora-42", "fedora-43"]
    private static let suse = ["sles-16", "leap-16", "tumbleweed"]
    private static let tested = dnfs + suse

    private static func tested(_ test: String, _ systems: [String]) -> Evidence {
        .tested(client: "dnf 4.14, 4.23, dnf5 or zypper 1.14", systems: systems, test: "\(suite).\(test)")
    }
}

extension Selection {
    /// Those whose manager of packages our tests have, and their neighbours with the same.
    static let systemsTested = since(.dnf, "4.14").or(since(.dnf5)).or(since(.zypper, "1.14"))
}

extension YUMMetadataFacts {
    /// Whether `primary` is there in some of these forms alone, and with these digests alone.
    func hasPrimary(_ forms: Set<Compression>, _ digests: Set<MetadataDigest>? = nil) -> Bool {
        let primary = records.filter { $0.type == "primary" || $0.type == "primary_zck" }
        return !primary.isEmpty
            && primary.allSatisfy { forms.contains($0.compression) && digests?.contains($0.checksum) ?? true }
    }

    /// Whether clients have keys of its signatures, and all have expired.
    var hasExpiredKeysOnly: Bool {
        let known = signatures.filter(\.isKnown)
        return !known.isEmpty && known.allSatisfy(\.isExpired)
    }

    /// The weakest digest in use.
    var weakest: MetadataDigest { (records.map(\.checksum) + [packageDigest]).min() ?? packageDigest }
}
