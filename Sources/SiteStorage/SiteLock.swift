import ByteIO
public import Diagnostics
import JSON
import LinuxIO

/// Keeps a second publisher away from a site.
///
/// The kernel's lock on `lock` ends with the process that holds it, however it ends. Where several machines share the
/// directory and their kernels don't share locks, the lease in the file keeps them apart: it names its holder and runs out
/// unless it is renewed.
public struct SiteLock: ~Copyable {
    /// Who holds a lease.
    public struct Holder: Sendable, Equatable {
        /// The machine's name.
        public var host: String
        /// The number of the process there.
        public var process: Int64
        /// When the lease was taken or last renewed, in seconds since 1970.
        public var renewed: Int64
        /// Seconds that it is good for from then on.
        public var lease: Int64
        /// The start of that machine's kernel that the process belongs to; containers share it, names of hosts they don't.
        var boot: String
        /// Tells this lease from all others.
        var token: String
    }

    private let file: FileDescriptor
    private var holder: Holder

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - lease: Seconds without a sign of life after which publishers on other machines may take us for dead.
    ///   - wait: Seconds to wait for another publisher.
    ///   - isWaiting: Called once when another one has the lock, with what is known of it.
    /// - Throws: `.conflict` when the other one doesn't end in time.
    public init(
        _ site: borrowing SiteDirectory, lease: Int64, wait: Int64, isWaiting: (Holder?) -> Void = { _ in }
    ) throws(Failure) {
        let file = try site.directory.file(SiteDirectory.lockName, [.readWrite, .create], mode: 0o644)
        let deadline = System.now + wait
        var hasTold = false
        while true {
            let isOurs = try file.lock()
            let other = try Self.holder(in: file)
            if isOurs, other.map({ !Self.isAlive($0) }) ?? true { break }
            if !hasTold {
                isWaiting(other)
                hasTold = true
            }
            guard System.now < deadline else { throw Self.busy(other, isOurs, site.path) }
            System.sleep(milliseconds: 100)
        }
        let holder = Holder(
            host: System.kernel.host, process: Int64(System.processID), renewed: System.now,
            lease: lease, boot: Self.boot, token: try System.randomBytes(16).map { String($0, radix: 16) }.joined())
        try Self.write(holder, to: file)
        self.file = file
        self.holder = holder
    }

    deinit {
        // Whoever took the lease over keeps it.
        if (try? check()) != nil { _ = try? file.truncate(to: 0) }
        _ = try? file.unlock()
    }

    /// Whether somebody has the lock of a site now.
    public static func isHeld(_ site: borrowing SiteDirectory) throws(Failure) -> Bool {
        guard try site.directory.status(SiteDirectory.lockName) != nil else { return false }
        let file = try site.directory.file(SiteDirectory.lockName)
        if try !file.lock() { return true }
        try file.unlock()
        return try holder(in: file).map(isAlive) ?? false
    }

    /// Says that the holder still works; call it between steps that may take minutes.
    ///
    /// - Throws: `.conflict` when somebody else took the lease after it had run out.
    public mutating func renew() throws(Failure) {
        guard System.now - holder.renewed > holder.lease / 10 else { return }
        try check()
        holder.renewed = System.now
        try Self.write(holder, to: file)
    }

    /// Makes sure that the lease is still ours.
    ///
    /// - Throws: `.conflict` when somebody else took it.
    public func check() throws(Failure) {
        let found = try Self.holder(in: file)
        guard found?.token == holder.token else {
            throw Failure(
                .conflict, "another publisher took the lock \(PathText.display(file.path)) over",
                cause: found.map { "it is process \($0.process) on \(PathText.display($0.host))" })
        }
    }

    /// Whether a holder that has no lock of this kernel may still be at work: under another one, with a lease that runs.
    private static func isAlive(_ holder: Holder) -> Bool {
        holder.boot != boot && System.now - holder.renewed < holder.lease
    }

    /// random(4): made anew whenever the kernel starts.
    private static var boot: String {
        let bytes = (try? readFile("/proc/sys/kernel/random/boot_id")) ?? []
        return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    }

    /// - Parameter isLease: Whether it is the lease alone that keeps us away: its holder may be dead.
    private static func busy(_ holder: Holder?, _ isLease: Bool, _ site: String) -> Failure {
        var cause: String?
        var hints = ["Wait for it, or wait longer with --wait SECONDS."]
        if let holder {
            cause = "process \(holder.process) on \(PathText.display(holder.host)) has the lock"
            if isLease {
                let left = holder.renewed + holder.lease - System.now
                cause? += ", by a lease that runs out in \(left) seconds unless it is renewed"
                let file = PathText.display(PathText.join(site, SiteDirectory.lockName))
                hints.append("If that process is dead for certain, end its lease: truncate -s 0 \(file)")
            }
        }
        return Failure(
            .conflict, "another publisher is at work on \(PathText.display(site))", cause: cause, hints: hints)
    }

    private static func write(_ holder: Holder, to file: borrowing FileDescriptor) throws(Failure) {
        let object: JSONObject = [
            "host": .string(holder.host), "process": .integer(holder.process), "renewed": .integer(holder.renewed),
            "lease": .integer(holder.lease), "boot": .string(holder.boot), "token": .string(holder.token),
        ]
        let text = Array((JSONValue.object(object).text(pretty: false) + "\n").utf8)
        try text.withRawBytes { bytes throws(Failure) in try file.write(bytes, at: 0) }
        try file.truncate(to: UInt64(text.count))
    }

    /// What the file says; nil for nothing that can be understood, such as a lease that was half written.
    private static func holder(in file: borrowing FileDescriptor) throws(Failure) -> Holder? {
        let size = try file.status().size
        guard size > 0, size < 4096, let bytes = try? file.read(Int(size), at: 0),
            case .object(let object) = try? JSONValue(parsing: bytes, name: "lock"),
            case .string(let host) = object["host"], case .integer(let process) = object["process"],
            case .integer(let renewed) = object["renewed"], case .integer(let lease) = object["lease"],
            case .string(let boot) = object["boot"], case .string(let token) = object["token"]
        else { return nil }
        return Holder(host: host, process: process, renewed: renewed, lease: lease, boot: boot, token: token)
    }
}
