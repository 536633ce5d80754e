import CLinux
public import Diagnostics
import Glibc

/// What a process does to itself and its children to become, and to supervise, a daemon.
public enum ProcessControl {
    /// On which side of a fork a process is.
    public enum Side: Sendable, Equatable {
        /// The old process, which knows the new one's number.
        case parent(child: Int32)
        /// The new process.
        case child
    }

    /// Splits the process in two; fork(2).
    ///
    /// - Returns: The side that this process is on.
    /// - Throws: Also when the process has several threads, because the others would be missing in the child.
    public static func fork() throws(Failure) -> Side {
        // A thread that was joined may be listed for a moment longer.
        var attempts = 0
        while (try? Directory.open("/proc/self/task").names().count) != 1, attempts < 100 {
            attempts += 1
            System.sleep(milliseconds: 1)
        }
        guard attempts < 100 else {
            throw Failure(.failed, "can't fork a process that has several threads, or without /proc")
        }
        fflush(nil)
        let number = try checked("fork", "this process") { cl_fork() }
        return number == 0 ? .child : .parent(child: number)
    }

    /// Ends the process at once, without the clean-up of exit(3), which is the parent's.
    public static func exitNow(_ status: Int32) -> Never { _exit(status) }

    /// Leaves the terminal and the process group; setsid(2).
    public static func startSession() { setsid() }

    /// Sends a standard stream to a file; dup2(2).
    public static func redirect(_ stream: StandardStream, to file: borrowing FileDescriptor) throws(Failure) {
        try checked("redirect a stream to", file.path) { dup2(file.number, stream.rawValue) }
    }

    /// Closes every descriptor but the standard streams and those listed.
    public static func closeDescriptors(except kept: [Int32]) throws(Failure) {
        for number in try Directory.open("/proc/self/fd").names().compactMap({ Int32($0) })
        where number > 2 && !kept.contains(number) {
            close(number)
        }
    }

    /// Has processes whose parent ends become children of this one, so that none of a service's is lost; prctl(2).
    public static func adoptOrphans() { _ = cl_prctl(PR_SET_CHILD_SUBREAPER, 1) }

    /// Has the kernel send a signal to this process when its parent ends; prctl(2).
    public static func signalOnParentEnd(_ signal: Signal) { _ = cl_prctl(PR_SET_PDEATHSIG, UInt(signal.rawValue)) }

    /// Gives up root for an account, for good.
    ///
    /// - Parameters:
    ///   - user: The account's number.
    ///   - group: The group's number.
    ///   - supplementary: The other groups it is in.
    public static func become(user: UInt32, group: UInt32, supplementary: [UInt32]) throws(Failure) {
        try checked("set the groups of", "this process") { setgroups(supplementary.count, supplementary) }
        try checked("set the group of", "this process") { setgid(group) }
        try checked("set the user of", "this process") { setuid(user) }
    }

    /// Changes the working directory; chdir(2).
    public static func changeDirectory(_ path: String) throws(Failure) {
        try checked("change to the directory", path) { chdir(path) }
    }

    /// Takes the status of a child that has ended; waitpid(2) with WNOHANG.
    ///
    /// - Returns: The child's number and how it ended, or nil when none has.
    public static func reap() -> (process: Int32, end: ProcessEnd)? {
        var status: Int32 = 0
        let process = waitpid(-1, &status, WNOHANG)
        return process > 0 ? (process, ProcessEnd(waitStatus: status)) : nil
    }

    /// Waits for one child's end; waitpid(2).
    public static func wait(for process: Int32) {
        while waitpid(process, nil, 0) == -1 && errno == EINTR {}
    }
}
