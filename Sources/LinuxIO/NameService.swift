import CLinux
import Glibc

/// Host names to addresses, without the plug-ins of the host's name service.
public enum NameService {
    /// Why a name has no address.
    public enum LookupFailure: Error, Sendable, Equatable {
        /// The name doesn't exist, or has no address.
        case notFound
        /// No name server gave an answer; the text is the C library's.
        case noAnswer(String)
        /// The deadline passed first.
        case timedOut
    }

    /// An address with its port, as `connect(2)` takes it.
    public struct Address: Sendable, Equatable {
        /// `AF_INET` or `AF_INET6`.
        public let family: Int32
        /// The `sockaddr` structure's bytes.
        let bytes: [UInt8]
    }

    /// Makes host look-ups read `/etc/hosts` and ask the name servers of `/etc/resolv.conf`, and nothing else.
    ///
    /// A static glibc that followed the host's nsswitch.conf would load plug-ins (`libnss_sss.so`, say) built for another
    /// C library. Call it once, before the first look-up and before any thread is made.
    public static func useBuiltInSources() {
        _ = __nss_configure_lookup("hosts", "files dns")
    }

    /// The addresses of a host, in the order in which to try them.
    ///
    /// `getaddrinfo(3)` blocks for as long as the name servers let it (30 s and more where a firewall drops the packets),
    /// so it runs in a thread of its own, which is left behind when the deadline passes.
    ///
    /// - Parameters:
    ///   - host: A name, or an address without brackets.
    ///   - port: The TCP port.
    ///   - deadline: When to give up.
    /// - Returns: At least one address.
    /// - Throws: `LookupFailure`.
    public static func addresses(
        of host: String, port: UInt16, before deadline: Deadline
    ) throws(LookupFailure)
        -> [Address]
    {
        guard let lookup = Lookup(host: host, port: port) else {
            throw .noAnswer("no descriptor or thread to ask with")
        }
        while true {
            let left = deadline.millisecondsLeft
            var waiting = pollfd(fd: lookup.readEnd, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, left)
            if ready > 0 { break }
            if left == 0 { throw .timedOut }
        }
        return try lookup.result.with { $0 }.get()
    }

    /// The bytes of an address in network order.
    ///
    /// - Parameter text: An IPv4 or IPv6 address, without brackets and without a zone.
    /// - Returns: 4 or 16 bytes; nil when it is no address.
    public static func addressBytes(_ text: String) -> [UInt8]? {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    /// Whether the text is an IPv4 address of four decimal numbers.
    public static func isIPv4(_ text: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, text, &address) == 1
    }

    /// Whether the text is an IPv6 address, without brackets and without a zone.
    public static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }
}

/// `EAI_NODATA`, which glibc's header hides without _GNU_SOURCE: the name exists but has no address.
private let noAddress: Int32 = -5

/// One look-up, shared by the thread that asks and the one that waits; the last of them closes the pair of sockets.
private final class Lookup: Sendable {
    let host: String
    let port: UInt16
    let readEnd: Int32
    let writeEnd: Int32
    let result = Monitor<Result<[NameService.Address], NameService.LookupFailure>>(.failure(.timedOut))

    init?(host: String, port: UInt16) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        self.host = host
        self.port = port
        readEnd = ends[0]
        writeEnd = ends[1]

        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        let context = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context = context else { return nil }
                Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if status != 0 {
            context.release()
            return nil
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func run() {
        let answer = ask()
        result.with { $0 = answer }
        var done: UInt8 = 1
        // The read end lives as long as this object, so this can neither fail nor raise SIGPIPE.
        _ = write(writeEnd, &done, 1)
    }

    private func ask() -> Result<[NameService.Address], NameService.LookupFailure> {
        var wanted = addrinfo()
        wanted.ai_family = AF_UNSPEC
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        wanted.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &wanted, &list)
        guard status == 0 else {
            switch status {
            case EAI_NONAME, noAddress: return .failure(.notFound)
            default: return .failure(.noAnswer(String(cString: gai_strerror(status))))
            }
        }
        defer { freeaddrinfo(list) }
        var found: [NameService.Address] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr {
                let raw = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
                found.append(NameService.Address(family: entry.pointee.ai_family, bytes: Array(raw)))
            }
            next = entry.pointee.ai_next
        }
        return found.isEmpty ? .failure(.notFound) : .success(found)
    }
}
