import OpenPGP
import Testing

@testable import ClientMatrix

/// Facts with one fault each, and the rows that must speak.
@Suite struct RuleTests {
    private static let xz = DebFacts.Archive(name: "data.tar.xz", compression: "xz")

    private static let deb: [(String, DebFacts)] = [
        ("deb-universal", DebFacts()),
        ("deb-zstd", DebFacts(data: .init(name: "data.tar.zst", compression: "zstd", filters: []))),
        ("deb-zstd-16.04", DebFacts(control: .init(name: "control.tar.zst", compression: "zstd"))),
        ("deb-zstd-read", DebFacts(control: .init(name: "control.tar.zst", compression: "zstd"))),
        ("deb-control-form", DebFacts(control: .init(name: "control.tar.xz", compression: "xz"))),
        ("deb-control-form", DebFacts(control: .init(name: "control.tar", compression: "none"))),
        ("deb-control-compression", DebFacts(control: .init(name: "control.tar.bz2", compression: "bzip2"))),
        ("deb-xz-arm64", DebFacts(data: .init(name: "data.tar.xz", compression: "xz", filters: [.arm64, .lzma2]))),
        ("deb-xz-riscv", DebFacts(data: .init(name: "data.tar.xz", compression: "xz", filters: [.riscv, .lzma2]))),
        ("deb-tar", DebFacts(data: .init(name: "data.tar.xz", compression: "xz", foreignType: "x"))),
        ("deb-large-file", DebFacts(largestFile: 8 << 30)),
        ("deb-remove-on-upgrade", DebFacts(removesConffiles: true)),
        ("deb-versioned-provides", DebFacts(hasVersionedProvides: true)),
    ]

    private static let rpm: [(String, RPMFacts)] = [
        ("rpm-universal", RPMFacts()),
        ("rpm-feature", RPMFacts(features: ["CompressedFileNames", "PayloadIsZstd"])),
        ("rpm-feature", RPMFacts(features: ["Nonsense"])),
        ("rpm-zstd", RPMFacts(compressor: "zstd")), ("rpm-zstd-suse-15", RPMFacts(compressor: "zstd")),
        ("rpm-zstd-read", RPMFacts(compressor: "zstd")), ("rpm-xz-arm64", RPMFacts(filters: [.arm64])),
        ("rpm-xz-riscv", RPMFacts(filters: [.riscv])), ("rpm-large-file", RPMFacts(largestFile: 4 << 30)),
        ("rpm-caret", RPMFacts(version: "1^git")), ("rpm-format-6", RPMFacts(format: 6)),
        ("rpm-format-6-old", RPMFacts(format: 6)),
        ("rpm-payload-digest-fips", RPMFacts(hasPayloadDigest: false)),
        ("rpm-payload-digest", RPMFacts(hasPayloadDigest: false)),
        ("rpm-any-digest", RPMFacts(hasMD5: false, hasPayloadDigest: false)),
        ("rpm-header-digest", RPMFacts(hasHeaderSHA256: false)),
        ("rpm-file-digest-fips", RPMFacts(fileDigest: .md5)), ("rpm-file-digest", RPMFacts(fileDigest: .md5)),
        ("rpm-unsigned", RPMFacts(signatures: [])), ("rpm-unsigned-zypper", RPMFacts(signatures: [])),
        ("rpm-signature-list", RPMFacts(signatures: [.init(place: .list)])),
        ("rpm-signature-payload", RPMFacts(signatures: [.init(place: .headerAndPayload)])),
        ("rpm-signature-header", RPMFacts(signatures: [.init(place: .header)])),
        ("rpm-signature-sha1-sequoia", RPMFacts(signatures: [.init(place: .header, hash: .sha1)])),
        ("rpm-signature-sha1", RPMFacts(signatures: [.init(place: .header, hash: .sha1)])),
        ("rpm-signature-sha1-old", RPMFacts(signatures: [.init(place: .header, hash: .sha1)])),
        ("rpm-signature-ecc-7", RPMFacts(signatures: [.init(place: .header, algorithm: .eddsaLegacy)])),
        ("rpm-signature-ecc-9", RPMFacts(signatures: [.init(place: .header, algorithm: .ecdsa)])),
        ("rpm-signature-ecc-suse", RPMFacts(signatures: [.init(place: .header, algorithm: .eddsaLegacy)])),
        ("rpm-signature-new", RPMFacts(signatures: [.init(place: .list, algorithm: .ed25519)])),
        ("rpm-signature-room", RPMFacts(signatureRoom: 8193)),
    ]

