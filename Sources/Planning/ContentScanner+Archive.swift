import Archives
import DefinitionFiles
import Diagnostics
import Digests
import LinuxIO
import Product

extension ContentScanner {
    /// Adds an archive's members, whose bytes go into a spool and are hashed on the way.
    mutating func scanArchive(_ source: Located<String>, _ stripComponents: Int, _ scope: inout RuleScope) {
        guard let status = find(source) else { return }
        guard status.kind == .file else {
            return report("\(PathText.display(source.value)) is \(status.kind.words), not an archive", scope)
        }
        scope.sourceName = source.value
        let before = candidates.count
        let found = problems.count
        do throws(Failure) {
            let spool = SpoolWriter(
                try Spool(in: environment.temporaryDirectory), hashesMD5: environment.hashesMD5)
            var archive = try ArchiveReader(path(of: source.value))
            var contents: [PathKey: Candidate.Content] = [:]
            while let member = try archive.next() {
                guard let entry = member.strippingComponents(stripComponents) else { continue }
                try addMember(entry, of: &archive, spool, &contents, &scope)
            }
            if candidates.count == before, problems.count == found {
                problems.append(
                    Problem(
                        at: source.location, "\(PathText.display(source.value)) has nothing to pack",
                        hints: stripComponents > 0 ? ["Lower \"strip_components\", or check \"exclude\"."] : []))
            }
        } catch {
            problems.append(Problem(at: source.location, failure: error))
        }
    }

    /// Adds one member; `contents` holds the earlier ones, which hard links refer to.
    private mutating func addMember(
        _ entry: ArchiveEntry, of archive: inout ArchiveReader, _ spool: SpoolWriter,
        _ contents: inout [PathKey: Candidate.Content], _ scope: inout RuleScope
    ) throws(Failure) {
        let name = "\(PathText.display(scope.sourceName)): \(PathText.display(entry.path))"
        guard let path = String(validating: entry.path, as: UTF8.self) else {
            return report("\(name) has a name that isn't UTF-8", scope, hints: ["Leave it out with \"exclude\"."])
        }
        if scope.exclusions.excludesOrHolds(path) { return }
        let content: Candidate.Content
        switch entry.kind {
        case .refused(let reason): return report("\(name) can't be packed: \(reason)", scope)
        case .directory: content = .directory
        case .file(let size):
            content = .hashed(try spool.add(size: size, name: name, from: &archive, progress))
        case .link(let target):
            guard let text = String(validating: target, as: UTF8.self) else {
                return report("\(name) is a link to a name that isn't UTF-8", scope)
            }
            content = .link(target: text, isDeclared: false)
        case .hardLink(let target):
            guard let text = String(validating: target, as: UTF8.self), let known = contents[PathKey(text)] else {
                return report(
                    "\(name) is a hard link to \(PathText.display(target)), which isn't in the archive before it or "
                        + "is left out", scope)
            }
            content = known
        }
        let place = scope.target(path)
        if place.isEmpty { return }
        contents[PathKey(path)] = content
        add(content, at: place, name, scope, sourceMode: entry.mode)
    }
}

/// Fills a spool.
private final class SpoolWriter {
    private let spool: Spool
    private let hashesMD5: Bool
    private var end: UInt64 = 0

    init(_ spool: Spool, hashesMD5: Bool) {
        self.spool = spool
        self.hashesMD5 = hashesMD5
    }

    /// Takes over the content of the archive's current member.
    func add(
        size: UInt64, name: String, from archive: inout ArchiveReader, _ progress: ProgressCounter
    ) throws(Failure) -> PlannedFile {
        let start = end
        let digest = FileDigest(withMD5: hashesMD5)
        var head: [UInt8] = []
        progress.update { $0.totalBytes += size }
        try archive.readContent { bytes throws(Failure) in
            if head.isEmpty { head = Array(bytes.prefix(ELFHeader.byteCount)) }
            digest.update(bytes)
            try spool.append(bytes)
            end += UInt64(bytes.count)
            progress.update { $0.bytes += UInt64(bytes.count) }
        }
        progress.update { $0.files += 1 }
        let digests = digest.finish()
        return PlannedFile(
            size: size, digest: digests.sha256, md5: digests.md5,
            source: .spooled(spool, offset: start, size: size, name: name), machine: ELFHeader(head)?.machine)
    }
}
