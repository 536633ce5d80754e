public import Diagnostics

/// What an installation's steps need from outside: the machine they work on, and where their words go.
public struct SetupContext: Sendable {
    /// `/`, or the directory of an image (`--root`).
    public var basePath: String
    /// Whether the service may be started; false for an image and with `--no-start`.
    public var startsService: Bool
    /// Told each step before it is taken, and each warning.
    public var report: @Sendable (String) -> Void
    /// Told bytes done and bytes in all while content is written.
    public var progress: @Sendable (UInt64, UInt64) -> Void
    /// The installation's log.
    public var log: InstallLog
    /// Throws `.interrupted` when somebody has asked the run to stop; asked as long as everything can be taken back.
    public var checkStop: @Sendable () throws(Failure) -> Void

    /// Makes a context.
    public init(
        basePath: String = "/", startsService: Bool = true, log: InstallLog = InstallLog(),
        checkStop: @escaping @Sendable () throws(Failure) -> Void = { () throws(Failure) in },
        report: @escaping @Sendable (String) -> Void = { _ in },
        progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
    ) {
        self.basePath = basePath
        self.startsService = startsService
        self.log = log
        self.checkStop = checkStop
        self.report = report
        self.progress = progress
    }

    /// Whether this installs into an image rather than the running system.
    public var isImage: Bool { basePath != "/" }

    /// Says what comes next, on the screen and in the log.
    func step(_ text: String) {
        report(text)
        log.add(text)
    }
}
