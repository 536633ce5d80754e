import OpenPGP

extension Rule where Facts == DebFacts {
    private static let suite = "test_client_matrix.DebPackages"

    /// What dpkg makes of packages.
    static let deb: [Rule] = [
        Rule(
            "deb-universal", .ok, "control.tar.gz and data.tar.xz or .gz, GNU tar",
            [
                .cited("dpkg, man/deb.5: gzip always, data.tar.xz since 1.15.6"),
                tested("test_universal", "debian-11", "debian-12", "debian-13"),
            ]
        ) { facts, _ in
            facts.control.compression == "gzip" && ["gzip", "xz"].contains(facts.data.compression)
                ? "\(facts.control.name) and \(facts.data.name), which every dpkg reads" : nil
        },
        Rule(
            "deb-zstd", .refuse, "an archive compressed with zstd",
            on: .before(.dpkg, "1.21.18").except(.ubuntuWithZstd).except(.systems("ubuntu-16.04")),
            says: "archive '…' uses unknown compression for member '….tar.zst', giving up",
            [
                .cited("dpkg, debian/changelog, 1.21.18: \"Add zstd support for .deb archives. Closes: #892664\""),
                .cited("https://github.com/mucommander/mucommander/issues/771"),
                tested("test_zstd", "debian-11"),
            ]
        ) { facts, _ in
            facts.archives.first { $0.compression == "zstd" }.map {
                "\($0.name) is compressed with zstd, which dpkg reads since 1.21.18"
            }
        },
        Rule(
            "deb-zstd-16.04", .warn, "an archive compressed with zstd", on: .systems("ubuntu-16.04"),
            says: "archive '…' uses unknown compression for member '….tar.zst', giving up",
            [.cited("https://bugs.launchpad.net/ubuntu/+source/dpkg/+bug/1764220: fixed by an update in April 2021")]
        ) { facts, _ in
            facts.archives.first { $0.compression == "zstd" }.map {
                "\($0.name) is compressed with zstd, which dpkg here reads since its update of April 2021"
            }
        },
        Rule(
            "deb-zstd-read", .ok, "an archive compressed with zstd",
            on: .since(.dpkg, "1.21.18").or(.ubuntuWithZstd),
            [
                .cited(
                    "dpkg, debian/changelog, 1.21.18; Ubuntu's dpkg reads it since 18.04: "
                        + "https://bugs.launchpad.net/bugs/1764220"
                ),
                tested("test_zstd", "debian-12", "debian-13"),
            ]
        ) { facts, _ in
            facts.archives.contains { $0.compression == "zstd" } ? "zstd, which this dpkg reads" : nil
        },
        Rule(
            "deb-control-form", .refuse, "a control archive that isn't control.tar.gz", on: .before(.dpkg, "1.17.6"),
            says: "archive '…' has premature member '…' before 'control.tar.gz', giving up",
            [
                .cited(
                    "dpkg, dpkg-deb/extract.c of 1.17.5; debian/changelog, 1.17.6: \"control.tar.xz\" and "
                        + "\"control.tar\""
                )
            ]
        ) { facts, _ in
            ["none", "xz"].contains(facts.control.compression)
                ? "\(facts.control.name), which dpkg reads since 1.17.6" : nil
        },
        Rule(
            "deb-control-compression", .refuse, "a control archive compressed with bzip2 or lzma",
            says: "archive '…' uses unknown compression for member 'control.tar.…', giving up",
            [
                .cited("dpkg, dpkg-deb/extract.c, from 1.18.4 on"),
                tested("test_control_bzip2", "debian-11", "debian-12", "debian-13"),
            ]
        ) { facts, _ in
            ["bzip2", "lzma"].contains(facts.control.compression)
                ? "\(facts.control.name): dpkg reads gzip, xz and no compression there" : nil
        },
        filter(.arm64, "deb-xz-arm64", "64-bit ARM", since: "5.4", tests: "debian-11", test: "test_arm64_filter"),
        filter(
            .riscv, "deb-xz-riscv", "RISC-V", since: "5.6", tests: "debian-11", "debian-12", test: "test_riscv_filter"),
        Rule(
            "deb-tar", .refuse, "an archive that is neither ustar nor GNU tar: pax headers, sparse files",
            says: "unsupported … tar header type '…'",
            [
                .cited("dpkg, lib/dpkg/tarfn.c, tar_extractor"),
                tested("test_pax", "debian-11", "debian-12", "debian-13"),
            ]
        ) { facts, _ in
            facts.archives.first { $0.foreignType != nil }.map {
                "\($0.name) has a header of type \($0.foreignType ?? "?"), which dpkg refuses: pax, sparse files and "
                    + "other "
                    + "extensions have no place in a package"
            }
        },
        Rule(
            "deb-large-file", .refuse, "a file of 8 GiB or more", on: .before(.dpkg, "1.18.24"),
            [.cited("dpkg, debian/changelog, 1.18.24: \"Add support for base-256 encoded numeric fields\"")]
        ) { facts, _ in
            facts.largestFile > 0o77777777777
                ? "a file of \(facts.largestFile) bytes, whose size doesn't fit octal digits" : nil
        },
        Rule(
            "deb-remove-on-upgrade", .warn, "a configuration file marked remove-on-upgrade",
            on: .before(.dpkg, "1.20.6"),
            [
                .cited("dpkg, src/unpack.c of 1.19.7, deb_parse_conffiles: the whole line is a path"),
                .cited("dpkg, debian/changelog, 1.20.6: \"Support remove-on-upgrade conffile flag\""),
            ]
        ) { facts, _ in
            facts.removesConffiles
                ? "a configuration file is marked remove-on-upgrade, which this dpkg takes for a path" : nil
        },
        Rule(
            "deb-versioned-provides", .warn, "Provides with a version", on: .before(.dpkg, "1.17.11"),
            [.cited("dpkg, debian/changelog, 1.17.11: \"Add versioned Provides support\", accepted and ignored before")]
        ) { facts, _ in
            facts.hasVersionedProvides ? "Provides has a version, which this dpkg ignores" : nil
        },
    ]

    private static func filter(
        _ filter: XZFilter, _ id: String, _ name: String, since version: ClientVersion, tests systems: String...,
        test: String
    ) -> Rule {
        Rule(
            id, .refuse, "xz with the filter for \(name) machine code", on: .before(.xz, version),
            says: "lzma error: unsupported options",
            [
                .cited("\(filter.origin), in XZ Utils \(version).0"),
                .tested(client: "liblzma of dpkg", systems: systems, test: "\(suite).\(test)"),
            ]
        ) { facts, _ in
            facts.archives.first { $0.filters.contains(filter) }.map {
                "\($0.name) uses xz's filter for \(name), which liblzma has since \(version)"
            }
        }
    }

    private static func tested(_ test: String, _ systems: String...) -> Evidence {
        .tested(client: "dpkg", systems: systems, test: "\(suite).\(test)")
    }
}

extension Selection {
    /// Ubuntu's dpkg reads zstd from 18.04 on, by a patch of Ubuntu's.
    static let ubuntuWithZstd = Selection { $0.distribution == .ubuntu && $0.release >= "18.04" }
}
