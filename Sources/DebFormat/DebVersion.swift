/// A version in dpkg's order: `[epoch:]upstream[-revision]`, deb-version(7), dpkg lib/dpkg/version.c.
public struct DebVersion: Sendable, CustomStringConvertible {
    /// Counts changes of the scheme; most packages have 0.
    public let epoch: UInt32
    /// The version of what is packaged.
    public let upstream: String
    /// The version of the packaging; empty where there is none.
    public let revision: String

    /// Reads a version.
    ///
    /// - Parameter text: The version, without blanks.
    /// - Returns: nil unless the text has the form that Debian Policy 5.6.12 asks for; dpkg only warns of an upstream
    ///   version that doesn't begin with a digit.
    public init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        var epoch: UInt32 = 0
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            let digits = rest[..<colon]
            // dpkg takes at most INT_MAX.
            guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy(\.isDigit),
                let value = Int32(exactly: digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) })
            else { return nil }
            epoch = UInt32(value)
            rest = rest[(colon + 1)...]
        }
        var upstream = rest
        var revision = rest[rest.endIndex...]
        if let hyphen = rest.lastIndex(of: UInt8(ascii: "-")) {
            upstream = rest[..<hyphen]
            revision = rest[(hyphen + 1)...]
            guard !revision.isEmpty else { return nil }
        }
        guard let first = upstream.first, first.isDigit,
            upstream.allSatisfy({ $0.isDigit || $0.isLetter || Array(".-+~:".utf8).contains($0) }),
            revision.allSatisfy({ $0.isDigit || $0.isLetter || Array(".+~".utf8).contains($0) })
        else { return nil }
        self.epoch = epoch
        self.upstream = String(decoding: upstream, as: UTF8.self)
        self.revision = String(decoding: revision, as: UTF8.self)
    }

    /// The version as text, without an epoch of 0.
    public var description: String {
        (epoch > 0 ? "\(epoch):" : "") + upstream + (revision.isEmpty ? "" : "-" + revision)
    }
}

extension DebVersion: Comparable {
    /// Whether dpkg takes the left version as older.
    public static func < (left: DebVersion, right: DebVersion) -> Bool { left.compare(right) < 0 }

    /// Whether dpkg takes both as the same, as `1.0` and `1.00-0`.
    public static func == (left: DebVersion, right: DebVersion) -> Bool { left.compare(right) == 0 }

    private func compare(_ other: DebVersion) -> Int {
        if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
        let order = Self.compare(Array(upstream.utf8)[...], Array(other.upstream.utf8)[...])
        return order != 0 ? order : Self.compare(Array(revision.utf8)[...], Array(other.revision.utf8)[...])
    }

    /// The order of two versions as bytes, without making values of them: what an index of many is sorted by.
    ///
    /// - Parameters:
    ///   - left: A version that `DebVersion` reads.
    ///   - right: Another one.
    /// - Returns: Less than 0 where dpkg takes the left one as older, 0 where it takes both as the same.
    public static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let (left, right) = (parts(left), parts(right))
        // An epoch is a number in front of a colon, which is in the order of versions, too.
        for (one, other) in [(left.epoch, right.epoch), (left.upstream, right.upstream)] {
            let order = compare(one, other)
            if order != 0 { return order }
        }
        return compare(left.revision, right.revision)
    }

    private static func parts(
        _ version: ArraySlice<UInt8>
    ) -> (epoch: ArraySlice<UInt8>, upstream: ArraySlice<UInt8>, revision: ArraySlice<UInt8>) {
        let colon = version.firstIndex(of: UInt8(ascii: ":"))
        let rest = colon.map { version[($0 + 1)...] } ?? version
        let hyphen = rest.lastIndex(of: UInt8(ascii: "-"))
        return (
            colon.map { version[..<$0] } ?? [], hyphen.map { rest[..<$0] } ?? rest,
            hyphen.map { rest[($0 + 1)...] } ?? []
        )
    }

    /// `verrevcmp`: by turns what isn't digits, by weight, and digits, as numbers.
    private static func compare(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        var left = left
        var right = right
        while !left.isEmpty || !right.isEmpty {
            while left.first?.isDigit == false || right.first?.isDigit == false {
                let weights = (weight(left.first), weight(right.first))
                if weights.0 != weights.1 { return weights.0 - weights.1 }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let digits = (left.prefix(while: \.isDigit), right.prefix(while: \.isDigit))
            left = left.dropFirst(digits.0.count)
            right = right.dropFirst(digits.1.count)
            let numbers = (digits.0.drop { $0 == 0x30 }, digits.1.drop { $0 == 0x30 })
            if numbers.0.count != numbers.1.count { return numbers.0.count - numbers.1.count }
            if !numbers.0.elementsEqual(numbers.1) { return numbers.0.lexicographicallyPrecedes(numbers.1) ? -1 : 1 }
        }
        return 0
    }

    /// Letters before what isn't one, and `~` before even the end.
    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !byte.isDigit else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return byte.isLetter ? Int(byte) : Int(byte) + 256
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII digit.
    var isDigit: Bool { (0x30...0x39).contains(self) }
    /// Whether the byte is an ASCII letter.
    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
}
