public import Diagnostics

/// Something about the cache that a person may want to know; none of it fails a build.
public enum CacheNotice: Sendable, Equatable {
    /// An entry was damaged or held something else, so the block was made again.
    case rebuilt(entry: String, reason: String)
    /// The cache can't be written, so this run keeps nothing more; said once.
    case notWritable(Failure)
    /// There is no cache in this run.
    case unavailable(Failure)
    /// The key can't be kept, so later runs will have to check this run's entries.
    case keyNotKept(Failure)

    /// The notice in a sentence.
    public var text: String {
        switch self {
        case .rebuilt(let entry, let reason): "the cache entry \(entry) was made again: \(reason)"
        case .notWritable(let failure): "nothing more is kept in the cache: \(Self.words(failure))"
        case .unavailable(let failure): "there is no cache in this run: \(Self.words(failure))"
        case .keyNotKept(let failure): "the cache's key can't be kept: \(Self.words(failure))"
        }
    }

    private static func words(_ failure: Failure) -> String {
        failure.cause.map { "\(failure.message): \($0)" } ?? failure.message
    }
}
