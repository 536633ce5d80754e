import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import Signing
import YUMRepository

/// Plants faults into a sound repository.
struct FaultPlanter {
    let path: String
    let key: SampleKey
    let other: SampleKey

    private func directory() throws -> Directory { try Directory.open(path) }

    private func put(_ bytes: [UInt8], _ name: String) throws {
        try SampleRepository.put(bytes, name, in: try directory())
    }

    private func repomd() throws -> Repomd {
        try Repomd(try readFile(path + "/repodata/repomd.xml"), name: "repomd.xml")
    }

    /// Changes `repomd.xml` and signs it again.
    private func edit(_ body: (inout Repomd) throws -> Void) throws {
        var list = try repomd()
        try body(&list)
        try SampleRepository.sign(list, in: try directory(), signer: key.signer)
    }

    /// Changes the text of an index and all that follows from it.
    private func edit(_ type: String, _ body: (String) -> String) throws {
        try edit { list in
            guard let index = list.data.firstIndex(where: { $0.type == type }) else { return }
            let old = list.data[index].location
            let content = Array(body(text(try run(["gzip", "-dc", "\(path)/\(old)"]))).utf8)
            let packed = try run(["gzip", "-nc"], input: content)
            let digest = SHA256.digest(packed).hex
            list.data[index] = RepomdData(
                type: type, checksum: RepositoryChecksum(value: digest),
                openChecksum: RepositoryChecksum(value: SHA256.digest(content).hex),
                location: "repodata/\(digest)-\(type).xml.gz", timestamp: list.data[index].timestamp,
                size: UInt64(packed.count), openSize: UInt64(content.count))
            try directory().removeFile(old)
            try put(packed, list.data[index].location)
        }
    }

    private let one = "Packages/one-1.0-1.x86_64.rpm"

    /// Plants a fault.
    ///
    /// - Returns: The time at which to verify, where that matters.
    func plant(_ fault: VerifierTests.Fault) throws -> Int64? {
        switch fault {
        case .repomdMissing, .repomdDamaged, .signatureMissing, .signatureTwice, .signatureOfOther, .signatureByOther,
            .keyOther, .keyDamaged:
            try plantAtTop(fault)
        case .fileMissing, .fileSize, .fileChecksum, .fileNotCompressed, .openSize, .openChecksum, .nameWithoutChecksum,
            .checksumUnknown, .dataMissing, .dataTwice, .locationOutside, .locationElsewhere, .openChecksumMissing,
            .checksumWeak:
            try plantInData(fault)
        case .revisionFuture, .timestampFuture:
            // Signatures have the time of the clock.
            try edit { list in
                list.revision = "9000000000"
                list.data[0].timestamp = 9_000_000_000
            }
            return 8_000_000_000
        case .packageFuture: return 946_684_000
        case .countWrong, .notInPrimary, .notListed, .disagrees, .listedTwice, .packageTwiceAtOnePlace,
            .packageTwoFiles,
            .packageIdentity, .packageHeaderRange, .packageNoRPM, .packageOrder:
            try plantInIndex(fault)
        case .packageMissing: try directory().removeFile(one)
        case .packageSize: try put(try readFile(path + "/" + one) + [0], one)
        case .packageChecksum:
            var bytes = try readFile(path + "/" + one)
            bytes[bytes.count - 1] ^= 1
            try put(bytes, one)
        case .packageUnsigned, .packageSignature: try plantPackage(fault)
        case .unreadableMetadata: try run(["chmod", "0600", path + "/repodata/repomd.xml"])
        case .metadataOrphan: try put([], "repodata/old-primary.xml.gz")
        case .packageOrphan: try put([], "Packages/other.rpm")
        case .lockLeft: try directory().makeDirectory(".repodata")
        }
        return nil
    }

    private func plantAtTop(_ fault: VerifierTests.Fault) throws {
        let index = "repodata/repomd.xml"
        let signature = index + ".asc"
        let top = try directory()
        switch fault {
        case .repomdMissing: try top.removeFile(index)
        case .repomdDamaged: try put(Array("<repomd>".utf8), index)
        case .signatureMissing: try top.removeFile(signature)
        case .signatureTwice:
            let one = try readFile(path + "/" + signature)
            try put(one + one, signature)
        case .signatureOfOther: try put(try readFile(path + "/" + index) + [0x0A], index)
        case .signatureByOther:
            try put(try repomd().signature(by: other.signer), signature)
        case .keyOther:
            try put(try readFile(other.publicKey), index + ".key")
        default: try put(Array("no key".utf8), index + ".key")
        }
    }

