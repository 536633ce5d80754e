import Diagnostics
import LinuxIO
import RPMFormat
import RepositoryFiles
import Signing
import TestSupport
import Testing
import YUMRepository

/// Repositories of ours, sound and with planted faults.
@Suite struct VerifierTests {
    /// A signed repository of three signed packages.
    private func withRepository(
        _ body: (borrowing Directory, SampleKey) throws -> Void
    ) throws {
        try withScratch { scratch in
            let key = try SampleKey("right", in: scratch)
            defer { key.close() }
            try scratch.makeDirectory("r")
            let directory = try scratch.directory("r")
            try directory.makeDirectory("Packages")
            let packages = try directory.directory("Packages")
            for name in ["one", "two", "three"] {
                var sample = SamplePackage(name)
                sample.addFile("/opt/\(name)/bin/x", name)
                try sample.write(in: packages) { content throws(Failure) in try key.signer.detached(content) }
            }
            try SampleRepository.write(in: directory, signer: key.signer)
            try body(directory, key)
        }
    }

    private func faults(
        _ directory: borrowing Directory, keys: [String], time: Int64 = .max / 2, opensPackages: Bool = true
    ) throws -> [RepositoryFault] {
        var options = YUMVerifier.Options(time: time)
        options.opensPackages = opensPackages
        options.servesOldClients = true
        options.isOwn = true
        let verifier = try GPGVerifier(keys: keys)
        return try YUMVerifier(
            try DirectoryReader(directory.path), root: "", metadataKeys: verifier, packageKeys: verifier,
            options: options
        ).verify()
    }

    @Test func `a sound repository has no faults`() throws {
        try withRepository { directory, key in
            #expect(try faults(directory, keys: [key.publicKey]) == [])
            #expect(try faults(directory, keys: [key.publicKey], opensPackages: false) == [])
            try SampleRepository.put(
                try readFile(key.publicKey), "repodata/repomd.xml.key", in: directory)
            #expect(try faults(directory, keys: [key.publicKey]) == [])
        }
    }

    @Test func `a repository without packages is sound`() throws {
        try withScratch { scratch in
            let key = try SampleKey("right", in: scratch)
            defer { key.close() }
            try scratch.makeDirectory("Packages")
            try SampleRepository.write(in: scratch, signer: key.signer)
            let list = try faults(scratch, keys: [key.publicKey])
            #expect(list == [])
        }
    }

    /// A fault that is planted, and the one that must be found.
    enum Fault: String, CaseIterable {
        case repomdMissing = "repomd-missing"
        case repomdDamaged = "repomd-damaged"
        case signatureMissing = "signature-missing"
        case signatureTwice = "signature-damaged"
        case signatureOfOther = "signature-bad"
        case signatureByOther = "signature-unknown-key"
        case keyOther = "key-other"
        case keyDamaged = "key-damaged"
        case fileMissing = "file-missing"
        case fileSize = "file-size"
        case fileChecksum = "file-checksum"
        case fileNotCompressed = "file-damaged"
        case openSize = "open-size"
        case openChecksum = "open-checksum"
        case nameWithoutChecksum = "name-without-checksum"
        case checksumUnknown = "checksum-unknown"
        case dataMissing = "data-missing"
        case dataTwice = "data-duplicate"
        case locationOutside = "location-unsafe"
        case locationElsewhere = "location-base"
        case revisionFuture = "revision-future"
        case timestampFuture = "timestamp-future"
        case countWrong = "package-count"
        case notInPrimary = "package-not-in-primary"
        case notListed = "package-not-listed"
        case disagrees = "package-disagrees"
        case listedTwice = "package-duplicate"
        case openChecksumMissing = "open-checksum-missing"
        case packageMissing = "package-missing"
        case packageSize = "package-size"
        case packageChecksum = "package-checksum"
        case packageIdentity = "package-identity"
        case packageHeaderRange = "package-header-range"
        case packageUnsigned = "package-unsigned"
        case packageSignature = "package-signature"
        case packageNoRPM = "package-damaged"
        case packageTwiceAtOnePlace = "location-duplicate"
        case packageTwoFiles = "package-version-duplicate"
        case packageFuture = "package-future"
        case packageOrder = "package-order"
        case checksumWeak = "checksum-weak"
        case unreadableMetadata = "mode"
        case metadataOrphan = "metadata-orphan"
        case packageOrphan = "package-orphan"
        case lockLeft = "lock-left"
    }

