extension Interpreter {
    /// The functions about hosts and addresses, as MDN and Microsoft ("IPv6-aware proxy helper API definitions")
    /// describe them.
    func callHelper(_ native: Native, _ arguments: [Value]) throws(ScriptError) -> Value {
        func argument(_ index: Int) throws(ScriptError) -> Text {
            guard index < arguments.count else { throw error("\(native.rawValue) needs \(index + 1) arguments") }
            // What dnsResolve says of unknown names is often given to isInNet; a host ‘null’ isn't meant.
            switch arguments[index] {
            case .null, .undefined: return []
            case let value:
                let text = try text(value)
                try spend(text.count / 64)
                return text
            }
        }
        switch native {
        case .isPlainHostName: return .bool(try !argument(0).contains(UInt8(ascii: ".")))
        case .dnsDomainIs:
            let (host, domain) = (try argument(0), try argument(1))
            return .bool(host.suffix(domain.count).elementsEqual(domain))
        case .localHostOrDomainIs:
            let (host, name) = (try argument(0), try argument(1))
            return .bool(host == name || name.starts(with: host + [0x2E]))
        case .dnsDomainLevels: return Value(try argument(0).count { $0 == UInt8(ascii: ".") })
        case .shExpMatch: return .bool(try matches(try argument(0), shell: try argument(1)))
        case .isResolvable: return .bool(try addresses(of: argument(0)).contains { $0.isIPv4 })
        case .isResolvableEx: return .bool(try !addresses(of: argument(0)).isEmpty)
        case .dnsResolve:
            return try addresses(of: argument(0)).first { $0.isIPv4 }.map { .text($0.text) } ?? .null
        case .dnsResolveEx: return .text(Self.list(try addresses(of: argument(0)).map(\.text)))
        case .myIpAddress:
            let own = environment.ownAddresses().map { Address(Text($0.utf8)) }
            return .text((own.first { $0.isIPv4 } ?? own.first)?.text ?? Text("127.0.0.1".utf8))
        case .myIpAddressEx: return .text(Self.list(environment.ownAddresses().map { Text($0.utf8) }))
        case .isInNet:
            guard let address = try address(argument(0), needsIPv4: true), let net = IPAddress(try argument(1)),
                let mask = IPAddress(try argument(2)), net.bytes.count == 4, mask.bytes.count == 4
            else { return .bool(false) }
            return .bool((0..<4).allSatisfy { (address.bytes[$0] ^ net.bytes[$0]) & mask.bytes[$0] == 0 })
        case .isInNetEx:
            let net = try argument(1)
            guard let slash = net.firstIndex(of: UInt8(ascii: "/")),
                let address = try address(argument(0), needsIPv4: false),
                let prefix = IPAddress(Text(net[..<slash])),
                let bits = Int(String(decoding: net[(slash + 1)...], as: UTF8.self))
            else { return .bool(false) }
            return .bool(address.begins(like: prefix, bits: bits))
        case .convert_addr:
            let bytes = IPAddress(try argument(0))?.bytes ?? []
            guard bytes.count == 4 else { return Value(0) }
            return .number(Double(Int32(bitPattern: bytes.reduce(0) { $0 << 8 | UInt32($1) })))
        case .sortIpAddressList:
            let list = try argument(0)
            try reserve(list.count * 16)
            let parts = list.split(separator: UInt8(ascii: ";")).map { Text(TextMethods.trimmed($0)) }
            try spend(parts.count * 4)
            let pairs = parts.compactMap { text in IPAddress(text).map { (bytes: $0.bytes, text: text) } }
            guard !parts.isEmpty, pairs.count == parts.count else { return .bool(false) }
            // IPv6 comes first, as Microsoft's does.
            var sorted: [(bytes: [UInt8], text: Text)] = []
            for pair in pairs {
                try spend(sorted.count)
                let place = sorted.firstIndex {
                    $0.bytes.count == pair.bytes.count
                        ? pair.bytes.lexicographicallyPrecedes($0.bytes) : pair.bytes.count > $0.bytes.count
                }
                sorted.insert(pair, at: place ?? sorted.count)
            }
            return .text(Self.list(sorted.map(\.text)))
        case .getClientVersion: return Value("1.0")
        default: return .undefined
        }
    }

    /// An address as text, told apart by family.
    private struct Address {
        let text: Text
        var isIPv4: Bool { !text.contains(UInt8(ascii: ":")) }
        init(_ text: Text) { self.text = text }
    }

    private static func list(_ texts: [Text]) -> Text { Text(texts.joined(separator: ";".utf8)) }

    /// The addresses of a name, or the address itself.
    private func addresses(of host: Text) throws(ScriptError) -> [Address] {
        if IPAddress(host) != nil { return [Address(host)] }
        guard !host.isEmpty, host.count <= 253, host.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return [] }
        try spend(100)
        lookupsLeft -= 1
        guard lookupsLeft >= 0 else {
            throw ScriptError("the script looks up more than \(Limits.lookups) host names", at: offset)
        }
        let found = environment.resolve(String(decoding: host, as: UTF8.self)).map { Address(Text($0.utf8)) }
        if environment.isTimeUp() { throw ScriptError("the script takes too long: its time is up", at: offset) }
        return found
    }

    private func address(_ host: Text, needsIPv4: Bool) throws(ScriptError) -> IPAddress? {
        let found = try addresses(of: host).first { !needsIPv4 || $0.isIPv4 }
        return found.flatMap { IPAddress($0.text) }
    }

    /// Matches `*` and `?` as in file names, going back to the last `*` alone, so that no pattern takes for ever.
    private func matches(_ subject: Text, shell pattern: Text) throws(ScriptError) -> Bool {
        var (place, position) = (0, 0)
        var star: (place: Int, position: Int)?
        while position < subject.count {
            if position & 15 == 0 { try spend() }
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == subject[position] || pattern[place] == UInt8(ascii: "?")
            {
                place += 1
                position += 1
            } else if let last = star {
                try spend()
                star = (last.place, last.position + 1)
                (place, position) = (last.place + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
