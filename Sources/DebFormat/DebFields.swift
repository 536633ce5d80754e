public import Diagnostics

/// The fields of a control file that have a form to check: name, version, architecture, relations.
public struct DebFields: Sendable {
    /// The package's name.
    public let package: String
    /// Its version.
    public let version: DebVersion
    /// Its architecture, `all` for every one.
    public let architecture: String
    /// The relation fields that are there, by the names of `DebRelation.fields`: between commas, then between bars.
    public private(set) var relations: [String: [[DebRelation]]] = [:]

    private let control: ControlParagraph

    /// Reads the fields without which dpkg installs nothing.
    ///
    /// - Throws: `.integrity`, naming the field.
    public init(_ control: ControlParagraph) throws(Failure) {
        self.control = control
        package = try Self.value("Package", in: control)
        if let problem = DebName.problem(Array(package.utf8)) {
            throw Self.failure("Package", package, problem)
        }
        let version = try Self.value("Version", in: control)
        guard let parsed = DebVersion(version) else {
            throw Self.failure(
                "Version", version, "a version is [epoch:]upstream[-revision], upstream with a digit first")
        }
        self.version = parsed
        architecture = try Self.value("Architecture", in: control)
        let letters = architecture.utf8
        guard letters.first != UInt8(ascii: "-"),
            letters.allSatisfy({ $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") })
        else { throw Self.failure("Architecture", architecture, "it has letters, digits and - only") }
    }

    /// Reads the other fields that have a form.
    ///
    /// - Throws: `.integrity`, naming the field.
    public mutating func check() throws(Failure) {
        for field in DebRelation.fields {
            // dpkg takes an empty field as none.
            guard let value = control[field], !value.isEmpty else { continue }
            relations[field] = try DebRelation.parse(value, field: field)
        }
        let words = [
            ("Multi-Arch", ["no", "same", "foreign", "allowed"]), ("Essential", ["yes", "no"]),
            ("Protected", ["yes", "no"]),
        ]
        for (field, values) in words {
            guard let value = control[field], !value.isEmpty else { continue }
            guard values.contains(value.lowercased()) else {
                throw Self.failure(field, value, "there are \(values.joined(separator: ", "))")
            }
        }
        if control["Multi-Arch"]?.lowercased() == "same", architecture == "all" {
            throw Self.failure("Multi-Arch", "same", "a package for every architecture can't be that")
        }
        if let size = control["Installed-Size"], !size.utf8.allSatisfy(\.isDigit) || size.utf8.count > 18 {
            throw Self.failure("Installed-Size", size, "it is a number of KiB")
        }
    }

    private static func value(_ name: String, in control: ControlParagraph) throws(Failure) -> String {
        guard let value = control[name], !value.isEmpty else {
            throw Failure(.integrity, "the control file has no field \(name)")
        }
        return value
    }

    private static func failure(_ field: String, _ value: String, _ problem: String) -> Failure {
        Failure(.integrity, "the control field \(field) is \"\(shown(value))\": \(problem)")
    }
}