    @Test func `each planted fault is found`() throws {
        try withRepository { directory, key in
            try withScratch { scratch in
                let other = try SampleKey("other", in: scratch)
                defer { other.close() }
                for fault in Fault.allCases {
                    let path = PathText.join(scratch.path, "\(fault)")
                    try run(["cp", "-a", directory.path, path])
                    let time = try FaultPlanter(path: path, key: key, other: other).plant(fault)
                    let found = try faults(Directory.open(path), keys: [key.publicKey], time: time ?? .max / 2)
                    #expect(found.contains { $0.id == fault.rawValue }, "\(fault): \(found)")
                }
            }
        }
    }

    @Test func `presence and sizes are found without opening packages`() throws {
        try withRepository { directory, key in
            try directory.removeFile("Packages/one-1.0-1.x86_64.rpm")
            try SampleRepository.put([1], "Packages/two-1.0-1.x86_64.rpm", in: directory)
            let found = try faults(directory, keys: [key.publicKey], opensPackages: false).map(\.id).sorted()
            #expect(found == ["package-missing", "package-size"])
            try run(["rm", "-r", directory.path + "/Packages"])
            let all = try faults(directory, keys: [key.publicKey], opensPackages: false)
            #expect(all.map(\.id) == ["package-missing", "package-missing", "package-missing"])
        }
    }

    @Test func `packages that others may have there are no orphans`() throws {
        try withRepository { directory, key in
            try SampleRepository.put([], "Packages/other.rpm", in: directory)
            try SampleRepository.put([], "repodata/other.xml", in: directory)
            var options = YUMVerifier.Options(time: .max / 2)
            options.sharesPackages = true
            let found = try YUMVerifier(
                try DirectoryReader(directory.path), root: "", metadataKeys: nil, packageKeys: nil, options: options
            ).verify()
            #expect(found.map(\.path) == ["repodata/other.xml"])
        }
    }

    /// A repository whose directories can't be listed, as over HTTP.
    private struct Unlisted: RepositoryReader {
        let files: DirectoryReader
        var name: String { files.name }
        func open(_ path: String) throws(Failure) -> ByteSource? { try files.open(path) }
        func entries(_ path: String) throws(Failure) -> [RepositoryEntry]? { nil }
    }

    @Test func `directories need not be listed, and the repository need not be at the top`() throws {
        try withRepository { directory, key in
            let keys = try GPGVerifier(keys: [key.publicKey])
            let reader = Unlisted(files: try DirectoryReader(PathText.parent(directory.path)))
            func faults(opensPackages: Bool) throws -> [String] {
                var options = YUMVerifier.Options(time: .max / 2)
                options.opensPackages = opensPackages
                return try YUMVerifier(reader, root: "r", metadataKeys: keys, packageKeys: keys, options: options)
                    .verify().map { "\($0.id) \($0.path)" }
            }
            #expect(try faults(opensPackages: true) == [])
            try directory.removeFile("Packages/one-1.0-1.x86_64.rpm")
            #expect(try faults(opensPackages: false) == [])
            #expect(try faults(opensPackages: true) == ["package-missing r/Packages/one-1.0-1.x86_64.rpm"])
        }
    }

    @Test func `a list that is too large for old clients is found`() throws {
        try withRepository { directory, key in
            let path = "repodata/repomd.xml"
            let bytes = try readFile(PathText.join(directory.path, path)) + [UInt8](repeating: 0x0A, count: 102_400)
            try SampleRepository.put(bytes, path, in: directory)
            try SampleRepository.put(
                try key.signer.armored(ByteSource(bytes, name: path)), path + ".asc", in: directory)
            #expect(try faults(directory, keys: [key.publicKey]).map(\.id) == ["repomd-large"])
        }
    }

    @Test func `a key that will soon expire is found`() throws {
        try withScratch { scratch in
            let key = try SampleKey("soon", in: scratch, expires: "10d")
            defer { key.close() }
            try scratch.makeDirectory("Packages")
            try SampleRepository.write(in: scratch, signer: key.signer)
            let time = System.now
            #expect(try faults(scratch, keys: [key.publicKey], time: time).map(\.id) == ["key-expires"])
            #expect(
                try faults(scratch, keys: [key.publicKey], time: time - 25 * 86_400).contains {
                    $0.id == "signature-future"
                })
        }
    }

    @Test func `an expired signature is found`() throws {
        try withRepository { directory, key in
            let gpg = ["gpg", "--batch", "--yes", "--homedir", key.home, "--default-sig-expire", "seconds=1"]
            try run(gpg + ["--armor", "--detach-sign", directory.path + "/repodata/repomd.xml"])
            try run(["sleep", "2"])
            let found = try faults(directory, keys: [key.publicKey])
            #expect(found.map(\.id) == ["signature-expired"])
        }
    }
}
