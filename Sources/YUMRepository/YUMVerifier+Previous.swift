import RepositoryFiles

extension YUMVerifier {
    /// Compares a list with one that clients have seen.
    ///
    /// yum 3 keeps what it has when the newest time stamp is older (`_latestRepomdXML` of its yumRepo.py); whoever shows an
    /// older revision hides what came since.
    func verifyOrder(of repomd: Repomd, _ faults: inout FaultList) {
        guard let previous = options.previous else { return }
        let place = path(RepositoryFileNames.index)
        if let then = previous.revision.flatMap({ Int64($0) }), let now = repomd.revision.flatMap({ Int64($0) }),
            now < then
        {
            faults.fail("revision-backwards", place, "revision \(now) is before \(then), which clients have seen")
        }
        if let then = previous.data.compactMap(\.timestamp).max(), let now = repomd.data.compactMap(\.timestamp).max(),
            now < then
        {
            faults.fail(
                "timestamp-backwards", place,
                "its newest time stamp, \(now), is before \(then), which clients have seen: yum 3 (EL 7) keeps that")
        }
    }
}
