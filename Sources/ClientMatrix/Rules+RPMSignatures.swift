import OpenPGP

extension Rule where Facts == RPMFacts {
    /// What rpm makes of digests.
    static let digests: [Rule] = [
        Rule(
            "rpm-payload-digest-fips", .refuse, "no digest of the payload in the header, in FIPS mode",
            on: .fips.and(.before(.rpm, "6")), says: "package … does not verify: no digest",
            [
                .cited("https://github.com/TurboVNC/turbovnc/issues/353"),
                .cited("https://github.com/CrowdStrike/ansible_collection_falcon/issues/297"),
                .cited("https://github.com/fluent/fluent-bit/issues/3617"),
            ]
        ) { facts, _ in
            facts.hasPayloadDigest
                ? nil
                : "no digest of the payload but MD5, which FIPS mode hasn't; PAYLOADDIGEST, since rpm 4.14, is wanted"
        },
        Rule(
            "rpm-payload-digest", .refuse, "no digest of the payload in the header", on: .since(.rpm, "6"),
            says: "package … does not verify: no digest",
            [
                .cited("rpm 6.0, macros.in: %_pkgverify_flags 0x20100 leaves MD5 and SHA-1 out"),
                tested("test_no_payload_digest", "rpm 6.1", "fedora-43"),
            ]
        ) { facts, _ in
            facts.hasPayloadDigest ? nil : "no digest of the payload but MD5, which rpm 6 leaves out of account"
        },
        Rule(
            "rpm-any-digest", .refuse, "no digest of the payload at all",
            on: .since(.rpm, "4.14").and(.before(.rpm, "6")).except(.fips),
            says: "package … does not verify: no digest",
            [
                .cited("rpm, macros.in from 4.14 on: %_pkgverify_level digest"),
                tested("test_no_digest_at_all", "rpm 4.18 and 4.20", "fedora-42"),
            ]
        ) { facts, _ in
            facts.hasPayloadDigest || facts.hasMD5 ? nil : "neither a digest of the payload nor MD5 of the package"
        },
        Rule(
            "rpm-header-digest", .refuse, "no SHA-256 of the header", on: .since(.rpm, "6"),
            says: "package … does not verify: no digest",
            [
                .cited("rpm 6.0, macros.in: %_pkgverify_flags 0x20100 leaves MD5 and SHA-1 out"),
                tested("test_no_header_sha256", "rpm 6.1", "fedora-43"),
            ]
        ) { facts, _ in
            facts.hasHeaderSHA256 ? nil : "no SHA-256 of its header; SHA-1 is what rpm 6 leaves out of account"
        },
        Rule(
            "rpm-file-digest-fips", .refuse, "MD5 of files, in FIPS mode", on: .fips,
            says: "cpio: Digest mismatch",
            [
                .cited("https://github.com/indexdata/idzebra/issues/86"),
                .cited("https://github.com/rpm-software-management/tito/issues/399"),
                .cited("https://github.com/pganalyze/collector/pull/847"),
            ]
        ) { facts, _ in
            facts.fileDigest == .md5
                ? "its files have MD5 digests, which FIPS mode can't compute; FILEDIGESTALGO 8 is wanted" : nil
        },
        Rule(
            "rpm-file-digest", .ok, "MD5 of files", on: .since(.rpm).except(.fips),
            [
                .cited("rpm, lib/rpmfi.c: without FILEDIGESTALGO digests are MD5"),
                tested("test_md5_of_files", "rpm 4.18, 4.20 and 6.1", newest),
            ]
        ) { facts, _ in facts.fileDigest == .md5 ? "MD5 of files, which this rpm computes" : nil },
    ]

    private static let managers = "test_client_matrix.Managers"

