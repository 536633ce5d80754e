extension Setting.Kind {
    /// The form in which a value is stored; nil when it is none of this kind.
    ///
    /// Manifests, answers, options and prompts all pass through here, so they accept the same words. A pattern is
    /// another matter: it belongs to the setting, not to its kind.
    ///
    /// - Parameter value: What was written or typed, without outer blanks.
    /// - Returns: The value to store: `true` for `yes`, `80` for `080`, everything else as it is.
    public func canonical(_ value: String) -> String? {
        guard !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
        switch self {
        case .text: return value
        case .boolean: return Self.boolean(value)
        case .integer(let minimum, let maximum):
            guard value.first != "+", let number = Int64(value), minimum <= number, number <= maximum else {
                return nil
            }
            return String(number)
        case .port:
            guard value.first != "+", let number = UInt16(value), number > 0 else { return nil }
            return String(number)
        case .host: return Self.isHost(value) ? value : nil
        case .url: return Self.isURL(value) ? value : nil
        case .path: return Self.isAbsolutePath(value) ? value : nil
        case .choice(let words): return words.contains(value) ? value : nil
        }
    }

    /// What values it takes, in words that follow "expected".
    public var expected: String {
        switch self {
        case .text: return "one line of text"
        case .boolean: return "yes or no"
        case .integer(let minimum, let maximum):
            switch (minimum == .min, maximum == .max) {
            case (true, true): return "a whole number"
            case (true, false): return "a whole number up to \(maximum)"
            case (false, true): return "a whole number from \(minimum)"
            case (false, false): return "a whole number from \(minimum) to \(maximum)"
            }
        case .port: return "a port number from 1 to 65535"
        case .host: return "a host name or an IP address"
        case .url: return "a URL that starts with http:// or https://"
        case .path: return "an absolute path"
        case .choice(let words): return "one of " + words.joined(separator: ", ")
        }
    }

    private static func boolean(_ value: String) -> String? {
        switch value.lowercased() {
        case "yes", "y", "true", "1": "true"
        case "no", "n", "false", "0": "false"
        default: nil
        }
    }

    /// A host name (RFC 1123, `_` too), an IPv4 address, or an IPv6 address without brackets.
    private static func isHost(_ value: String) -> Bool {
        if value.utf8.contains(UInt8(ascii: ":")) { return isIPv6(value) }
        let labels = value.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // A dotted text of digits alone is an address, so each part must fit a byte.
        if labels.allSatisfy({ $0.allSatisfy(isDigit) }) {
            return labels.count == 4 && labels.allSatisfy { UInt8(String(decoding: $0, as: UTF8.self)) != nil }
        }
        return value.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.count <= 63 && label.first != UInt8(ascii: "-")
                    && label.last != UInt8(ascii: "-") && label.allSatisfy(isHostByte)
            }
    }

    private static func isIPv6(_ value: String) -> Bool {
        guard !value.hasPrefix(":") || value.hasPrefix("::"), !value.hasSuffix(":") || value.hasSuffix("::") else {
            return false
        }
        // `::` shows as one empty part inside, or as two at an end.
        var parts = value.split(separator: ":", omittingEmptySubsequences: false)
        if value.hasPrefix("::") { parts.removeFirst() }
        if value.hasSuffix("::") { parts.removeLast() }
        let gaps = parts.filter(\.isEmpty).count
        let groups = parts.count - gaps
        guard gaps <= 1, value.utf8.count >= 2 else { return false }
        let areHex = parts.allSatisfy { $0.utf8.count <= 4 && $0.utf8.allSatisfy(isHexDigit) }
        return areHex && (gaps == 1 ? groups <= 7 : groups == 8)
    }

    /// `http` or `https`, a host, an optional port; no name and password, which have settings of their own.
    private static func isURL(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 }) else { return false }
        let lower = value.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return false }
        let authority = bytes.dropFirst(scheme.utf8.count).prefix { !Array("/?#".utf8).contains($0) }
        var host = authority
        if authority.first == UInt8(ascii: "[") {
            guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { return false }
            guard isIPv6(String(decoding: authority[(authority.startIndex + 1)..<end], as: UTF8.self)) else {
                return false
            }
            host = authority[(end + 1)...]
            return host.isEmpty || (host.first == UInt8(ascii: ":") && isPort(host.dropFirst()))
        }
        if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
            guard isPort(authority[(colon + 1)...]) else { return false }
            host = authority[..<colon]
        }
        return isHost(String(decoding: host, as: UTF8.self))
    }

    private static func isPort(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.allSatisfy(isDigit) && (UInt16(String(decoding: digits, as: UTF8.self)) ?? 0) > 0
    }

    private static func isAbsolutePath(_ value: String) -> Bool {
        value.hasPrefix("/") && !value.split(separator: "/").contains { $0 == ".." || $0 == "." }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
