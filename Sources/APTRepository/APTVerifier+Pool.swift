import DebFormat
import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

/// A package that an index lists.
struct PackageCheck: Sendable {
    let filename: String
    let record: [UInt8]
}

extension APTVerifier {
    /// The fields that apt and dpkg act on, in which index and package must agree.
    ///
    /// Others, such as Section and Priority, are the archive's to change.
    private static let binding = [
        "Package", "Version", "Architecture", "Multi-Arch", "Essential", "Protected", "Pre-Depends", "Depends",
        "Recommends", "Conflicts", "Breaks", "Replaces", "Provides",
    ]

    /// Looks at packages, on several threads.
    func verifyPackages(_ packages: [PackageCheck]) throws(Failure) {
        let count = max(1, min(options.threads, packages.count))
        try Threads.run(count) { thread throws(Failure) in
            var index = thread
            while index < packages.count {
                let package = packages[index]
                try guarding("unreadable", path(package.filename)) { () throws(Failure) in try verify(package) }
                index += count
            }
        }
    }

    private func verify(_ package: PackageCheck) throws(Failure) {
        let record = try PackagesStanza(package.record)
        let place = path(package.filename)
        guard let source = try reader.open(place) else {
            faults.add("package-missing", place, "an index lists it, and it isn't there")
            return
        }
        let size = try record.size()
        guard source.size == size else {
            faults.add("package-size", place, "expected \(size) bytes, found \(source.size)")
            return
        }
        var listed: [(field: PackagesStanza.Field, algorithm: MessageDigest.Algorithm, digest: [UInt8])] = []
        let kinds: [(PackagesStanza.Field, MessageDigest.Algorithm)] = [
            (.md5, .md5), (.sha1, .sha1), (.sha256, .sha256), (.sha512, .sha512),
        ]
        for (field, algorithm) in kinds {
            if let digest = try record.digest(field) { listed.append((field, algorithm, digest)) }
        }
        for (expected, found) in zip(listed, try source.digests(listed.map(\.algorithm))) where expected.digest != found
        {
            faults.add(
                "package-digest", place,
                "expected the \(expected.field.name) \(Hexadecimal.text(expected.digest)), found \(Hexadecimal.text(found))"
            )
            return
        }
        try compare(source, with: package.record, place)
    }

    /// Compares what a package says of itself with what the index says of it.
    private func compare(_ source: ByteSource, with record: [UInt8], _ place: String) throws(Failure) {
        let control: ControlParagraph
        do throws(Failure) {
            control = try DebFile(source).control
        } catch {
            // A package that is packed in a way that isn't read here, zstd for one, is nobody's fault.
            if error.code == .integrity { faults.add("package-damaged", place, error.message) }
            return
        }
        let listed = try ControlParagraph(parsing: record, name: "the stanza")
        for field in Self.binding {
            let (own, other) = (control[field] ?? "", listed[field] ?? "")
            // Further lines of a list are as good as one.
            func words(_ text: String) -> [Substring.UTF8View] {
                text.utf8.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
            }
            guard !words(own).elementsEqual(words(other), by: { $0.elementsEqual($1) }) else { continue }
            faults.add(
                "package-differs", place,
                "its \(field) is \"\(PathText.display(own))\", and \"\(PathText.display(other))\" in the index")
        }
    }

    /// Finds packages that no index lists.
    func verifyPool() throws(Failure) {
        try findOrphans("pool", depth: 0)
    }

    private func findOrphans(_ directory: String, depth: Int) throws(Failure) {
        guard depth < 16 else { return }
        try guarding("unreadable", path(directory)) { () throws(Failure) in
            for entry in try entries(path(directory)) ?? [] {
                let place = "\(directory)/\(entry.name)"
                if entry.isDirectory {
                    try findOrphans(place, depth: depth + 1)
                } else if entry.name.hasSuffix(".deb") || entry.name.hasSuffix(".udeb"), !listed.contains(place) {
                    faults.add("package-orphan", path(place), "no index lists it")
                }
            }
        }
    }
}
