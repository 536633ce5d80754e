import CLinux
public import Diagnostics
import Glibc

/// Facts about this process and this machine.
public enum System {
    /// This process's number.
    public static var processID: Int32 { getpid() }
    /// The effective user's number; 0 is root.
    public static var effectiveUser: UInt32 { geteuid() }
    /// The parent's process number.
    public static var parentID: Int32 { getppid() }

    /// Seconds since 1970 by the machine's clock.
    public static var now: Int64 { Int64(time(nil)) }

    /// Nanoseconds since some start that don't jump when the clock is set; CLOCK_MONOTONIC.
    public static var monotonicNanoseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    /// Waits.
    ///
    /// - Parameter milliseconds: How long.
    public static func sleep(milliseconds: Int) {
        var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        var rest = timespec()
        while nanosleep(&left, &rest) == -1 && errno == EINTR { left = rest }
    }

    /// The machine's name, and the kernel's name, release and machine; uname(2).
    public static var kernel: (host: String, release: String, machine: String) {
        var names = utsname()
        uname(&names)
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return (text(names.nodename), text(names.release), text(names.machine))
    }

    /// A variable of the environment.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Its value, or nil.
    public static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Removes a variable from the environment.
    public static func unsetEnvironment(_ name: String) { unsetenv(name) }

    /// The whole environment as `NAME=value` texts.
    public static var environment: [String] {
        var all: [String] = []
        guard var next = cl_environment() else { return [] }
        while let entry = next.pointee {
            all.append(String(cString: entry))
            next = next.advanced(by: 1)
        }
        return all
    }

    /// Random bytes from the kernel; getrandom(2), or /dev/urandom on kernels without it.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes.
    public static func randomBytes(_ count: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { getrandom($0.baseAddress?.advanced(by: done), count - done, 0) }
            if got > 0 { done += got } else if errno != EINTR { break }
        }
        if done == count { return bytes }
        return try FileDescriptor.open("/dev/urandom").read(upTo: count)
    }

    /// How many files this process may have open; RLIMIT_NOFILE.
    public static var openFileLimit: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Keeps core files, also those piped to a program, and debuggers of the same user away from this process's memory,
    /// which holds secrets; prctl(2).
    ///
    /// A program that this one becomes or starts isn't affected: whether an agent leaves core files is for its host to say,
    /// so the limit of their size, which would be inherited, stays as it is.
    public static func protectMemory() { _ = cl_prctl(PR_SET_DUMPABLE, 0) }

    /// Makes sure that descriptors 0 to 2 are open, so that a file opened later isn't taken for a standard stream.
    ///
    /// Where there is no `/dev/null`, as in a bare image, the root directory stands in: it can be neither read nor written.
    public static func ensureStandardDescriptors() {
        for number in Int32(0)...2 where fcntl(number, F_GETFD) == -1 && errno == EBADF {
            if cl_open("/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0) == -1 { _ = cl_open("/", O_RDONLY, 0) }
        }
    }

    /// Sets the mask of permission bits that new files don't get.
    public static func setUmask(_ mask: UInt32) { umask(mask) }
}

/// The three streams that a process starts with.
public enum StandardStream: Int32, Sendable {
    /// What it reads.
    case input = 0
    /// Its data.
    case output = 1
    /// Its talk.
    case error = 2

    /// Whether it is a terminal.
    public var isTerminal: Bool { isatty(rawValue) == 1 }

    /// Writes a text; a reader that has gone away is not an error here.
    ///
    /// - Returns: Whether everything was written.
    @discardableResult
    public func write(_ text: String) -> Bool {
        let stream = FileDescriptor(adopting: rawValue, path: "standard stream \(rawValue)", closing: false)
        return (try? stream.write(text)) != nil
    }

    /// The stream as a descriptor that stays open when the value ends.
    public var descriptor: FileDescriptor {
        FileDescriptor(
            adopting: rawValue, path: ["standard input", "standard output", "standard error"][Int(rawValue)],
            closing: false)
    }
}
