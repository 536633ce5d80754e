public import Diagnostics
private import LinuxIO

/// A host as people write it: a DNS name, or an address.
public enum Host: Sendable, Equatable, CustomStringConvertible {
    /// A name of letters, digits, `-` and `_`, in the spelling that was given.
    case name(String)
    /// Four decimal numbers.
    case ipv4(String)
    /// An IPv6 address without brackets.
    case ipv6(String)

    /// Reads a host; an IPv6 address may stand in brackets.
    ///
    /// - Parameter text: The host alone, without port.
    /// - Throws: `Failure` with `usage`.
    public init(parsing text: String) throws(Failure) {
        if text.hasPrefix("["), text.hasSuffix("]") {
            self = try Self.addressInBrackets(String(text.dropFirst().dropLast()), text)
        } else if text.utf8.contains(UInt8(ascii: ":")) {
            self = try Self.addressInBrackets(text, text)
        } else {
            try Self.checkName(text)
            self = NameService.isIPv4(text) ? .ipv4(text) : .name(text)
        }
    }

    /// The host without brackets, as a look-up takes it.
    public var bare: String {
        switch self {
        case .name(let text), .ipv4(let text), .ipv6(let text): text
        }
    }

    /// The host as it stands in a URL: IPv6 addresses in brackets.
    public var description: String {
        if case .ipv6(let text) = self { "[\(text)]" } else { bare }
    }

    private static func addressInBrackets(_ address: String, _ text: String) throws(Failure) -> Host {
        if address.utf8.contains(UInt8(ascii: "%")) {
            throw Failure(
                .usage, "‘\(text)’ names a network interface after ‘%’, which can't be used here",
                hints: ["Use the host's name or its global address."])
        }
        guard NameService.isIPv6(address) else {
            throw Failure(
                .usage, "‘\(text)’ is not a host name and not an IPv6 address",
                hints: ["Write the host without scheme and port; the port is given apart."])
        }
        return .ipv6(address)
    }

    /// RFC 1123's grammar, with the underscore that internal names often have.
    private static func checkName(_ text: String) throws(Failure) {
        func refuse(_ reason: String, _ hint: String = "Write it as in host.example.com.") -> Failure {
            Failure(.usage, "‘\(text)’ is not a host name: \(reason)", hints: [hint])
        }
        guard !text.isEmpty else { throw Failure(.usage, "the host is empty") }
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard name.utf8.count <= 253 else { throw refuse("it is longer than 253 characters") }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        for label in labels {
            guard !label.isEmpty else { throw refuse("two dots have nothing between them") }
            guard label.utf8.count <= 63 else { throw refuse("a part is longer than 63 characters") }
            guard !label.hasPrefix("-"), !label.hasSuffix("-") else { throw refuse("a part starts or ends with ‘-’") }
            for byte in label.utf8 where !Grammar.isHostByte(byte) {
                if byte >= 0x80 {
                    throw refuse("it has a character outside ASCII", "Write the name in its xn-- form.")
                }
                throw refuse("it holds ‘\(Grammar.quoted(byte))’", "Write the host without scheme, port and path.")
            }
        }
        // The C library takes 127.1 and 0x7f000001 for addresses; a certificate could never name them.
        if let last = labels.last, last.utf8.allSatisfy(Grammar.isDigit), !NameService.isIPv4(text) {
            throw refuse("it ends in a number but is not an IPv4 address", "Write four numbers, as in 192.0.2.10.")
        }
    }
}
