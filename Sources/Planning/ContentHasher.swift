import ByteIO
import DefinitionFiles
import Diagnostics
import Digests
import LinuxIO
import Product

/// Hashes the files of a source tree, several at a time.
struct ContentHasher {
    let threads: Int
    let hashesMD5: Bool
    let progress: ProgressCounter

    /// Hashes what candidates have not been hashed yet; the result doesn't depend on the number of threads.
    ///
    /// - Parameter candidates: The candidates; their files become `.hashed`.
    /// - Returns: A problem for each file that can't be read or changes meanwhile.
    func hash(_ candidates: inout [Candidate]) -> [Problem] {
        let jobs = candidates.enumerated().compactMap { index, candidate -> Job? in
            guard case .file(let source, let size) = candidate.content else { return nil }
            return Job(index: index, source: source, size: size)
        }
        progress.update { $0.totalBytes += jobs.reduce(0) { $0 + $1.size } }
        let work = Monitor(Work(results: Array(repeating: nil, count: jobs.count)))
        let worker: @Sendable (Int) throws(Failure) -> Void = { _ throws(Failure) in
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            while let range = work.with({ $0.take(upTo: 16) }) {
                let results = jobs[range].map { result(of: $0, &buffer) }
                work.with { $0.results.replaceSubrange(range, with: results) }
            }
        }
        // Workers report through their results and never throw.
        try? Threads.run(min(threads, max(1, jobs.count)), worker)
        var problems: [Problem] = []
        for (job, result) in zip(jobs, work.with { $0.results }) {
            switch result {
            case .success(let file): candidates[job.index].content = .hashed(file)
            case .failure(let failure):
                problems.append(Problem(at: candidates[job.index].origin.location, failure: failure))
            case nil: break
            }
        }
        return problems
    }

    private struct Job: Sendable {
        let index: Int
        let source: FileSource
        let size: UInt64
    }

    private struct Work {
        var next = 0
        var results: [Result<PlannedFile, Failure>?]

        mutating func take(upTo count: Int) -> Range<Int>? {
            guard next < results.count else { return nil }
            let range = next..<min(next + count, results.count)
            next = range.upperBound
            return range
        }
    }

    private func result(of job: Job, _ buffer: inout [UInt8]) -> Result<PlannedFile, Failure> {
        do throws(Failure) {
            return .success(try hash(job, &buffer))
        } catch {
            return .failure(error)
        }
    }

    private func hash(_ job: Job, _ buffer: inout [UInt8]) throws(Failure) -> PlannedFile {
        let file = try job.source.open()
        let digest = FileDigest(withMD5: hashesMD5)
        var head: [UInt8] = []
        var offset: UInt64 = 0
        while offset < job.size {
            let count = Int(min(UInt64(buffer.count), job.size - offset))
            try buffer.withMutableRawBytes { raw throws(Failure) in
                let part = UnsafeMutableRawBufferPointer(rebasing: raw[..<count])
                try file.read(at: offset, into: part)
                if offset == 0 { head = Array(part.prefix(ELFHeader.byteCount)) }
                digest.update(UnsafeRawBufferPointer(part))
            }
            offset += UInt64(count)
            progress.update { $0.bytes += UInt64(count) }
        }
        progress.update { $0.files += 1 }
        let digests = digest.finish()
        return PlannedFile(
            size: job.size, digest: digests.sha256, md5: digests.md5, source: job.source,
            machine: ELFHeader(head)?.machine)
    }
}
