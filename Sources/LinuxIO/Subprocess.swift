import ByteIO
import CLinux
public import Diagnostics
import Glibc

/// How a program ended and what it wrote.
public struct ProcessResult: Sendable, Equatable {
    /// The exit status, or 128 and the signal's number.
    public var status: Int32
    /// What it wrote to standard output, cut at the limit.
    public var output: [UInt8]
    /// What it wrote to standard error, cut at the limit.
    public var errors: [UInt8]
    /// Whether it was killed because its time was over.
    public var isTimedOut: Bool

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Runs other programs, without a shell and without searching the caller's `PATH`.
public enum Subprocess {
    /// The directories where system programs are looked for.
    public static let programDirectories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    /// Finds a system program.
    ///
    /// - Parameter name: Its file name.
    /// - Returns: Its path in one of `programDirectories`, or nil.
    public static func find(_ name: String) -> String? {
        programDirectories.map { $0 + "/" + name }.first { path in
            guard let status = fileStatus(path) else { return false }
            return status.kind == .file && access(path, X_OK) == 0
        }
    }

    /// Runs a program and waits for it.
    ///
    /// - Parameters:
    ///   - arguments: Absolute path of the program, then its arguments. Never a secret: every user can read them.
    ///   - environment: The whole environment, as `NAME=value`.
    ///   - input: What it reads on standard input.
    ///   - limit: The most bytes kept of each of its outputs.
    ///   - timeout: Seconds after which it is killed.
    /// - Returns: How it ended; a non-zero status is a result, not a failure.
    /// - Throws: When it can't be started.
    public static func run(
        _ arguments: [String], environment: [String] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"],
        input: [UInt8] = [], limit: Int = 1 << 20, timeout: Int = 60
    ) throws(Failure) -> ProcessResult {
        try run(
            arguments, environment: environment, feeding: ByteSource(input, name: "the input"), limit: limit,
            timeout: timeout)
    }

    /// Runs a program that reads bytes of any number, and waits for it.
    ///
    /// - Parameters:
    ///   - arguments: Absolute path of the program, then its arguments. Never a secret: every user can read them.
    ///   - environment: The whole environment, as `NAME=value`.
    ///   - source: What it reads on standard input; read in pieces, and only as far as the program takes it.
    ///   - limit: The most bytes kept of each of its outputs.
    ///   - timeout: Seconds after which it is killed.
    /// - Returns: How it ended; a non-zero status is a result, not a failure.
    /// - Throws: When it can't be started, or what reading the source throws; the program is killed then.
    public static func run(
        _ arguments: [String], environment: [String] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"],
        feeding source: ByteSource, limit: Int = 1 << 20, timeout: Int = 60
    ) throws(Failure) -> ProcessResult {
        guard let program = arguments.first else { throw Failure(.failed, "no program to run") }
        let outPipe = try AnonymousPipe(program)
        let errPipe = try AnonymousPipe(program)
        let inPipe = try AnonymousPipe(program)
        let child = try spawn(
            arguments, environment: environment,
            standard: [inPipe.reader.number, outPipe.writer.number, errPipe.writer.number])
        var result = ProcessResult(status: 0, output: [], errors: [], isTimedOut: false)
        do throws(Failure) {
            try collect(&result, child, from: outPipe, errPipe, feeding: source, to: inPipe, limit, timeout)
        } catch {
            kill(child, SIGKILL)
            _ = wait(for: child)
            throw error
        }
        result.status = wait(for: child)
        return result
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1 && errno == EINTR {}
        return exitStatus(status)
    }

