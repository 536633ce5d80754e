public import Diagnostics
private import LinuxIO

/// The hosts that are reached without the proxy: what other programs call `NO_PROXY`.
///
/// There is no standard for it. An entry is what curl, wget, Go and Python agree on, and means what curl (1), section
/// ENVIRONMENT, makes of it: a name stands for itself and all names below it, a leading `.` or `*.` changes nothing,
/// `*` is every host, addresses may have a prefix length, and any entry but `*` may end in a port. Names are never looked
/// up: an address covers only servers that are written as an address.
public struct ProxyExceptions: Sendable, Equatable {
    private enum Pattern: Sendable, Equatable {
        case everything
        /// Lower case, without dots at its ends.
        case domain(String)
        /// The first `bits` of an IPv4 or IPv6 address.
        case network([UInt8], bits: Int)
    }

    private struct Entry: Sendable, Equatable {
        var pattern: Pattern
        var port: UInt16?
    }

    private let entries: [Entry]

    /// Reads a list.
    ///
    /// - Parameter text: Entries with commas or blanks between them; may be empty.
    /// - Throws: `usage` that names the first entry which is neither a name nor an address.
    public init(parsing text: String) throws(Failure) {
        var entries: [Entry] = []
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            entries.append(try Self.entry(word))
        }
        self.entries = entries
    }

    /// Whether a server is reached without the proxy.
    ///
    /// - Parameter url: Any URL of the server.
    public func covers(_ url: HTTPURL) -> Bool {
        entries.contains { entry in
            if let port = entry.port, port != url.port { return false }
            switch (entry.pattern, url.host) {
            case (.everything, _): return true
            case (.domain(let domain), .name(let name)):
                var name = Grammar.lowercased(name)
                if name.hasSuffix(".") { name.removeLast() }
                return name == domain || name.hasSuffix("." + domain)
            case (.network(let network, let bits), .ipv4(let address)),
                (.network(let network, let bits), .ipv6(let address)):
                return NameService.addressBytes(address).map { Self.isEqual($0, network, bits: bits) } ?? false
            default: return false
            }
        }
    }

    private static func entry(_ word: Substring) throws(Failure) -> Entry {
        if word == "*" { return Entry(pattern: .everything) }
        if let network = network(word) { return Entry(pattern: network) }
        var host = word
        var port: UInt16?
        if let colon = word.lastIndex(of: ":") {
            host = word[..<colon]
            do { port = try Port.parse(String(word[word.index(after: colon)...])) } catch { throw refusal(word) }
        }
        if let network = network(host) { return Entry(pattern: network, port: port) }
        if host.hasPrefix("*.") { host = host.dropFirst() }
        if host.hasPrefix(".") { host = host.dropFirst() }
        guard case .name(let name)? = try? Host(parsing: String(host)) else { throw refusal(word) }
        return Entry(
            pattern: .domain(Grammar.lowercased(name.hasSuffix(".") ? name.dropLast() : name[...])), port: port)
    }

    /// An address with or without a prefix length; IPv6 may stand in brackets.
    private static func network(_ word: Substring) -> Pattern? {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let isBracketed = parts[0].hasPrefix("[") && parts[0].hasSuffix("]")
        guard let address = NameService.addressBytes(String(isBracketed ? parts[0].dropFirst().dropLast() : parts[0]))
        else { return nil }
        guard parts.count == 2 else { return .network(address, bits: address.count * 8) }
        guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy(Grammar.isDigit), let bits = Int(parts[1]),
            bits <= address.count * 8
        else { return nil }
        return .network(address, bits: bits)
    }

    private static func isEqual(_ left: [UInt8], _ right: [UInt8], bits: Int) -> Bool {
        guard left.count == right.count, left.prefix(bits / 8) == right.prefix(bits / 8) else { return false }
        guard bits % 8 != 0 else { return true }
        return (left[bits / 8] ^ right[bits / 8]) >> (8 - UInt8(bits % 8)) == 0
    }

    private static func refusal(_ word: Substring) -> Failure {
        Failure(
            .usage, "‘\(PathText.display(String(word)))’ is no host that can be reached without the proxy",
            hints: [
                "Write names, .domains, addresses or networks with commas between them, as in "
                    + "localhost,.example.com,10.0.0.0/8, or * for every host."
            ])
    }
}
