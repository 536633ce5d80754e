import Diagnostics
import LinuxIO
import RepositoryFiles
import SiteStorage

extension SiteVerifier {
    /// The store: what is offered can be read by everybody, and what nothing offers is told.
    ///
    /// No client is told of the latter, and a publisher that was killed leaves some: a warning.
    func verifyStore(_ report: inout Report) throws(Failure) {
        let site = try SiteDirectory(path)
        let current = try site.current()
        var used = StoredFiles()
        var isKnown = true
        for number in try site.finished() {
            do throws(Failure) {
                try used.add(try SiteState(path, context: context, generation: number))
            } catch {
                let fault = try RepositoryFault(
                    error, "generation-damaged", path: SiteDirectory.path(ofGeneration: number))
                // What is wrong with the one that is served was told.
                if number != current {
                    report.faults.append(RepositoryFault(.warning, fault.id, path: fault.path, fault.message))
                }
                isKnown = false
            }
        }
        let offered = isKnown ? used.paths(below: "store") : nil
        var modes = PublishedModes(try DirectoryReader(path), .exact) { offered?.contains($0) ?? true }
        try modes.look(at: "", only: ["store"])
        report.faults += modes.found
        guard isKnown else { return }
        for path in try used.orphans(in: try PackageStore(site)) {
            report.faults.append(
                RepositoryFault(
                    .warning, "store-orphan", path: "store/" + path,
                    "nothing offers it; agentpack repo prune removes it"))
        }
    }
}

extension ByteSource {
    /// Whether another one has the same bytes.
    func isSame(as other: ByteSource) throws(Failure) -> Bool {
        guard size == other.size else { return false }
        var place: UInt64 = 0
        while place < size {
            let count = Int(min(1 << 20, size - place))
            guard try read(count, at: place) == other.read(count, at: place) else { return false }
            place += UInt64(count)
        }
        return true
    }
}
