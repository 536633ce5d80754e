import OpenPGP

extension Rule where Facts == RPMFacts {
    private static let suite = "test_client_matrix.RPMPackages"

    /// What rpm makes of packages.
    static let rpm: [Rule] = contents + digests + signatures

    private static let contents: [Rule] = [
        Rule(
            "rpm-universal", .ok, "format 4, xz or gzip, SHA-256 of files and payload, RSA over header and payload",
            [
                .cited("rpm, docs/manual/format_v4.md and signatures_digests.md"),
                tested("test_universal", "rpm 4.18, 4.20 and 6.1", newest),
            ]
        ) { facts, _ in
            let isPlain = facts.format == 4 && ["xz", "gzip"].contains(facts.compressor) && facts.hasPayloadDigest
            let isSigned = facts.signatures.contains { $0.place == .header && $0.algorithm == .rsa && $0.hash.isSHA2 }
            return isPlain && isSigned ? "format 4, \(facts.compressor), with all digests, signed by RSA" : nil
        },
        Rule(
            "rpm-feature", .refuse, "a feature that rpm must have and hasn't: rpmlib(…)",
            says: "rpmlib(…) <= … is needed by …",
            [
                .cited("rpm, lib/rpmds.c of 4.11.x, 4.14.x, 4.16.x, 4.20.x and 6.0.x, rpmlibProvides"),
                .cited("https://github.com/SAP/SapMachine/issues/670"),
                .cited("https://github.com/NVIDIA/nvidia-container-toolkit/issues/1949"),
                tested("test_unknown_feature", "rpm 4.18, 4.20 and 6.1", newest),
            ]
        ) { facts, system in
            guard let version = system.clients[.rpm] else { return nil }
            let missing = RPMFeatures.missing(facts.features, in: version)
            guard !missing.isEmpty else { return nil }
            return "needs " + missing.map { "rpmlib(\($0)), \(RPMFeatures.since($0))" }.joined(separator: "; ")
        },
        Rule(
            "rpm-zstd", .refuse, "a payload compressed with zstd", on: .before(.rpm, "4.14"),
            says: "rpmlib(PayloadIsZstd) <= 5.4.18-1 is needed by …",
            [
                .cited("https://github.com/SAP/SapMachine/issues/670"),
                .cited("https://github.com/NVIDIA/nvidia-container-toolkit/issues/1949"),
                .cited("rpm, commit 3684424fe, first in 4.14.0"),
            ]
        ) { facts, _ in
            // One that says so is caught by the rule for features.
            facts.compressor == "zstd" && !facts.features.contains("PayloadIsZstd")
                ? "its payload is compressed with zstd, which rpm has since 4.14" : nil
        },
        Rule(
            "rpm-zstd-suse-15", .warn, "a payload compressed with zstd", on: .systems("sles-15", "leap-15"),
            [
                .cited(
                    "https://github.com/uyuni-project/uyuni/issues/1108: SUSE's rpm 4.14 was built without zstd until "
                        + "2019"
                )
            ]
        ) { facts, _ in
            facts.compressor == "zstd"
                ? "its payload is compressed with zstd, which early service packs can't read" : nil
        },
        Rule(
            "rpm-zstd-read", .ok, "a payload compressed with zstd",
            on: .since(.rpm, "4.14").except(.systems("sles-15", "leap-15")),
            [
                .cited("rpm, commit 3684424fe, first in 4.14.0"),
                .cited("https://github.com/NixOS/nixpkgs/pull/110713: EL 8's is built with it"),
                tested("test_zstd", "rpm 4.18, 4.20 and 6.1", newest),
            ]
        ) { facts, _ in facts.compressor == "zstd" ? "zstd, which this rpm reads" : nil },
        filter(.arm64, "rpm-xz-arm64", "64-bit ARM", since: "5.4"),
        filter(.riscv, "rpm-xz-riscv", "RISC-V", since: "5.6"),
        Rule(
            "rpm-large-file", .refuse, "a file of 4 GiB or more", on: .before(.rpm, "4.12"),
            says: "rpmlib(LargeFiles) <= 4.12.0-1 is needed by …",
            [.cited("rpm, docs/manual/large_files.md; lib/rpmds.c of 4.11.x has no rpmlib(LargeFiles)")]
        ) { facts, _ in
            facts.largestFile > UInt64(UInt32.max) && !facts.features.contains("LargeFiles")
                ? "a file of \(facts.largestFile) bytes, more than this rpm can unpack" : nil
        },
        Rule(
            "rpm-caret", .warn, "a caret in the version", on: .before(.rpm, "4.14.3"),
            [.cited("rpm, commit c97b82da0, in 4.15.0 and 4.14.3")]
        ) { facts, _ in
            facts.version.contains("^") && !facts.features.contains("CaretInVersions")
                ? "the version \(facts.version) has a caret, which this rpm takes for any other separator" : nil
        },
        Rule(
            "rpm-format-6", .refuse, "format 6", on: .before(.rpm, "4.12"),
            [
                .cited("rpm, docs/manual/format_v6.md: its payload is the one of large files, which came with 4.12"),
                .cited("https://github.com/rpm-software-management/rpm/issues/2423"),
            ]
        ) { facts, _ in facts.format >= 6 ? "format \(facts.format), whose payload this rpm can't unpack" : nil },
        Rule(
            "rpm-format-6-old", .warn, "format 6", on: .since(.rpm, "4.12").and(.before(.rpm, "6")),
            [
                .cited(
                    "rpm, docs/manual/format_v6.md: \"used by RPM versions 6.x and with limitations, readable with "
                        + "4.x\""
                ),
                tested("test_format_6", "rpm 4.18 and 4.20", "fedora-42"),
            ]
        ) { facts, _ in
            facts.format >= 6 ? "format \(facts.format), which rpm 4 installs, but not all that others ask of it" : nil
        },
    ]

    private static func filter(_ filter: XZFilter, _ id: String, _ name: String, since version: ClientVersion) -> Rule {
        Rule(
            id, .refuse, "xz with the filter for \(name) machine code", on: .before(.xz, version),
            says: "error: unpacking of archive failed: cpio: Bad magic",
            [
                .cited("\(filter.origin), in XZ Utils \(version).0"),
                tested(
                    filter == .riscv ? "test_riscv_filter" : "test_arm64_filter", "rpm 4.18 with liblzma 5.4", []),
            ]
        ) { facts, _ in
            facts.filters.contains(filter)
                ? "its payload uses xz's filter for \(name), which liblzma has since \(version)" : nil
        }
    }

    /// The systems that have the rpm of our tests, 4.20 and 6; rpm 4.18 is in no system of the matrix.
    static var newest: [String] { ["fedora-42", "fedora-43"] }

    static func tested(_ test: String, _ client: String, _ systems: [String]) -> Evidence {
        .tested(client: client, systems: systems, test: "\(suite).\(test)")
    }

    static func tested(_ test: String, _ client: String, _ systems: String...) -> Evidence {
        tested(test, client, systems)
    }
}