    private static func apt(_ change: (inout APTMetadataFacts) -> Void) -> APTMetadataFacts {
        var facts = APTMetadataFacts(date: 1000, now: 2000)
        change(&facts)
        return facts
    }

    private static let metadata: [(String, APTMetadataFacts)] = [
        ("apt-universal", apt { _ in }), ("apt-by-hash-unknown", apt { _ in }),
        ("apt-unsigned", apt { $0.signatures = [] }), ("apt-unsigned-old", apt { $0.signatures = [] }),
        ("apt-weak-signature", apt { $0.signatures = [.init(hash: .sha1)] }),
        ("apt-weak-signature-sqv", apt { $0.signatures = [.init(hash: .sha1)] }),
        ("apt-weak-signature-old", apt { $0.signatures = [.init(hash: .sha1)] }),
        ("apt-unknown-key", apt { $0.signatures = [.init(isKnown: false)] }),
        ("apt-expired-key", apt { $0.signatures = [.init(isExpired: true)] }),
        ("apt-expired-key-sqv", apt { $0.signatures = [.init(isExpired: true)] }),
        ("apt-two-signatures", apt { $0.signatures = [.init(isKnown: false), .init()] }),
        ("apt-no-inrelease", apt { $0.hasInRelease = false }),
        (
            "apt-signed-by",
            apt {
                $0.signatures = [.init(fingerprint: "AA")]
                $0.signedBy = ["BB"]
                $0.validUntil = 3000
            }
        ),
        ("apt-weak-release", apt { $0.indexDigests = [.md5, .sha1] }),
        ("apt-weak-packages", apt { $0.packageDigests = [.md5] }),
        ("apt-by-hash", apt { $0.indexDigests = [.sha256, .sha512] }),
        ("apt-no-by-hash", apt { $0.acquiresByHash = false }), ("apt-index-form", apt { $0.indexForms = [.zstd] }),
        ("apt-plain-index", apt { $0.listsPlainIndex = false }),
        ("apt-expired", apt { $0.validUntil = 1500 }),
        ("apt-valid-until", apt { $0.validUntil = 2500 }), ("apt-future", apt { $0.date = 2011 }),
        ("apt-older", apt { $0.previousDate = 1001 }),
        (
            "apt-identity",
            apt {
                $0.previous = .init(origin: "A", label: "B", codename: "c")
                $0.identity = .init(origin: "A", label: "C", codename: "c")
            }
        ),
        ("apt-not-automatic", apt { $0.isNotAutomatic = true }), ("apt-https", apt { $0.needsHTTPS = true }),
        ("apt-source-signed-by", apt { $0.sourceForms = [.signedBy] }),
        ("apt-source-armored", apt { $0.sourceForms = [.signedByArmored] }),
        ("apt-source-deb822", apt { $0.sourceForms = [.deb822] }),
        ("apt-source-inline", apt { $0.sourceForms = [.deb822InlineKey] }),
    ]

    private static func yum(_ change: (inout YUMMetadataFacts) -> Void) -> YUMMetadataFacts {
        var facts = YUMMetadataFacts()
        change(&facts)
        return facts
    }

    private static let repositories: [(String, YUMMetadataFacts)] = [
        ("yum-universal", yum { _ in }), ("yum-zstd", yum { $0.records = [.init("primary", .zstd)] }),
        ("yum-no-xml", yum { $0.records = [.init("primary_db", .bzip2)] }),
        ("yum-zstd-8", yum { $0.records = [.init("primary", .zstd)] }),
        ("yum-zstd-read", yum { $0.records = [.init("primary", .zstd)] }),
        ("yum-zchunk", yum { $0.records = [.init("primary_zck", .zchunk)] }),
        ("yum-weak-checksum", yum { $0.packageDigest = .sha1 }),
        ("yum-weak-checksum-fips", yum { $0.packageDigest = .md5 }),
        (
            "yum-strong-checksum",
            yum {
                $0.records = [.init("primary", checksum: .sha512)]
                $0.packageDigest = .sha512
            }
        ),
        ("yum-open-checksum", yum { $0.records = [.init("primary", hasOpenChecksum: false)] }),
        (
            "yum-open-checksum-sqlite",
            yum { $0.records.append(.init("primary_db", .bzip2, hasOpenChecksum: false)) }
        ),
        ("yum-large", yum { $0.size = 102_401 }),
        ("yum-unsigned", yum { $0.signatures = [] }), ("yum-unsigned-zypper", yum { $0.signatures = [] }),
        ("yum-unknown-key", yum { $0.signatures = [.init(isKnown: false)] }),
        ("yum-two-signatures", yum { $0.signatures = [.init(isKnown: false), .init()] }),
        ("yum-two-signatures-read", yum { $0.signatures = [.init(isKnown: false), .init()] }),
        ("yum-weak-signature", yum { $0.signatures = [.init(hash: .sha1)] }),
        ("yum-expired-key", yum { $0.signatures = [.init(isExpired: true)] }),
        ("yum-expired-key-zypper", yum { $0.signatures = [.init(isExpired: true)] }),
        ("yum-binary-signature", yum { $0.isSignatureArmored = false }),
        ("yum-key-file", yum { $0.hasKeyFile = false }), ("yum-key-file-12", yum { $0.hasKeyFile = false }),
        ("yum-keys-8.1", yum { $0.keyCount = 2 }), ("yum-keys", yum { $0.keyCount = 2 }),
        ("yum-keys-12", yum { $0.keyCount = 2 }), ("yum-older", yum { $0.previousTimestamp = 1 }),
        ("yum-older-read", yum { $0.previousTimestamp = 1 }),
    ]

