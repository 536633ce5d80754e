import CLinux
import Diagnostics
import Glibc

/// A TCP connection that no call on it can block beyond a deadline.
public struct TCPSocket: ~Copyable {
    /// Why a call on a socket failed.
    public enum SocketFailure: Error, Sendable, Equatable {
        /// The deadline passed.
        case timedOut
        /// The host answered that nothing listens on the port.
        case refused
        /// A system call failed with this `errno`.
        case system(Int32)

        /// Whether the other side, or a firewall between, cut the connection.
        public var isReset: Bool { self == .system(ECONNRESET) || self == .system(EPIPE) }

        /// The C library's words.
        public var reason: String {
            switch self {
            case .timedOut: "timed out"
            case .refused: Failure.errorText(ECONNREFUSED)
            case .system(let number): Failure.errorText(number)
            }
        }
    }

    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Connects to one address.
    ///
    /// - Parameters:
    ///   - address: Where to.
    ///   - deadline: When to give up.
    /// - Returns: The connection.
    /// - Throws: `SocketFailure`.
    public static func connected(
        to address: NameService.Address, before deadline: Deadline
    ) throws(SocketFailure)
        -> TCPSocket
    {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw .system(errno) }
        let connection = TCPSocket(descriptor: descriptor)
        let reason = address.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
            return connect(descriptor, start, socklen_t(bytes.count)) == 0 ? 0 : errno
        }
        if reason == 0 { return connection }
        guard reason == EINPROGRESS || reason == EINTR else { throw Self.failure(reason) }
        try wait(for: descriptor, events: POLLOUT, before: deadline)
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else { throw .system(errno) }
        guard error == 0 else { throw Self.failure(error) }
        return connection
    }

    deinit { close(descriptor) }

    /// Sends every byte.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - deadline: When to give up.
    /// - Throws: `SocketFailure`; a connection that the other side has closed is `.system(EPIPE)`, never a SIGPIPE.
    public func send(_ bytes: [UInt8], before deadline: Deadline) throws(SocketFailure) {
        var sent = 0
        while sent < bytes.count {
            let (count, reason) = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[sent...])
                let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                return (count, errno)
            }
            if count >= 0 {
                sent += count
            } else {
                try Self.retry(after: reason, on: descriptor, events: POLLOUT, before: deadline)
            }
        }
    }

    /// Waits for bytes and takes what is there.
    ///
    /// - Parameters:
    ///   - maximum: The most bytes to take.
    ///   - deadline: When to give up.
    /// - Returns: 1 to `maximum` bytes, or none at the end of the stream.
    /// - Throws: `SocketFailure`.
    public func receive(atMost maximum: Int, before deadline: Deadline) throws(SocketFailure) -> [UInt8] {
        while true {
            var count = 0
            var reason: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: maximum) { buffer, filled in
                count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                reason = errno
                filled = max(count, 0)
            }
            if count >= 0 { return bytes }
            try Self.retry(after: reason, on: descriptor, events: POLLIN, before: deadline)
        }
    }

    private static func failure(_ number: Int32) -> SocketFailure {
        number == ECONNREFUSED ? .refused : .system(number)
    }

    /// Waits where a call would have blocked or was interrupted; any other reason is thrown.
    private static func retry(
        after reason: Int32, on descriptor: Int32, events: Int32, before deadline: Deadline
    )
        throws(SocketFailure)
    {
        if reason == EINTR { return }
        guard reason == EAGAIN || reason == EWOULDBLOCK else { throw .system(reason) }
        try wait(for: descriptor, events: events, before: deadline)
    }

    private static func wait(for descriptor: Int32, events: Int32, before deadline: Deadline) throws(SocketFailure) {
        while true {
            let left = deadline.millisecondsLeft
            var waiting = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let ready = poll(&waiting, 1, left)
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .system(errno) }
            if left == 0 { throw .timedOut }
        }
    }
}
