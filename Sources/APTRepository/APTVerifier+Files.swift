import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles

extension APTVerifier {
    /// Looks at all that Release files list, on several threads.
    func verifyFiles(_ distributions: [APTDistribution]) throws(Failure) {
        var work: [(APTDistribution, [IndexGroup], IndexGroup)] = []
        for distribution in distributions {
            let groups = IndexGroup.groups(distribution.release)
            verifyArchitectures(distribution, groups)
            try verifyUnlisted(distribution)
            work += groups.map { (distribution, groups, $0) }
        }
        // The largest come first, so that no thread is left with one at the end.
        let tasks = work.sorted { $0.2.size > $1.2.size }
        let next = Monitor(0)
        try Threads.run(max(1, min(options.threads, tasks.count))) { _ throws(Failure) in
            while true {
                let index = next.with { value in
                    value += 1
                    return value - 1
                }
                guard index < tasks.count else { return }
                let (distribution, groups, group) = tasks[index]
                try verify(group, among: groups, of: distribution)
            }
        }
    }

    /// Looks at an index in all of its forms.
    private func verify(
        _ group: IndexGroup, among groups: [IndexGroup], of distribution: APTDistribution
    ) throws(Failure) {
        let directory = path("dists/\(distribution.codename)")
        var present: [IndexGroup.Form] = []
        var missing: [IndexGroup.Form] = []
        for form in group.forms {
            let place = "\(directory)/\(form.file.path)"
            var isPresent: Bool?
            var isWhole = false
            try guarding("unreadable", place) { () throws(Failure) in
                let source = try reader.open(place)
                isPresent = source != nil
                guard let source else { return }
                isWhole = try verify(source, form.file, place)
            }
            if isPresent == true {
                if isWhole { present.append(form) }
                if distribution.release.acquireByHash { try verifyByHash(form.file, group, directory) }
            } else if isPresent == false {
                missing.append(form)
            }
        }
        for form in missing where options.isOwn || form.isMissed(in: group, missing) {
            faults.add("file-missing", "\(directory)/\(form.file.path)", "Release lists it, and it isn't there")
        }
        try verifyPresence(group, isPresent: !present.isEmpty, directory, distribution)
        try verifyContent(group, present, directory)
        try verifyContents(group, present, among: groups, directory)
    }

    /// Compares a file with what is said of it, by every digest.
    ///
    /// - Returns: Whether it is that file.
    private func verify(
        _ source: ByteSource, _ file: ReleaseFile.File, _ path: String
    ) throws(Failure) -> Bool {
        guard source.size == file.size else {
            faults.add("file-size", path, "expected \(file.size) bytes, found \(source.size)")
            return false
        }
        let algorithms = file.digests.keys.sorted { $0.rawValue < $1.rawValue }
        for (algorithm, found) in zip(algorithms, try source.digests(algorithms)) {
            guard let expected = file.digests[algorithm], found != expected else { continue }
            faults.add(
                "file-digest", path,
                "expected the \(ReleaseFile.name(of: algorithm)) \(Hexadecimal.text(expected)), "
                    + "found \(Hexadecimal.text(found))")
            return false
        }
        return true
    }

