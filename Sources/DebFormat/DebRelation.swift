public import Diagnostics

/// One package that a relation field names, `libc6:amd64 (>= 2.17)`.
public struct DebRelation: Sendable, Equatable {
    /// How a version must compare.
    public enum Comparison: String, Sendable, CaseIterable {
        case earlier = "<<"
        case earlierOrEqual = "<="
        case equal = "="
        case laterOrEqual = ">="
        case later = ">>"
    }

    /// The package's name.
    public var name: String
    /// The architecture behind a colon, or nil.
    public var architecture: String?
    /// The comparison and the version, or nil for any version.
    public var version: Version?

    /// A comparison and what to compare with.
    public struct Version: Sendable, Equatable {
        /// How.
        public var comparison: Comparison
        /// With what; as written, where it is read.
        public var text: String

        /// Makes a condition.
        public init(_ comparison: Comparison, _ text: String) {
            self.comparison = comparison
            self.text = text
        }
    }

    /// Names a package.
    public init(name: String, architecture: String? = nil, version: Version? = nil) {
        self.name = name
        self.architecture = architecture
        self.version = version
    }

    /// The relation as a field has it.
    public var text: String {
        name + (architecture.map { ":" + $0 } ?? "")
            + (version.map { " (\($0.comparison.rawValue) \($0.text))" } ?? "")
    }

    /// The fields that hold relations; Debian Policy 7.
    public static let fields = [
        "Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances", "Breaks", "Conflicts", "Replaces", "Provides",
        "Built-Using", "Static-Built-Using",
    ]

    /// The fields in which alternatives make no sense.
    private static let plainFields: Set<String> = [
        "breaks", "conflicts", "replaces", "provides", "built-using", "static-built-using",
    ]

    /// Reads a field; `f_dependency` of dpkg lib/dpkg/fields.c, without the forms that it warns of.
    ///
    /// - Parameters:
    ///   - value: The field's value.
    ///   - field: Its name, which says whether alternatives may be there.
    /// - Returns: A list of alternatives for each part between commas.
    /// - Throws: `.integrity`, naming the field and the byte of the value.
    public static func parse(_ value: String, field: String) throws(Failure) -> [[DebRelation]] {
        var parser = DebRelationParser(value, field: field)
        return try parser.parse(allowsAlternatives: !plainFields.contains(field.lowercased()))
    }
}

/// Walks over the bytes of a relation field.
struct DebRelationParser {
    private let bytes: [UInt8]
    private let field: String
    private var position = 0

    init(_ value: String, field: String) {
        bytes = Array(value.utf8)
        self.field = field
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func parse(allowsAlternatives: Bool) throws(Failure) -> [[DebRelation]] {
        var groups: [[DebRelation]] = []
        skipSpace()
        while next != nil {
            var group = [try relation()]
            while next == UInt8(ascii: "|") {
                guard allowsAlternatives else { throw failure("alternatives, which it can't have") }
                position += 1
                skipSpace()
                group.append(try relation())
            }
            groups.append(group)
            guard next != nil else { break }
            guard next == UInt8(ascii: ",") else { throw failure("neither comma nor end") }
            position += 1
            skipSpace()
            // dpkg takes no comma at the end.
            guard next != nil else { throw failure("no package behind a comma") }
        }
        guard !groups.isEmpty else { throw failure("no package") }
        return groups
    }

    private mutating func relation() throws(Failure) -> DebRelation {
        let name = take { !$0.isSpace && !Array(":(,|".utf8).contains($0) }
        if let problem = DebName.problem(name) {
            position -= name.count
            throw failure("the package \"\(shown(String(decoding: name, as: UTF8.self)))\": \(problem)")
        }
        var relation = DebRelation(name: String(decoding: name, as: UTF8.self))
        if next == UInt8(ascii: ":") {
            position += 1
            let architecture = take { $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }
            guard let first = architecture.first, first != UInt8(ascii: "-") else {
                throw failure("no architecture behind a colon")
            }
            relation.architecture = String(decoding: architecture, as: UTF8.self)
        }
        skipSpace()
        guard next == UInt8(ascii: "(") else { return relation }
        position += 1
        skipSpace()
        let sign = String(decoding: take { Array("<=>".utf8).contains($0) }, as: UTF8.self)
        guard let comparison = DebRelation.Comparison(rawValue: sign) else {
            throw failure("the comparison \"\(sign)\"; there are <<, <=, =, >= and >>")
        }
        skipSpace()
        let version = String(decoding: take { !$0.isSpace && !Array("()".utf8).contains($0) }, as: UTF8.self)
        guard DebVersion(version) != nil else { throw failure("the version \"\(shown(version))\", which is none") }
        skipSpace()
        guard next == UInt8(ascii: ")") else { throw failure("no ) behind a version") }
        position += 1
        skipSpace()
        relation.version = DebRelation.Version(comparison, version)
        return relation
    }

    private mutating func take(_ isTaken: (UInt8) -> Bool) -> [UInt8] {
        let taken = Array(bytes[position...].prefix(while: isTaken))
        position += taken.count
        return taken
    }

    private mutating func skipSpace() { _ = take(\.isSpace) }

    private func failure(_ problem: String) -> Failure {
        Failure(.integrity, "the field \(field) has \(problem), at byte \(position) of its value")
    }
}

/// Names of packages.
enum DebName {
    /// What is wrong with a name, or nil; Debian Policy 5.6.1 and `pkg_name_is_invalid` of dpkg lib/dpkg/parsehelp.c, which
    /// allows capitals and underscores in what it reads.
    static func problem(_ name: [UInt8]) -> String? {
        guard let first = name.first, first.isDigit || first.isLetter else {
            return "a name begins with a letter or digit"
        }
        guard name.allSatisfy({ $0.isDigit || $0.isLetter || Array("-+._".utf8).contains($0) }) else {
            return "a name has letters, digits and -+. only"
        }
        return nil
    }
}

extension UInt8 {
    /// Whether the byte is one that C's isspace takes.
    var isSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
