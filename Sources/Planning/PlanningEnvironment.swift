public import LinuxIO

/// What planning takes from its surroundings, besides manifest and source tree.
public struct PlanningEnvironment: Sendable {
    /// The value of SOURCE_DATE_EPOCH; see `ContentTime`.
    public var sourceDateEpoch: String?
    /// Where archives are unpacked.
    public var temporaryDirectory: String
    /// Whether files get an MD5, too.
    public var hashesMD5 = false
    /// How many threads hash files; the plan doesn't depend on it.
    public var threads: Int
    /// Called during long scans, on any thread but never twice at once.
    public var progress: (@Sendable (PlanningProgress) -> Void)?

    /// Makes surroundings from their parts.
    public init(
        sourceDateEpoch: String? = nil, temporaryDirectory: String = "/var/tmp",
        threads: Int = Threads.processorCount, progress: (@Sendable (PlanningProgress) -> Void)? = nil
    ) {
        self.sourceDateEpoch = sourceDateEpoch
        self.temporaryDirectory = temporaryDirectory
        self.threads = threads
        self.progress = progress
    }

    /// The surroundings of this process: SOURCE_DATE_EPOCH and TMPDIR, or /var/tmp, which is on a disk where /tmp
    /// often isn't.
    ///
    /// - Parameter progress: Called during long scans.
    /// - Returns: The surroundings.
    public static func process(progress: (@Sendable (PlanningProgress) -> Void)? = nil) -> PlanningEnvironment {
        let temporary = System.environment("TMPDIR") ?? ""
        return PlanningEnvironment(
            sourceDateEpoch: System.environment("SOURCE_DATE_EPOCH"),
            temporaryDirectory: temporary.isEmpty ? "/var/tmp" : temporary, progress: progress)
    }
}

/// How far planning is.
public struct PlanningProgress: Sendable, Equatable {
    /// Paths found so far.
    public var found: Int
    /// Files hashed so far.
    public var files: Int
    /// Bytes hashed so far.
    public var bytes: UInt64
    /// Bytes that the files found so far hold.
    public var totalBytes: UInt64

    /// Makes progress from its numbers.
    public init(found: Int = 0, files: Int = 0, bytes: UInt64 = 0, totalBytes: UInt64 = 0) {
        self.found = found
        self.files = files
        self.bytes = bytes
        self.totalBytes = totalBytes
    }
}

/// Adds up progress over threads and reports it.
final class ProgressCounter: Sendable {
    private let state = Monitor(PlanningProgress())
    private let report: (@Sendable (PlanningProgress) -> Void)?

    init(_ report: (@Sendable (PlanningProgress) -> Void)?) { self.report = report }

    /// Changes the numbers, then reports them.
    func update(_ change: (inout PlanningProgress) -> Void) {
        guard let report else { return }
        state.with { progress in
            change(&progress)
            report(progress)
        }
    }
}
