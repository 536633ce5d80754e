/// The exit codes that all programs of the project share.
///
/// They are a contract with scripts: a code keeps its meaning in every later version.
public enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done.
    case done = 0
    /// The work failed for a reason that no other code names.
    case failed = 1
    /// An integrity or signature check failed; nothing was written.
    case integrity = 2
    /// A requirement, a preflight check or a tool that is needed is missing.
    case requirement = 3
    /// The licence was not accepted.
    case licenseDeclined = 4
    /// An older version, a package that another package manager owns, or another run that holds the lock.
    case conflict = 5
    /// The command line or an input file is wrong.
    case usage = 64
    /// The user stopped the run (SIGINT).
    case interrupted = 130
}
