/// A program on customers' machines that takes or refuses what we make.
public enum Client: String, Sendable, CaseIterable {
    /// Unpacks Debian packages.
    case dpkg
    /// Reads APT repositories.
    case apt
    /// GnuPG's verifier, which apt runs.
    case gpgv
    /// Sequoia's verifier, which apt runs.
    case sqv
    /// Unpacks RPM packages.
    case rpm
    /// Reads YUM repositories: version 3, in Python.
    case yum
    /// Reads YUM repositories: version 4.
    case dnf
    /// Reads YUM repositories: version 5.
    case dnf5
    /// Reads YUM repositories: SUSE's.
    case zypper
    /// liblzma, by which dpkg and rpm read xz.
    case xz
}

/// A version made of numbers.
public struct ClientVersion: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    private let parts: [Int]
    /// As it was written.
    public let description: String

    /// Takes a text; nil unless it is numbers between dots.
    ///
    /// - Parameter text: `4.16.1`.
    public init?(parsing text: some StringProtocol) {
        var parts: [Int] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(part) else { return nil }
            parts.append(number)
        }
        guard !parts.isEmpty else { return nil }
        self.parts = parts
        description = String(text)
    }

    /// Takes a literal, of which what follows the numbers is left out.
    public init(stringLiteral value: String) {
        parts = value.split(separator: ".").map { Int($0) ?? 0 }
        description = value
    }

    /// Number by number; one that ends first is lower.
    public static func < (left: ClientVersion, right: ClientVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// Whether the numbers are the same.
    public static func == (left: ClientVersion, right: ClientVersion) -> Bool { left.parts == right.parts }
    /// By the numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine(parts) }

    /// Whether it is a version, or a release of one: 15.6 is one of 15.
    func isRelease(of version: ClientVersion) -> Bool { parts.starts(with: version.parts) }
}
