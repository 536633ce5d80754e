public import Diagnostics
import Glibc

/// What a service tells systemd of itself; sd_notify(3).
public enum ServiceNotification {
    /// The variable that names systemd's socket.
    public static let variable = "NOTIFY_SOCKET"
    /// The service is started.
    public static let ready = "READY=1"

    /// Sends a notification.
    ///
    /// - Parameters:
    ///   - text: One assignment a line.
    ///   - address: The value of `variable`: an absolute path, or an abstract name after `@`.
    /// - Throws: `.failed` when it can't be delivered.
    public static func send(_ text: String, to address: String) throws(Failure) {
        let number = deliver(Array(text.utf8), to: address)
        if number != 0 { throw Failure.system("notify systemd at", address, number) }
    }

    /// - Returns: The `errno`; 0 for none.
    private static func deliver(_ text: [UInt8], to name: String) -> Int32 {
        var name = Array(name.utf8)
        var address = sockaddr_un()
        guard let first = name.first, name.count > 1, name.count < MemoryLayout.size(ofValue: address.sun_path),
            first == UInt8(ascii: "/") || first == UInt8(ascii: "@")
        else { return EINVAL }
        if first == UInt8(ascii: "@") { name[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        // An abstract name ends with the address, a path may as well; unix(7).
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        return withUnsafeBytes(of: &address) { bytes in
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
            while true {
                let count = sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), start, length)
                if count == text.count { return 0 }
                guard count < 0, errno == EINTR else { return count < 0 ? errno : EMSGSIZE }
            }
        }
    }
}