    private func plantInData(_ fault: VerifierTests.Fault) throws {
        let list = try repomd()
        let place = list.data[0].location
        switch fault {
        case .fileMissing: try directory().removeFile(place)
        case .fileSize: try put(try readFile(path + "/" + place) + [0], place)
        case .fileChecksum:
            var bytes = try readFile(path + "/" + place)
            bytes[5] ^= 1
            try put(bytes, place)
        case .fileNotCompressed:
            let bytes = Array("text".utf8)
            let digest = SHA256.digest(bytes).hex
            try put(bytes, "repodata/\(digest)-x.gz")
            try edit { list in
                list.data[0].location = "repodata/\(digest)-x.gz"
                list.data[0].checksum.value = digest
                list.data[0].size = 4
            }
        case .openSize: try edit { $0.data[0].openSize = 1 }
        case .openChecksum: try edit { $0.data[0].openChecksum?.value = String(repeating: "0", count: 64) }
        case .openChecksumMissing: try edit { $0.data[0].openChecksum = nil }
        case .nameWithoutChecksum:
            try directory().rename(place, to: "repodata/primary.xml.gz")
            try edit { $0.data[0].location = "repodata/primary.xml.gz" }
        case .checksumWeak:
            let bytes = try readFile(path + "/" + place)
            try edit { list in
                list.data[0].checksum = RepositoryChecksum(
                    algorithm: "md5", value: Hexadecimal.text(try MessageDigest.digest(bytes, .md5)))
            }
        case .checksumUnknown: try edit { $0.data[0].checksum.algorithm = "crc32" }
        case .dataMissing: try edit { $0.data.remove(at: 1) }
        case .dataTwice: try edit { $0.data.append($0.data[0]) }
        case .locationOutside: try edit { $0.data[0].location = "repodata/../../x" }
        default: try edit { $0.data[0].base = "https://example.com/" }
        }
    }

    private func plantInIndex(_ fault: VerifierTests.Fault) throws {
        switch fault {
        case .countWrong: try edit("primary") { $0.replacing("packages=\"3\"", with: "packages=\"4\"") }
        case .notInPrimary:
            try edit("filelists") { $0.replacing("pkgid=\"", with: "pkgid=\"0") }
        case .notListed:
            try edit("other") { text in
                guard let start = text.firstRange(of: "<package "), let end = text.firstRange(of: "</package>\n") else {
                    return text
                }
                return String(text[..<start.lowerBound] + text[end.upperBound...])
            }
        case .disagrees: try edit("filelists") { $0.replacing("ver=\"1.0\"", with: "ver=\"1.1\"") }
        case .listedTwice, .packageTwiceAtOnePlace, .packageTwoFiles:
            try edit("primary") { text in
                guard let start = text.firstRange(of: "<package "), let end = text.firstRange(of: "</package>\n") else {
                    return text
                }
                var copy = String(text[start.lowerBound..<end.upperBound])
                if fault != .listedTwice, let id = copy.firstRange(of: "pkgid=\"YES\">") {
                    copy.replaceSubrange(id.upperBound..<copy.index(id.upperBound, offsetBy: 4), with: "0000")
                }
                return String(text[..<end.upperBound] + copy + text[end.upperBound...])
            }
        case .packageOrder:
            try edit("primary") { text in
                var parts = text.split(separator: "<package ").map { String($0) }
                parts.swapAt(1, 2)
                return parts.joined(separator: "<package ")
            }
        case .packageIdentity: try edit("primary") { $0.replacing("<name>one</name>", with: "<name>zone</name>") }
        case .packageHeaderRange: try edit("primary") { $0.replacing("\" end=\"", with: "\" end=\"1") }
        default:
            let bytes = Array("no package".utf8)
            let file = try readFile(path + "/" + one)
            try put(bytes, one)
            try edit("primary") { text in
                text.replacing(SHA256.digest(file).hex, with: SHA256.digest(bytes).hex)
                    .replacing("package=\"\(file.count)\"", with: "package=\"\(bytes.count)\"")
            }
        }
    }

    private func plantPackage(_ fault: VerifierTests.Fault) throws {
        let top = try directory()
        let packages = try top.directory("Packages")
        var sample = SamplePackage("one")
        sample.addFile("/opt/one/bin/x", "one")
        if fault == .packageUnsigned {
            try sample.write(in: packages)
        } else {
            try sample.write(in: packages) { content throws(Failure) in try other.signer.detached(content) }
        }
        try run(["rm", "-r", path + "/repodata"])
        try SampleRepository.write(in: top, signer: key.signer)
    }
}