    private static let spoken: [(String, [Verdict])] =
        deb.map { ($0.0, ClientMatrix.verdicts($0.1)) } + rpm.map { ($0.0, ClientMatrix.verdicts($0.1)) }
        + metadata.map { ($0.0, ClientMatrix.verdicts($0.1)) }
        + repositories.map { ($0.0, ClientMatrix.verdicts($0.1)) }

    @Test func `each fault is found on every system of its row`() throws {
        for (id, verdicts) in Self.spoken {
            let rule = try #require(ClientMatrix.rules.first { $0.id == id }, "there is no row \(id)")
            // A feature is missing on some systems; the row asks each.
            guard id != "rpm-feature" else { continue }
            let found = verdicts.filter { $0.findings.contains { $0.rule == id } }.map(\.system)
            #expect(found == rule.systems, "\(id)")
        }
    }

    @Test func `every row is tried`() {
        let tried = Set(Self.spoken.map(\.0))
        let untried = ClientMatrix.rules.filter { $0.facts != "key" && !tried.contains($0.id) }.map(\.id)
        #expect(untried == [])
    }

    @Test func `what every client takes is refused by none and warned of by none`() {
        for verdicts in [ClientMatrix.verdicts(DebFacts()), ClientMatrix.verdicts(RPMFacts())] {
            #expect(verdicts.filter { $0.severity != .ok }.map(\.system.id) == [])
            #expect(verdicts.allSatisfy { $0.word == "accepts" && !$0.findings.isEmpty && !$0.isRefused })
        }
        #expect(
            ClientMatrix.verdicts(Self.apt { _ in }).filter { $0.severity != .ok }.map(\.system.id) == ["ubuntu-14.04"])
        #expect(ClientMatrix.verdicts(Self.yum { _ in }).allSatisfy { $0.severity == .ok })
    }

    @Test func `only the systems that are asked answer`() throws {
        let targets = try Targets(["debian>=11", "el>=9+fips"])
        let deb = ClientMatrix.verdicts(Self.deb[1].1, targets)
        #expect(deb.map(\.system.id) == ["debian-11", "debian-12", "debian-13"])
        #expect(deb.map(\.isRefused) == [true, false, false])
        let rpm = ClientMatrix.verdicts(RPMFacts(hasPayloadDigest: false), targets)
        #expect(rpm.filter(\.isRefused).map(\.system.id) == ["el-9-fips", "el-10-fips"])
    }

    @Test func `a feature is missed where rpm lacks it`() {
        func missing(_ feature: String) -> [String] {
            ClientMatrix.verdicts(RPMFacts(features: [feature])).filter(\.isRefused).map(\.system.id)
        }
        let oldest = ["el-7", "sles-12", "amazon-2"]
        #expect(missing("PayloadIsXz") == [] && missing("TildeInVersions") == [])
        #expect(missing("LargeFiles") == oldest && missing("PayloadIsZstd") == oldest)
        #expect(missing("CaretInVersions") == oldest && missing("RichDependencies") == oldest)
        #expect(missing("Nonsense").count == ClientSystem.all.count(where: \.isRPMBased))
    }

    @Test func `evidence is that of the system`() throws {
        let verdicts = ClientMatrix.verdicts(Self.deb[1].1)
        func isTested(_ id: String) -> Bool {
            verdicts.first { $0.system.id == id }?.findings.flatMap(\.evidence)
                .contains { if case .tested = $0 { true } else { false } } ?? false
        }
        #expect(isTested("debian-11") && !isTested("debian-10"))
    }
}
