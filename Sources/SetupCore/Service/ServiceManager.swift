import Diagnostics
import LinuxIO

/// What starts services on a machine.
public enum ServiceManager: String, Sendable, Equatable {
    /// systemd is process 1.
    case systemd
    /// systemd is installed but doesn't run: an image, or a container without an init.
    case systemdOffline = "systemd-offline"
    /// SysV init, or upstart in its place, is process 1.
    case sysv
    /// None that is known.
    case none

    /// Finds a machine's manager.
    ///
    /// - Parameter files: The machine; of an image only what is installed counts.
    static func detect(_ files: HostFiles) throws(Failure) -> ServiceManager {
        if files.basePath == "/" {
            if try files.hasDirectory("/run/systemd/system") { return .systemd }
            // OpenRC also has /etc/init.d, with scripts of another kind.
            let name = try files.text("/proc/1/comm")?.split(separator: "\n").first
            if name == "init", try files.hasDirectory("/etc/init.d"), try files.status("/sbin/openrc-run") == nil {
                return .sysv
            }
        }
        return try isSystemdInstalled(files) ? .systemdOffline : .none
    }

    /// Whether the machine has systemd's program, or runs it from somewhere unusual.
    static func isSystemdInstalled(_ files: HostFiles) throws(Failure) -> Bool {
        if try hasSystemdProgram("systemd", files) { return true }
        guard files.basePath == "/" else { return false }
        return try files.hasDirectory("/run/systemd/system")
    }

    /// Whether `systemctl enable` can handle an init script beside a unit of the same name; without that program it
    /// fails for both.
    static func canSynchronizeScripts(_ files: HostFiles) throws(Failure) -> Bool {
        try hasSystemdProgram("systemd-sysv-install", files)
    }

    private static func hasSystemdProgram(_ name: String, _ files: HostFiles) throws(Failure) -> Bool {
        for directory in ["/usr/lib/systemd/", "/lib/systemd/"] where try files.status(directory + name) != nil {
            return true
        }
        return false
    }
}
