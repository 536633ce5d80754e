import SetupPlan

/// A version of the GNU C library, and which one systems have.
public struct GlibcVersion: Comparable, Sendable, CustomStringConvertible {
    /// The numbers between the dots.
    let parts: [Int]

    /// Reads digits and dots.
    ///
    /// - Parameter text: `2.17`.
    public init?(_ text: some StringProtocol) {
        var parts: [Int] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            guard let number = Int(part), number >= 0, part.first != "+" else { return nil }
            parts.append(number)
        }
        guard !parts.isEmpty else { return nil }
        self.parts = parts
    }

    /// The library's version behind a symbol's version.
    ///
    /// - Parameter name: `GLIBC_2.17`.
    /// - Returns: nil for versions of another library, and for `GLIBC_PRIVATE`.
    public init?(symbolVersion name: String) {
        // Relative relocations are no symbol: the linker asks for them under this name, and glibc 2.36 has it first.
        if name == "GLIBC_ABI_DT_RELR" {
            self.init("2.36")
        } else if name.hasPrefix("GLIBC_") {
            self.init(name.dropFirst("GLIBC_".count))
        } else {
            return nil
        }
    }

    /// The numbers with dots, `2.17`.
    public var description: String { parts.map(String.init).joined(separator: ".") }

    /// Compares number by number.
    public static func < (left: GlibcVersion, right: GlibcVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// The oldest library on the systems that a manifest names.
    ///
    /// - Parameter systems: `requirements.os`; one without a lowest version promises nothing.
    /// - Returns: The version and a sentence's end that says where it comes from: `debian>=10 has glibc 2.28`; nil when
    ///   no system with a known library has a lowest version.
    static func floor(of systems: [SystemRequirement]) -> (version: GlibcVersion, words: String)? {
        var lowest: (version: GlibcVersion, words: String)?
        for system in systems {
            guard let minimum = system.minimumVersion, let asked = GlibcVersion(minimum),
                let releases = releases(of: system.id), let first = releases.first
            else { continue }
            let release = releases.last { $0.release <= asked }
            let version = (release ?? first).glibc
            if let lowest, lowest.version <= version { continue }
            let words = "\(system.id)>=\(minimum) has glibc \(version)" + (release == nil ? " or an older one" : "")
            lowest = (version, words)
        }
        return lowest
    }

    private static func releases(of id: String) -> [(release: GlibcVersion, glibc: GlibcVersion)]? {
        let name = ["rhel", "centos", "rocky", "almalinux", "ol"].contains(id) ? "el" : id
        return table[name]?.compactMap { release, glibc in
            guard let release = GlibcVersion(release), let glibc = GlibcVersion(glibc) else { return nil }
            return (release, glibc)
        }
    }

    /// Releases and the library they came with, as the distributions' archives list them; a release between two of
    /// these counts as the earlier one.
    private static let table: [String: [(String, String)]] = [
        "debian": [
            ("6", "2.11"), ("7", "2.13"), ("8", "2.19"), ("9", "2.24"), ("10", "2.28"), ("11", "2.31"),
            ("12", "2.36"), ("13", "2.41"),
        ],
        "ubuntu": [
            ("12.04", "2.15"), ("14.04", "2.19"), ("16.04", "2.23"), ("18.04", "2.27"), ("20.04", "2.31"),
            ("22.04", "2.35"), ("24.04", "2.39"), ("25.04", "2.41"),
        ],
        "el": [("5", "2.5"), ("6", "2.12"), ("7", "2.17"), ("8", "2.28"), ("9", "2.34"), ("10", "2.39")],
        "fedora": [
            ("20", "2.18"), ("21", "2.20"), ("22", "2.21"), ("23", "2.22"), ("24", "2.23"), ("25", "2.24"),
            ("26", "2.25"), ("27", "2.26"), ("28", "2.27"), ("29", "2.28"), ("30", "2.29"), ("31", "2.30"),
            ("32", "2.31"), ("33", "2.32"), ("34", "2.33"), ("35", "2.34"), ("36", "2.35"), ("37", "2.36"),
            ("38", "2.37"), ("39", "2.38"), ("40", "2.39"), ("41", "2.40"), ("42", "2.41"), ("43", "2.42"),
        ],
        "sles": [
            ("11", "2.11"), ("12", "2.19"), ("12.2", "2.22"), ("15", "2.26"), ("15.3", "2.31"), ("15.6", "2.38"),
            ("16", "2.40"),
        ],
        // 42, which came before 15, has long been out of use.
        "opensuse-leap": [("15", "2.26"), ("15.3", "2.31"), ("15.6", "2.38"), ("16", "2.40")],
        "amzn": [("2", "2.26"), ("2023", "2.34")],
    ]
}