    /// What rpm and those around it make of signatures, with `gpgcheck=1`.
    static let signatures: [Rule] = [
        Rule(
            "rpm-unsigned", .refuse, "no signature, with gpgcheck=1",
            on: .since(.yum).or(.since(.dnf)).or(.since(.dnf5)),
            says: "is not signed",
            [
                .cited("yum, yum/__init__.py: \"Package %s is not signed\""),
                .tested(client: "dnf 4.14, 4.23 and dnf5", systems: newest, test: "\(managers).test_unsigned"),
            ]
        ) { facts, _ in facts.signatures.isEmpty ? "not signed, which gpgcheck=1 refuses" : nil },
        Rule(
            "rpm-unsigned-zypper", .warn, "no signature, or in rpm 6's list alone", on: .since(.zypper),
            says: "Package header is not signed!",
            [
                .cited("https://github.com/Bali10050/Darkly/issues/118"),
                .tested(
                    client: "zypper 1.14", systems: ["sles-16", "leap-16", "tumbleweed"],
                    test: "\(managers).test_unsigned_zypper"),
            ]
        ) { facts, _ in
            facts.signatures.allSatisfy { $0.place == .list }
                ? "not signed: zypper takes it from a repository whose repomd.xml is signed, and refuses it else" : nil
        },
        Rule(
            "rpm-signature-list", .refuse, "signatures in rpm 6's list alone",
            on: .before(.rpm, "6").except(.since(.zypper)), says: "is not signed",
            [
                .cited("rpm, include/rpm/rpmtag.h: RPMSIGTAG_OPENPGP is in none of the branches up to 4.20.x"),
                .tested(
                    client: "dnf 4.14 and 4.23", systems: ["fedora-42"], test: "\(managers).test_signature_list_alone"),
            ]
        ) { facts, _ in
            !facts.signatures.isEmpty && facts.signatures.allSatisfy { $0.place == .list }
                ? "signed in the list of rpm 6 alone, which this rpm doesn't look at" : nil
        },
        Rule(
            "rpm-signature-payload", .ok, "a signature over header and payload alone", on: .since(.rpm, "4.14"),
            [
                .cited("rpm, docs/manual/signatures_digests.md: PGP and GPG, of format 3"),
                .tested(
                    client: "dnf 4.14, 4.23 and dnf5", systems: newest, test: "\(managers).test_one_signature_alone"),
            ]
        ) { facts, _ in
            !facts.signatures.isEmpty && facts.signatures.allSatisfy { $0.place == .headerAndPayload }
                ? "signed over header and payload alone, which this rpm takes" : nil
        },
        Rule(
            "rpm-signature-header", .ok, "a signature over the header alone",
            [
                .cited("rpm, lib/package.c of 4.11.x, rpmpkgRead: signatures over the header are preferred"),
                .tested(
                    client: "dnf 4.14, 4.23 and dnf5", systems: newest, test: "\(managers).test_one_signature_alone"),
            ]
        ) { facts, _ in
            !facts.signatures.isEmpty && facts.signatures.allSatisfy { $0.place == .header }
                ? "signed over the header alone, which is enough" : nil
        },
        Rule(
            "rpm-signature-sha1", .refuse, "a signature over SHA-1 or MD5",
            on: .families(.enterprise9, .enterprise9FIPS),
            says: "does not verify: Header … RSA/SHA1 Signature, …: BAD",
            [
                .cited("https://github.com/xcat2/xcat-dep/issues/51"),
                .cited("https://github.com/rancher/rke2-packaging/issues/25"),
                .cited("https://github.com/nodesource/distributions/issues/1449"),
                .cited("https://github.com/ComplianceAsCode/content/pull/14316: EL 9.7 takes SHA-1 again"),
            ]
        ) { facts, _ in weak(facts).map { "signed over \($0.name), which crypto policies don't allow" } },
        Rule(
            "rpm-signature-sha1-sequoia", .refuse, "a signature over SHA-1 or MD5", on: .families(.sequoia),
            [
                .cited("https://github.com/sublimehq/sublime_merge/issues/2117"),
                .cited("sequoia-openpgp, StandardPolicy: SHA-1 is not considered secure since 2013-02-01"),
                .tested(
                    client: "dnf 4.23 and dnf5, with "
                        + "Sequoia", systems: newest, test: "\(managers).test_sha1_signature"),
            ]
        ) { facts, _ in weak(facts).map { "signed over \($0.name), which Sequoia doesn't take for secure" } },
        Rule(
            "rpm-signature-sha1-old", .warn, "a signature over SHA-1 or MD5",
            on: .families(.enterprise7, .enterprise8, .enterprise8FIPS, .zypper),
            [
                .cited("https://www.redhat.com/en/blog/rhel-security-sha-1-package-signatures-distrusted-rhel-9"),
                .tested(
                    client: "dnf 4.14 with rpm 4.18's own OpenPGP", systems: [], test: "\(managers).test_sha1_signature"
                ),
            ]
        ) { facts, _ in weak(facts).map { "signed over \($0.name), which can be forged" } },
        algorithm(
            "rpm-signature-ecc-7", "ECDSA or EdDSA", .families(.enterprise7, .enterprise8, .enterprise8FIPS),
            [.ecdsa, .eddsaLegacy],
            [
                .cited("rpm, rpmio/rpmpgp.c of 4.11.x and 4.14.x: RSA and DSA alone"),
                .cited("https://github.com/himmelblau-idm/himmelblau/issues/693"),
            ]),
        algorithm(
            "rpm-signature-ecc-9", "ECDSA or EdDSA", .families(.enterprise9, .enterprise9FIPS), [.ecdsa, .eddsaLegacy],
            [.cited("https://github.com/furlongm/patchman/issues/824")]),
        algorithm(
            "rpm-signature-ecc-suse", "ECDSA or EdDSA", .families(.zypper).except(.families(.enterprise7)),
            [.ecdsa, .eddsaLegacy], [.cited("https://github.com/rpm-software-management/rpm/issues/1877")]),
        algorithm(
            "rpm-signature-new", "an algorithm of RFC 9580 or a version 6 signature",
            .since(.rpm).except(.systems("fedora-43")), [.ed25519, .ed448],
            [.cited("https://github.com/rpm-software-management/rpm/issues/3851: rpm 4.x can't verify it")]),
        Rule(
            "rpm-signature-room", .refuse, "a signature header of more than 8192 bytes", on: .before(.rpm, "4.14"),
            says: "sigh data: BAD, no. of  bytes(…) out of range",
            [.cited("rpm, lib/signature.c of 4.11.x, rpmReadSignature")]
        ) { facts, _ in
            facts.signatureRoom > 8192
                ? "\(facts.signatureRoom) bytes of signatures and room for them, more than 8192" : nil
        },
    ]

    /// The digest of a signature that a client looks at first, when it is broken.
    private static func weak(_ facts: RPMFacts) -> HashAlgorithm? {
        facts.signatures.first { $0.hash.isWeak }?.hash
    }

    private static func algorithm(
        _ id: String, _ name: String, _ systems: Selection, _ algorithms: Set<PublicKeyAlgorithm>,
        _ evidence: [Evidence]
    ) -> Rule {
        Rule(id, .refuse, "signatures by \(name) alone", on: systems, evidence) { facts, _ in
            guard !facts.signatures.isEmpty, facts.signatures.allSatisfy({ algorithms.contains($0.algorithm) }) else {
                return nil
            }
            return "signed by \(facts.signatures[0].algorithm.name), which this rpm doesn't know"
        }
    }
}
