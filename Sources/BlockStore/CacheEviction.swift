import Diagnostics
import LinuxIO

extension BlockCache {
    /// The directory in which entries are written before they get their names.
    static let staging = "staging"
    private static let lockName = "lock"
    /// Staged files that are older belong to nobody any more.
    private static let stagingLifetime: Int64 = 3600

    private struct Candidate {
        let path: String
        let size: UInt64
        let used: Timestamp
    }

    /// Removes entries, least recently used first, until the cache is at nine tenths of its limit.
    ///
    /// Does nothing while another process does it. Entries that vanish meanwhile are none of its business, and a file
    /// that is removed while it is being read stays whole for its reader.
    func removeLeastRecentlyUsed() throws(Failure) {
        let lock = try directory.file(Self.lockName, [.readWrite, .create])
        guard try lock.lock() else { return }
        try removeOldStaging()
        var candidates: [Candidate] = []
        var total: UInt64 = 0
        for shard in try directory.names() where shard.utf8.count == 2 {
            for name in try directory.directory(shard).names() {
                let path = shard + "/" + name
                guard let status = try directory.status(path), status.kind == .file else { continue }
                candidates.append(Candidate(path: path, size: status.size, used: status.modified))
                total += status.size
            }
        }
        guard total > sizeLimit else { return }
        candidates.sort { left, right in
            (left.used.seconds, left.used.nanoseconds, left.path) < (
                right.used.seconds, right.used.nanoseconds, right.path
            )
        }
        for candidate in candidates {
            guard total > sizeLimit / 10 * 9 else { return }
            try directory.removeFile(candidate.path)
            total -= candidate.size
        }
    }

    private func removeOldStaging() throws(Failure) {
        guard try directory.status(Self.staging) != nil else { return }
        for name in try directory.directory(Self.staging).names() {
            let path = Self.staging + "/" + name
            guard let status = try directory.status(path) else { continue }
            if status.modified.seconds < System.now - Self.stagingLifetime { try directory.removeFile(path) }
        }
    }
}
