/// What an init script is asked for; LSB 5, "Init Script Actions".
public enum ServiceVerb: String, Sendable, CaseIterable {
    /// Starts the service; one that runs is left alone.
    case start
    /// Stops the service; one that doesn't run is fine.
    case stop
    /// Stops it if it runs, and starts it.
    case restart
    /// Restarts it if it runs.
    case tryRestart = "try-restart"
    /// As `try-restart`: an agent reads its configuration when it starts.
    case forceReload = "force-reload"
    /// Says whether it runs.
    case status
}

/// Exit statuses of an init script; LSB 5, "Init Script Actions".
enum InitStatus {
    /// Done; `status`: it runs.
    static let done: Int32 = 0
    /// Failed for another reason.
    static let failed: Int32 = 1
    /// `status`: it doesn't run, but its pid file is there.
    static let deadWithRecord: Int32 = 1
    /// Unknown or excess arguments.
    static let wrongArguments: Int32 = 2
    /// `status`: it doesn't run.
    static let stopped: Int32 = 3
    /// The user has no right to do it; `status`: unknown.
    static let forbidden: Int32 = 4
    /// The agent's program is missing.
    static let notInstalled: Int32 = 5
    /// The agent isn't configured.
    static let notConfigured: Int32 = 6
}
