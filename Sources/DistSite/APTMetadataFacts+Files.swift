import APTRepository
import ClientMatrix
import DebFormat
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import OpenPGP
import Signing

extension APTMetadataFacts {
    /// What stands behind the names of an index's forms on a server.
    private static let endings: [(ending: String, form: IndexForm)] = [
        (".gz", .gzip), (".xz", .xz), (".bz2", .bzip2), (".lzma", .lzma), (".zst", .zstd), ("", .plain),
    ]

    /// Reads the facts of a codename's files; nothing is verified.
    ///
    /// - Parameters:
    ///   - directory: The directory that has `Release`.
    ///   - keys: The keys that clients have; nil where that isn't known, and then they have those that sign.
    ///   - now: The time of the judgement, in seconds since 1970.
    ///   - open: Gives a file; nil when it isn't there.
    /// - Returns: Nil where there is no Release.
    /// - Throws: `.integrity` for damage, and what opening throws.
    init?(
        of directory: String, keys: [Certificate]?, now: Int64,
        open: (String) throws(Failure) -> ByteSource?
    ) throws(Failure) {
        func read(_ name: String) throws(Failure) -> [UInt8]? {
            try open("\(directory)/\(name)")?.small()
        }
        let (text, detached) = (try read("Release"), try read("Release.gpg"))
        var message: CleartextMessage?
        if let bytes = try read("InRelease") {
            message = try CleartextMessage(reading: bytes, name: "\(directory)/InRelease")
        }
        guard let content = message?.text ?? text else { return nil }
        let release = try ReleaseFile(parsing: content, name: "\(directory)/Release")
        self.init(date: release.date ?? now, now: now)
        hasInRelease = message != nil
        hasDetachedSignature = text != nil && detached != nil
        var packets = message?.signatures ?? []
        if message == nil, let detached {
            packets = try ArmoredSignatures.packets(detached, name: "\(directory)/Release.gpg")
        }
        signatures = try MetadataSignature.all(packets, name: directory, keys: keys, now: now)
        acquiresByHash = release.acquireByHash
        validUntil = release.validUntil
        signedBy = release.signedBy.map { $0.split { $0 == "," || $0 == " " || $0 == "\n" }.map(String.init) }
        isNotAutomatic = release.notAutomatic
        identity = Identity(release)
        try takeIndexes(release, directory, open)
    }

    /// What Release and server have of the indexes of packages.
    private mutating func takeIndexes(
        _ release: ReleaseFile, _ directory: String, _ open: (String) throws(Failure) -> ByteSource?
    ) throws(Failure) {
        var indexes: [String: [(form: IndexForm, file: ReleaseFile.File)]] = [:]
        for file in release.files {
            guard let known = Self.endings.first(where: { file.path.hasSuffix($0.ending) }) else { continue }
            let plain = String(file.path.dropLast(known.ending.count))
            guard PathText.lastComponent(plain) == "Packages" else { continue }
            indexes[plain, default: []].append((known.form, file))
        }
        guard !indexes.isEmpty else { return }
        var (listed, hashed) = (Set(MetadataDigest.allCases), Set(MetadataDigest.allCases))
        var forms = Set(IndexForm.allCases)
        var stanzas = Set(MetadataDigest.allCases)
        for (plain, files) in indexes {
            var present: Set<IndexForm> = []
            for (form, file) in files {
                listed.formIntersection(file.digests.keys.compactMap { MetadataDigest(rawValue: $0.rawValue) })
                guard try open("\(directory)/\(file.path)") != nil else { continue }
                present.insert(form)
                for algorithm in file.digests.keys {
                    guard let digest = MetadataDigest(rawValue: algorithm.rawValue),
                        let path = file.byHashPath(algorithm)
                    else { continue }
                    if try open("\(directory)/\(path)") == nil { hashed.remove(digest) }
                }
            }
            // A mirror of some architectures lacks the others.
            if present.isEmpty { continue }
            forms.formIntersection(present)
            if let found = try Self.digests(ofFirstIn: plain, directory, open) { stanzas.formIntersection(found) }
        }
        indexDigests = listed
        byHash = hashed.intersection(listed)
        listsPlainIndex = indexes.values.allSatisfy { $0.contains { $0.form == .plain } }
        if forms != Set(IndexForm.allCases) { indexForms = forms }
        if stanzas != Set(MetadataDigest.allCases) { packageDigests = stanzas }
    }

    /// The digests that the first paragraph of an index has; the others are by the same program.
    ///
    /// - Returns: Nil for an empty index and one that isn't there with gzip.
    private static func digests(
        ofFirstIn plain: String, _ directory: String, _ open: (String) throws(Failure) -> ByteSource?
    ) throws(Failure) -> Set<MetadataDigest>? {
        guard let source = try open("\(directory)/\(plain).gz") else { return nil }
        var first: [UInt8]?
        try PublishedIndex<PackagesIndex>(plain: nil, gzip: source, xz: nil).forEachRecord { _, record in
            first = Array(record)
            return false
        }
        guard let first else { return nil }
        let paragraph = try ControlParagraph(parsing: first, name: "\(directory)/\(plain)")
        let names: [(String, MetadataDigest)] = [
            ("MD5sum", .md5), ("SHA1", .sha1), ("SHA256", .sha256), ("SHA512", .sha512),
        ]
        return Set(names.filter { paragraph[$0.0] != nil }.map(\.1))
    }
}

extension APTMetadataFacts.Identity {
    /// The names of an archive by its Release.
    init(_ release: ReleaseFile) {
        self.init(origin: release.origin, label: release.label, codename: release.codename)
    }
}

extension MetadataSignature {
    /// Reads the fields of signatures, one packet behind the other.
    ///
    /// - Parameters:
    ///   - packets: The signatures, binary.
    ///   - name: What they are of, for messages.
    ///   - keys: The keys that clients have; nil where that isn't known, and then they have those that sign.
    ///   - now: The time of the judgement, in seconds since 1970.
    static func all(
        _ packets: [UInt8], name: String, keys: [Certificate]?, now: Int64
    ) throws(Failure) -> [MetadataSignature] {
        var signatures: [MetadataSignature] = []
        for packet in try Packet.read(packets, name: name) {
            var signature = MetadataSignature(
                try SignaturePacket(packet, name: name), keys: keys ?? [], now: UInt64(max(0, now)))
            if keys == nil { signature.isKnown = true }
            signatures.append(signature)
        }
        return signatures
    }
}

extension ByteSource {
    /// All bytes of a small file.
    ///
    /// - Throws: `.integrity` for a file of more than 64 MiB.
    func small() throws(Failure) -> [UInt8] {
        guard size <= 64 << 20 else { throw Failure(.integrity, "\(name) has \(size) bytes, more than 64 MiB") }
        return try read(Int(size), at: 0)
    }
}
