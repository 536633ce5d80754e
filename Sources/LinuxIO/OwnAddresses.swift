import Glibc

extension NameService {
    /// This machine's addresses as its routes have them: those with which it would send to the Internet, else to a private
    /// network, IPv4 first.
    ///
    /// The kernel tells without anything being sent: a datagram socket is connected and asked for its own end. Chromium
    /// does the same for `myIpAddress` in PAC files (`net/docs/proxy.md`).
    ///
    /// - Returns: At most two addresses, without brackets; none on a machine without network.
    public static func ownAddresses() -> [String] {
        let targets = [
            ["8.8.8.8", "10.0.0.0", "172.16.0.0", "192.168.0.0"], ["2001:4860:4860::8888", "fc00::"],
        ]
        return targets.compactMap { family in family.lazy.compactMap(sourceAddress).first }
    }

    /// The address with which a datagram to another would leave; nil without a route.
    private static func sourceAddress(towards target: String) -> String? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isIPv6 = isIPv6(target)
        withUnsafeMutableBytes(of: &address) { raw in
            if isIPv6 {
                length = socklen_t(MemoryLayout<sockaddr_in6>.size)
                var filled = sockaddr_in6()
                filled.sin6_family = sa_family_t(AF_INET6)
                filled.sin6_port = UInt16(53).bigEndian
                _ = inet_pton(AF_INET6, target, &filled.sin6_addr)
                raw.storeBytes(of: filled, as: sockaddr_in6.self)
            } else {
                var filled = sockaddr_in()
                filled.sin_family = sa_family_t(AF_INET)
                filled.sin_port = UInt16(53).bigEndian
                _ = inet_pton(AF_INET, target, &filled.sin_addr)
                raw.storeBytes(of: filled, as: sockaddr_in.self)
            }
        }
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> String? in
                guard connect(socket, generic, length) == 0, getsockname(socket, generic, &length) == 0 else {
                    return nil
                }
                let raw = UnsafeRawBufferPointer(start: generic, count: Int(length))
                return Address(family: Int32(generic.pointee.sa_family), bytes: Array(raw)).text
            }
        }
    }
}

extension NameService.Address {
    /// The address without port and brackets; nil for families other than IPv4 and IPv6.
    public var text: String? {
        // Where netinet/in.h has the address in `sockaddr_in` and `sockaddr_in6`.
        let range = family == AF_INET ? 4..<8 : 8..<24
        guard family == AF_INET || family == AF_INET6, bytes.count >= range.upperBound else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, Array(bytes[range]), &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
