internal import LinuxIO
internal import SetupPlan

/// Whether the vendor supports the operating system; os-release(5).
enum SystemCheck {
    /// Rebuilds and derivatives of Red Hat Enterprise Linux whose versions count like its own.
    private static let enterpriseLinux: Set<String> = [
        "rhel", "centos", "rocky", "almalinux", "ol", "eurolinux", "scientific", "cloudlinux", "circle", "virtuozzo",
        "miraclelinux", "navylinux",
    ]

    static func finding(_ required: [SystemRequirement], _ context: PreflightContext) -> PreflightFinding {
        if required.isEmpty { return PreflightFinding("os", .ok, "every system is supported") }
        let supported = required.map { $0.id + ($0.minimumVersion.map { ">=" + $0 } ?? "") }.joined(separator: ", ")
        let files = ["/etc/os-release", "/usr/lib/os-release"]
        guard let text = files.lazy.compactMap({ context.text(context.path($0)) }).first else {
            return PreflightFinding("os", .warning, "the system does not say what it is (supported: \(supported))")
        }
        let release = OSRelease(parsing: text)
        // Its own name first: by ID_LIKE, an Ubuntu that is too old would still count as some Debian.
        let matches = required.compactMap { system in
            versionIfNamed(system.id, release).map { ($0, system.minimumVersion) }
        }
        if matches.contains(where: { isAtLeast($0, $1) }) {
            return PreflightFinding("os", .ok, "\(release.title) is supported")
        }
        if !matches.isEmpty {
            return PreflightFinding(
                "os", .refusal, "\(release.title) is older than what is supported (\(supported))",
                hint: "Update the system, or waive the check named os.")
        }
        // A derivative counts its versions in its own way (Mint 21 is Ubuntu 22.04), so they aren't compared.
        if let system = required.first(where: { release.like.contains($0.id) }) {
            return PreflightFinding("os", .ok, "\(release.title) counts as \(system.id)")
        }
        return PreflightFinding("os", .warning, "\(release.title) is not known to be supported (\(supported))")
    }

    /// The version to compare where the system is the one that is named; nil where it is another.
    ///
    /// The inner value is nil for a system without a version.
    private static func versionIfNamed(_ id: String, _ release: OSRelease) -> String?? {
        if id == release.id { return .some(release.version) }
        guard id == "el" else { return .none }
        if release.id == "amzn" {
            // Amazon Linux counts by itself: 2 was made from el7, 2023 from Fedora on the way to el9; 2018.03 from el6.
            let versions = ["2": "7", "2023": "9", "2018.03": "6"]
            return .some(release.version.flatMap { versions[$0] })
        }
        let isFamily = enterpriseLinux.contains(release.id) || !release.like.isDisjoint(with: ["rhel", "centos"])
        return isFamily ? .some(release.version) : .none
    }

    /// Systems without a version (Debian's testing, Arch) are newer than any.
    private static func isAtLeast(_ found: String?, _ minimum: String?) -> Bool {
        guard let found, let minimum else { return true }
        func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
        let (have, need) = (numbers(found), numbers(minimum))
        for index in 0..<max(have.count, need.count) {
            let (left, right) = (index < have.count ? have[index] : 0, index < need.count ? need[index] : 0)
            if left != right { return left > right }
        }
        return true
    }
}

/// What os-release(5) says.
struct OSRelease {
    /// `ID`, `linux` where it is missing.
    var id = "linux"
    /// The words of `ID_LIKE`.
    var like: Set<String> = []
    /// `VERSION_ID`.
    var version: String?
    /// `PRETTY_NAME`, or what the other fields make.
    var title: String

    init(parsing text: String) {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            fields[String(line[..<equals])] = Self.unquoted(line[line.index(after: equals)...])
        }
        func field(_ name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }
        id = field("ID") ?? "linux"
        like = Set((field("ID_LIKE") ?? "").split(separator: " ").map(String.init))
        version = field("VERSION_ID")
        title = PathText.display(field("PRETTY_NAME") ?? [id, version ?? ""].joined(separator: " "))
    }

    /// A value without its quotes and without the backslashes that a shell would take away.
    private static func unquoted(_ value: Substring) -> String {
        var text = value
        if let quote = text.first, quote == "\"" || quote == "'", text.count > 1, text.last == quote {
            text = text.dropFirst().dropLast()
            if quote == "'" { return String(text) }
        }
        var result = ""
        var isEscaped = false
        for character in text {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }
}
