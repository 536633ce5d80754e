import ByteIO
import DebFormat
import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

extension APTVerifier {
    /// Compares the content of an index's forms with each other, and takes its stanzas where it has some.
    ///
    /// - Parameter forms: Those that are there, and as listed.
    func verifyContent(_ group: IndexGroup, _ forms: [IndexGroup.Form], _ directory: String) throws(Failure) {
        let readable = forms.filter { $0.compression != nil }
        let listedPlain = group.forms.first.flatMap { $0.suffix.isEmpty ? $0.file : nil }
        let algorithm = listedPlain?.strongest ?? .sha256
        var expected = listedPlain?.digests[algorithm]
        var isRead = group.packages == nil
        for form in readable {
            // A plain form was compared already.
            if form.suffix.isEmpty && isRead { continue }
            let place = "\(directory)/\(form.file.path)"
            try guarding("file-damaged", place) { () throws(Failure) in
                guard let source = try reader.open(place), let compression = form.compression else { return }
                let plain = try PlainReader(source, compression, algorithm)
                if !isRead {
                    isRead = true
                    listed.begin()
                    try verifyStanzas(plain, group, place)
                    listed.end()
                } else {
                    var room = [UInt8](repeating: 0, count: 1 << 18)
                    while try room.withMutableRawBytes({ buffer throws(Failure) in try plain.read(into: buffer) }) > 0 {
                    }
                }
                let found = plain.finish()
                if expected != nil, expected != found {
                    faults.add("forms-differ", place, "it holds another text than \(group.path) has as listed")
                }
                if expected == nil { expected = found }
            }
        }
        if !isRead, !forms.isEmpty {
            listed.begin()
            faults.add(
                .warning, "index-unread", "\(directory)/\(group.path)",
                "it is there in no form that can be read here: plain, gzip or xz")
        }
    }

    /// Looks at each stanza of an index.
    private func verifyStanzas(_ plain: PlainReader, _ group: IndexGroup, _ path: String) throws(Failure) {
        var stanzas = StanzaReader()
        var check = StanzaCheck(architecture: group.packages?.architecture ?? "", path: path, faults: faults)
        var batch: [PackageCheck] = []
        try stanzas.forEach(
            fill: { buffer throws(Failure) in try plain.read(into: buffer) }
        ) { bytes throws(Failure) in
            guard let stanza = check.take(bytes, isOwn: options.isOwn) else { return }
            var hasher = Hasher()
            hasher.combine(bytes: bytes)
            let package = PackageList.Package(size: stanza.size, digest: stanza.digest, stanza: hasher.finalize())
            if let other = listed.add(stanza.filename, package) {
                let isOther = other.digest.count == package.digest.count && other.digest != package.digest
                if isOther || other.size != package.size {
                    faults.add(
                        "package-ambiguous", self.path(stanza.filename),
                        "two indexes list it, each with another size or digest")
                } else if other.stanza == package.stanza {
                    return
                }
            }
            if options.metadataOnly || options.checked?.insert(stanza.filename, package.stanza) == false { return }
            batch.append(PackageCheck(filename: stanza.filename, record: Array(bytes)))
            if batch.count == 64 {
                try verifyPackages(batch)
                batch = []
            }
        }
        try verifyPackages(batch)
    }
}

/// Looks at stanzas one after the other.
private struct StanzaCheck {
    struct Found {
        let filename: String
        let size: UInt64
        let digest: [UInt8]
    }

    let architecture: String
    let path: String
    let faults: FaultList
    private var number = 0
    private var previous: PackagesKey?
    private var isSorted = true
    /// The keys so far; their hashes, since there can be hundreds of thousands.
    private var keys: Set<Int> = []

    init(architecture: String, path: String, faults: FaultList) {
        self.architecture = architecture
        self.path = path
        self.faults = faults
    }

    /// Takes the next stanza.
    ///
    /// - Returns: The package that it lists; nil where that can't be told.
    mutating func take(_ bytes: UnsafeRawBufferPointer, isOwn: Bool) -> Found? {
        number += 1
        do throws(Failure) {
            let stanza = try PackagesStanza(bytes)
            let key = try stanza.key()
            verify(key, isOwn: isOwn)
            let filename = try stanza.text(.filename)
            guard let plain = Self.plain(filename) else {
                faults.add(
                    "filename-unsafe", path,
                    "\(key) has the Filename \(PathText.display(filename)), which isn't a plain path below the root")
                return nil
            }
            for field in [PackagesStanza.Field.md5, .sha1] { _ = try stanza.digest(field) }
            let digests = (try stanza.digest(.sha512), try stanza.digest(.sha256))
            guard let digest = digests.1 ?? digests.0 else {
                faults.add("stanza-weak", path, "\(key) has neither SHA256 nor SHA512; apt doesn't install it")
                return Found(filename: plain, size: try stanza.size(), digest: [])
            }
            return Found(filename: plain, size: try stanza.size(), digest: digest)
        } catch {
            faults.add("stanza-malformed", path, "stanza \(number): \(error.message)")
            return nil
        }
    }

    private mutating func verify(_ key: PackagesKey, isOwn: Bool) {
        if key.architecture != architecture && key.architecture != "all" {
            faults.add("stanza-architecture", path, "\(key) is in the index of \(architecture)")
        }
        if DebVersion(key.version) == nil {
            faults.add(
                "stanza-version", path, "\(key.package) has the version \(PathText.display(key.version)), which is none"
            )
        }
        let isName = key.package.utf8.allSatisfy {
            $0.isDigit || (0x61...0x7A).contains($0 | 0x20) || "+-._".utf8.contains($0)
        }
        if !isName {
            faults.add("stanza-name", path, "a package is called \(PathText.display(key.package)), which is no name")
        }
        if !keys.insert(key.hashValue).inserted {
            faults.add("stanza-duplicate", path, "\(key) is listed twice")
        }
        if isOwn, isSorted, let previous, key < previous {
            isSorted = false
            faults.add("stanzas-unsorted", path, "\(key) stands behind \(previous)")
        }
        previous = key
    }

    /// A Filename without `./` before it; nil for what isn't a path below the root.
    private static func plain(_ filename: String) -> String? {
        let text = filename.hasPrefix("./") ? String(filename.dropFirst(2)) : filename
        return ReleaseFile.problem(ofPath: text) == nil ? text : nil
    }
}