    /// Looks for a file by its digests.
    ///
    /// apt asks by the strongest one alone, then by name, which isn't safe while the archive changes;
    /// `pkgAcqTransactionItem::QueueURI` of apt-pkg/acquire-item.cc.
    private func verifyByHash(
        _ file: ReleaseFile.File, _ group: IndexGroup, _ directory: String
    ) throws(Failure) {
        if !options.isOwn {
            // Mirrors leave out by-hash as a whole; apt goes on to the plain names.
            let canList = try entries(directory) != nil
            if canList, try entries("\(directory)/\(group.directory)by-hash") == nil { return }
        }
        for algorithm in file.digests.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            guard let digest = file.digests[algorithm], let name = file.byHashPath(algorithm) else { continue }
            let place = "\(directory)/\(name)"
            try guarding("unreadable", place) { () throws(Failure) in
                guard let source = try reader.open(place) else {
                    if options.isOwn || algorithm == file.strongest {
                        faults.add(
                            "by-hash-missing", place, "clients that ask for \(file.path) by its digest don't find it")
                    }
                    return
                }
                guard source.size == file.size, try source.digest(algorithm) == digest else {
                    faults.add("by-hash-wrong", place, "its content isn't what its name says")
                    return
                }
            }
        }
    }

    /// Whether a client that asks for an index gets it in some form.
    private func verifyPresence(
        _ group: IndexGroup, isPresent: Bool, _ directory: String, _ distribution: APTDistribution
    ) throws(Failure) {
        guard group.packages != nil || group.name == "Sources" else { return }
        let place = "\(directory)/\(group.path)"
        let hasStrong = group.forms.contains { ($0.file.digests[.sha256] ?? $0.file.digests[.sha512]) != nil }
        // apt finds an index by its plain name, whatever form it fetches: pkgAcqMetaClearSig::QueueIndexes.
        if group.forms.first?.suffix.isEmpty != true {
            faults.add("plain-unlisted", place, "Release lists compressed forms alone, so clients don't find them")
        }
        if !hasStrong {
            faults.add("digests-weak", place, "it has neither SHA256 nor SHA512; apt takes MD5 and SHA-1 for nothing")
        }
        guard !isPresent, !options.isOwn, group.packages != nil else { return }
        // A mirror of some architectures or components alone lacks the whole directory of the others.
        let canList = try entries(path("dists")) != nil
        if canList, try entries(PathText.parent(place)) == nil { return }
        // Nobody fetches an empty index.
        if group.forms.first?.file.size == 0 { return }
        listed.begin()
        faults.add("index-missing", place, "Release lists it, and no form of it is there as listed")
    }

    /// Whether declared architectures and components, and the indexes of packages agree.
    private func verifyArchitectures(_ distribution: APTDistribution, _ groups: [IndexGroup]) {
        let release = distribution.release
        let place = path("dists/\(distribution.codename)/Release")
        // Components may have a prefix that the directories lack, as updates/main of security.debian.org has.
        let components = release.components.map { name in
            (name: name, directories: Set([name, name.split(separator: "/").last.map(String.init) ?? name]))
        }
        for architecture in release.architectures where architecture != "all" && architecture != "source" {
            for component in components {
                let isListed = groups.contains { group in
                    guard let index = group.packages else { return false }
                    return index.architecture == architecture && component.directories.contains(index.component)
                }
                if isListed { continue }
                faults.add(
                    "packages-unlisted", place,
                    "it declares \(component.name) and \(architecture), and lists no Packages of both")
            }
        }
        // Nobody misses an empty index.
        for group in groups where group.size > 0 {
            guard let index = group.packages else { continue }
            let architectures = release.architectures
            if !architectures.isEmpty, index.architecture != "all", !architectures.contains(index.architecture) {
                faults.add(
                    "architecture-undeclared", place,
                    "it lists \(group.path), and \(index.architecture) isn't in Architectures")
            }
            let isDeclared = components.contains { component in
                // Indexes for installers are below: main/debian-installer.
                component.directories.contains { index.component == $0 || index.component.hasPrefix($0 + "/") }
            }
            if !components.isEmpty, !isDeclared {
                faults.add(
                    "component-undeclared", place, "it lists \(group.path), and \(index.component) isn't in Components")
            }
        }
    }

    /// Finds what lies below `dists` and isn't listed.
    private func verifyUnlisted(_ distribution: APTDistribution) throws(Failure) {
        var paths = Set(distribution.release.files.map(\.path))
        paths.formUnion(["InRelease", "Release", "Release.gpg"])
        try findUnlisted(path("dists/\(distribution.codename)"), "", paths)
    }

    /// Whether a file that no Release lists is one that was left over; distributions have others there, too.
    private static func isSuspicious(_ name: String) -> Bool {
        ["Packages", "Sources", "InRelease", "Release", "."].contains { name.hasPrefix($0) }
            || [".new", ".tmp", ".part", ".bak", "~"].contains { name.hasSuffix($0) }
    }

    private func findUnlisted(_ place: String, _ directory: String, _ paths: Set<String>) throws(Failure) {
        try guarding("unreadable", place) { () throws(Failure) in
            for entry in try entries(place) ?? [] {
                let path = directory.isEmpty ? entry.name : "\(directory)/\(entry.name)"
                if entry.isDirectory {
                    // Older states stay there for slow clients.
                    if entry.name == "by-hash" { continue }
                    // A codename of its own, as bookworm/updates below bookworm.
                    let names = try entries("\(place)/\(entry.name)") ?? []
                    if names.contains(where: { $0.name == "InRelease" || $0.name == "Release.gpg" }) { continue }
                    try findUnlisted("\(place)/\(entry.name)", path, paths)
                } else if !paths.contains(path) {
                    guard options.isOwn || Self.isSuspicious(entry.name) else { continue }
                    faults.add(
                        "file-unlisted", "\(place)/\(entry.name)", "Release doesn't list it, so no client believes it")
                }
            }
        }
    }
}

extension IndexGroup.Form {
    /// Whether clients miss a form of an index: others are there, and it is no plain one, which mirrors leave out since all
    /// clients take compressed ones.
    fileprivate func isMissed(in group: IndexGroup, _ missing: [IndexGroup.Form]) -> Bool {
        let isFetched = group.packages != nil || group.name == "Sources"
        return isFetched && !suffix.isEmpty && missing.count < group.forms.count
    }
}

extension IndexGroup {
    /// Bytes of its text where that is listed, else of its largest form.
    fileprivate var size: UInt64 {
        if let plain = forms.first, plain.suffix.isEmpty { return plain.file.size }
        return forms.map(\.file.size).max() ?? 0
    }
}

/// A digest that several hands work on.
private final class RunningDigest {
    private var digest: MessageDigest?

    init(_ algorithm: MessageDigest.Algorithm) throws(Failure) { digest = try MessageDigest(algorithm) }

    func update(_ bytes: UnsafeRawBufferPointer) { digest?.update(bytes) }

    func finish() -> [UInt8] { digest.take()?.finish() ?? [] }
}

extension ByteSource {
    /// The digests of all bytes, which are read once.
    func digests(_ algorithms: [MessageDigest.Algorithm]) throws(Failure) -> [[UInt8]] {
        var running: [RunningDigest] = []
        for algorithm in algorithms { running.append(try RunningDigest(algorithm)) }
        try forEachPiece { piece throws(Failure) in
            for digest in running { digest.update(piece) }
        }
        return running.map { $0.finish() }
    }

    /// The digest of all bytes.
    func digest(_ algorithm: MessageDigest.Algorithm) throws(Failure) -> [UInt8] { try digests([algorithm])[0] }
}
