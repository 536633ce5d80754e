/// A pattern for relative paths: `*` and `?` within a component, `[…]` sets, `**` for any number of components.
///
/// A pattern without `/` matches a name at any depth; one with `/` matches the whole path. Matching compares bytes, so
/// that every locale finds the same files; a leading dot needs no special treatment.
public struct Glob: Sendable, Hashable {
    /// The pattern as it was written.
    public let pattern: String
    private let components: [[UInt8]]

    /// Takes a pattern; nil when it is empty, absolute, escapes, or has an unfinished set.
    ///
    /// - Parameter pattern: A relative pattern without `.`, `..` or empty components.
    public init?(_ pattern: String) {
        let components = pattern.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for component in components {
            let bytes = Array(component)
            if bytes.isEmpty || bytes == Array(".".utf8) || bytes == Array("..".utf8) { return nil }
            if !Self.setsAreClosed(bytes) { return nil }
        }
        self.pattern = pattern
        self.components = components.map(Array.init)
    }

    /// The components before the first one with a wildcard, joined by `/`: the directory where a search starts.
    public var fixedPrefix: String {
        let fixed = components.dropLast().prefix { !Self.hasWildcard($0) }
        return fixed.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }

    /// Whether the pattern says more than one fixed path.
    public var hasWildcards: Bool { components.contains(where: Self.hasWildcard) }

    /// Whether a path matches.
    ///
    /// - Parameter path: A relative path, components joined by `/`.
    /// - Returns: Whether the whole path, or its last component for a pattern without `/`, matches.
    public func matches(_ path: String) -> Bool {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"))
        if components.count == 1, let last = parts.last, components[0] != Self.anyDepth {
            return Self.match(components[0][...], Array(last)[...])
        }
        return Self.matchPath(components[...], parts.map(Array.init)[...])
    }

    private static let anyDepth = Array("**".utf8)

    private static func hasWildcard(_ component: [UInt8]) -> Bool {
        component.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    private static func setsAreClosed(_ component: [UInt8]) -> Bool {
        var rest = component[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "[")) {
            guard let set = CharacterSet(rest[open...]) else { return false }
            rest = set.rest
        }
        return true
    }

    /// `**` stands for zero or more components.
    private static func matchPath(_ pattern: ArraySlice<[UInt8]>, _ path: ArraySlice<[UInt8]>) -> Bool {
        // reachable[i]: the pattern read so far matches the first i components.
        var reachable = [Bool](repeating: false, count: path.count + 1)
        reachable[0] = true
        let parts = Array(path)
        for component in pattern {
            var next = [Bool](repeating: false, count: parts.count + 1)
            if component == anyDepth {
                var seen = false
                for index in 0...parts.count {
                    seen = seen || reachable[index]
                    next[index] = seen
                }
            } else {
                for index in 0..<parts.count where reachable[index] {
                    next[index + 1] = match(component[...], parts[index][...])
                }
            }
            reachable = next
        }
        return reachable[parts.count]
    }

    /// One component, in time proportional to pattern times name: a `*` is retried one byte later, only the last one.
    private static func match(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var rest = pattern
        var tail = name
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if rest.first == UInt8(ascii: "*") {
                rest = rest.dropFirst()
                retry = (rest, tail)
                continue
            }
            if rest.isEmpty, tail.isEmpty { return true }
            if let byte = tail.first, let after = step(rest, byte) {
                rest = after
                tail = tail.dropFirst()
                continue
            }
            guard let last = retry, !last.name.isEmpty else { return false }
            rest = last.pattern
            tail = last.name.dropFirst()
            retry = (rest, tail)
        }
    }

    /// The pattern after one byte, nil when the byte doesn't match.
    private static func step(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        if first == UInt8(ascii: "?") { return pattern.dropFirst() }
        if first == UInt8(ascii: "["), let set = CharacterSet(pattern) { return set.contains(byte) ? set.rest : nil }
        return first == byte ? pattern.dropFirst() : nil
    }
}

/// `[a-z]`, `[!0-9]`: bytes, not characters.
private struct CharacterSet {
    private var isNegated = false
    private var ranges: [ClosedRange<UInt8>] = []
    /// What follows the set.
    private(set) var rest: ArraySlice<UInt8>

    /// Reads a set that starts at `[`; a `]` directly after it is a member.
    init?(_ pattern: ArraySlice<UInt8>) {
        rest = pattern.dropFirst()
        if rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^") {
            isNegated = true
            rest = rest.dropFirst()
        }
        while let low = rest.first {
            if low == UInt8(ascii: "]"), !ranges.isEmpty {
                rest = rest.dropFirst()
                return
            }
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first, high != UInt8(ascii: "]") {
                guard low <= high else { return nil }
                ranges.append(low...high)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(low...low)
            }
        }
        return nil
    }

    func contains(_ byte: UInt8) -> Bool {
        ranges.contains { $0.contains(byte) } != isNegated
    }
}