    private static func collect(
        _ result: inout ProcessResult, _ child: pid_t, from outPipe: consuming AnonymousPipe,
        _ errPipe: consuming AnonymousPipe, feeding source: ByteSource, to inPipe: consuming AnonymousPipe,
        _ limit: Int, _ timeout: Int
    ) throws(Failure) {
        let out = outPipe.takeReader()
        let err = errPipe.takeReader()
        var feed: FileDescriptor? = inPipe.takeWriter()
        var input = PieceReader(source)
        if try input.next().isEmpty { feed = nil }
        var isOpen = [true, true]
        let deadline = System.monotonicNanoseconds + UInt64(timeout) * 1_000_000_000
        while isOpen[0] || isOpen[1] {
            let now = System.monotonicNanoseconds
            guard now < deadline else {
                result.isTimedOut = true
                kill(child, SIGKILL)
                break
            }
            var polled = [
                pollfd(fd: isOpen[0] ? out.number : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isOpen[1] ? err.number : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: feedNumber(feed), events: Int16(POLLOUT), revents: 0),
            ]
            let wait = min(Int32.max / 2, Int32(clamping: (deadline - now) / 1_000_000 + 1))
            guard poll(&polled, nfds_t(polled.count), wait) > 0 else { continue }
            if polled[0].revents != 0 { isOpen[0] = try append(out, to: &result.output, limit: limit) }
            if polled[1].revents != 0 { isOpen[1] = try append(err, to: &result.errors, limit: limit) }
            if polled[2].revents != 0 {
                // poll(2) promises room for PIPE_BUF bytes, so that writing doesn't block.
                let chunk = try input.next()
                let wrote = Glibc.write(feedNumber(feed), chunk, chunk.count)
                input.drop(wrote)
                let isFed = try input.next().isEmpty
                if wrote <= 0 || isFed { feed = nil }
            }
        }
    }

    private static func feedNumber(_ feed: borrowing FileDescriptor?) -> Int32 {
        switch feed {
        case .some(let descriptor): descriptor.number
        case .none: -1
        }
    }

    private static func append(
        _ descriptor: borrowing FileDescriptor, to bytes: inout [UInt8], limit: Int
    ) throws(Failure) -> Bool {
        let more = try descriptor.read(upTo: 1 << 16)
        bytes += more.prefix(max(0, limit - bytes.count))
        return !more.isEmpty
    }

    /// Starts a program in a process and a process group of its own, with a clean signal mask.
    ///
    /// The group keeps a terminal's Ctrl-C from the program; where `StopRequest` heeds it, the program has it blocked, too,
    /// since it may come before the group is made.
    ///
    /// - Parameters:
    ///   - arguments: Absolute path of the program, then its arguments.
    ///   - environment: The whole environment, as `NAME=value`.
    ///   - standard: The descriptors that become 0, 1 and 2.
    /// - Returns: The child's process number.
    public static func spawn(
        _ arguments: [String], environment: [String], standard: [Int32]
    ) throws(Failure) -> Int32 {
        let program = arguments.first ?? ""
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (index, number) in standard.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, number, Int32(index))
        }
        var blocked = sigset_t()
        var all = sigset_t()
        sigemptyset(&blocked)
        if StopRequest.isWatching { sigaddset(&blocked, SIGINT) }
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var child = pid_t()
        let status = withCStrings(arguments) { argv in
            withCStrings(environment) { envp in posix_spawn(&child, program, &actions, &attributes, argv, envp) }
        }
        guard status == 0 else { throw Failure.system("run", program, status) }
        return child
    }

    /// Becomes another program; execve(2).
    ///
    /// - Parameters:
    ///   - arguments: Absolute path of the program, then its arguments.
    ///   - environment: The whole environment, as `NAME=value`.
    /// - Throws: When it can't be executed; otherwise it doesn't return.
    public static func replaceProcess(_ arguments: [String], environment: [String]) throws(Failure) -> Never {
        let program = arguments.first ?? ""
        withCStrings(arguments) { argv in withCStrings(environment) { envp in _ = execve(program, argv, envp) } }
        throw Failure.system("run", program, errno)
    }

    /// The status that a shell would show for what waitpid(2) reported.
    ///
    /// - Parameter status: The raw status.
    /// - Returns: The exit status, or 128 and the signal's number.
    public static func exitStatus(_ status: Int32) -> Int32 {
        cl_exited(status) != 0 ? cl_exit_status(status) : 128 + cl_term_signal(status)
    }

    private static func withCStrings<R>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
    ) -> R {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return body(pointers)
    }
}

/// The bytes of a source in pieces of at most `PIPE_BUF` bytes.
private struct PieceReader {
    private let source: ByteSource
    private var offset: UInt64 = 0
    private var held: ArraySlice<UInt8> = []

    init(_ source: ByteSource) { self.source = source }

    /// The next bytes, none at the end; the same ones until they are dropped.
    mutating func next() throws(Failure) -> [UInt8] {
        if held.isEmpty {
            let count = Int(min(1 << 18, source.size - offset))
            held = try source.read(count, at: offset)[...]
            offset += UInt64(count)
        }
        return Array(held.prefix(4096))
    }

    mutating func drop(_ count: Int) { held = held.dropFirst(max(0, count)) }
}
