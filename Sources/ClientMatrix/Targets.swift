public import Diagnostics

/// The systems that something must work on.
///
/// An expression is a distribution, perhaps with a comparison, perhaps with `+fips`: `debian>=10`, `ubuntu>=14.04`,
/// `el>=8+fips`, `fedora`, `suse=15`. Without `+fips` systems in FIPS mode are left out, with it they are there, too.
/// The ID of one system, `el-9-fips`, names that alone. Several stand between commas or blanks.
public struct Targets: Sendable, Equatable {
    /// The systems, in the matrix's order, each once.
    public let systems: [ClientSystem]

    /// Every system that is known, FIPS mode included.
    public static let all = Targets(systems: ClientSystem.all)

    private init(systems: [ClientSystem]) { self.systems = systems }

    /// Names of os-release for distributions that we call otherwise.
    private static let aliases: [String: String] = [
        "rhel": "el", "centos": "el", "rocky": "el", "almalinux": "el", "ol": "el", "sles": "suse", "opensuse": "suse",
        "amzn": "amazon",
    ]

    /// Reads expressions.
    ///
    /// - Parameter expressions: At least one; systems that several select count once.
    /// - Throws: `.usage`, naming the expression that is none or selects no system.
    public init(_ expressions: [String]) throws(Failure) {
        let words = expressions.flatMap { $0.split { $0 == "," || $0 == " " } }
        guard !words.isEmpty else { throw Failure(.usage, "no target is named", hints: Self.hints) }
        var found: Set<ClientSystem> = []
        for word in words { found.formUnion(try Self.systems(String(word))) }
        systems = ClientSystem.all.filter(found.contains)
    }

    private static let hints = [
        "A target is a distribution (\(ClientSystem.Distribution.allCases.map(\.rawValue).joined(separator: ", "))), "
            + "with a release where not all are meant, and +fips for FIPS mode: debian>=10, el>=8+fips."
    ]

    private static func systems(_ word: String) throws(Failure) -> [ClientSystem] {
        if let system = ClientSystem.all.first(where: { $0.id == word }) { return [system] }
        var text = word[...]
        let hasFIPS = text.hasSuffix("+fips")
        if hasFIPS { text = text.dropLast(5) }
        let name = String(text.prefix { !"<>=".contains($0) })
        guard let distribution = ClientSystem.Distribution(rawValue: aliases[name] ?? name) else {
            let names = ClientSystem.Distribution.allCases.map(\.rawValue) + aliases.keys.sorted()
            throw Failure(
                .usage, "the target \"\(word)\" names no distribution that is known",
                hints: Suggestion.hints(for: name, among: names) + hints)
        }
        let rest = text.dropFirst(name.count)
        let sign = String(rest.prefix { "<>=".contains($0) })
        var matches: (ClientVersion) -> Bool = { _ in true }
        if !rest.isEmpty {
            guard let version = ClientVersion(parsing: rest.dropFirst(sign.count)), let test = comparison(sign, version)
            else {
                throw Failure(
                    .usage, "the target \"\(word)\" is none: expected <, <=, =, >= or > and a release behind \(name)",
                    hints: hints)
            }
            matches = test
        }
        let found = ClientSystem.all.filter {
            $0.distribution == distribution && (hasFIPS || !$0.isFIPS) && matches($0.release)
        }
        guard !found.isEmpty else {
            let known = ClientSystem.all.filter { $0.distribution == distribution }
            throw Failure(
                .usage, "the target \"\(word)\" selects no system that is known",
                hints: ["There are: " + known.map(\.id).joined(separator: ", ") + "."])
        }
        return found
    }

    private static func comparison(_ sign: String, _ version: ClientVersion) -> ((ClientVersion) -> Bool)? {
        switch sign {
        case "=": { $0.isRelease(of: version) }
        case ">=": { $0 >= version || $0.isRelease(of: version) }
        case "<=": { $0 <= version || version.isRelease(of: $0) }
        case ">": { $0 > version && !$0.isRelease(of: version) }
        case "<": { $0 < version && !version.isRelease(of: $0) }
        default: nil
        }
    }
}
