import LinuxIO
import SetupPlan

/// The package managers of distributions, and what a person types for them.
enum PackageManager: String, Sendable, Equatable {
    /// Debian's.
    case dpkg
    /// That of Red Hat, SUSE and others.
    case rpm

    /// The one that installs a format; nil for a self-extracting installer.
    init?(_ format: PackageFormat) {
        switch format {
        case .bin: return nil
        case .deb: self = .dpkg
        case .rpm: self = .rpm
        }
    }

    /// The command that removes packages.
    func removal(of packages: [String]) -> String { command("remove", packages) }

    /// The command that puts a package's files back as they were.
    func reinstallation(of package: String) -> String {
        switch self {
        case .dpkg: command("install --reinstall", [package])
        case .rpm: frontEnd == "zypper" ? command("install --force", [package]) : command("reinstall", [package])
        }
    }

    /// The same with configuration files that were removed, which dpkg takes for an administrator's wish (dpkg(1)).
    func repair(of package: String) -> String {
        switch self {
        case .dpkg: command("install --reinstall -o Dpkg::Options::=--force-confmiss", [package])
        case .rpm: reinstallation(of: package)
        }
    }

    /// The command that compares a package's files with the originals.
    func verification(of package: String) -> String {
        switch self {
        case .dpkg: "dpkg --verify \(package)"
        case .rpm: "rpm -V \(package)"
        }
    }

    /// The command that tells what is known of a package.
    func description(of package: String) -> [String] {
        switch self {
        case .dpkg: ["dpkg-query", "--status", package]
        case .rpm: ["rpm", "-qi", package]
        }
    }

    /// Where its packages put systemd's units.
    var unitDirectory: String {
        switch self {
        case .dpkg: "/lib/systemd/system"
        case .rpm: "/usr/lib/systemd/system"
        }
    }

    private func command(_ verb: String, _ packages: [String]) -> String {
        "sudo \(frontEnd) \(verb) \(packages.joined(separator: " "))"
    }

    /// The program on top of it: SUSE has zypper, EL 7 yum.
    private var frontEnd: String {
        switch self {
        case .dpkg: "apt"
        case .rpm: ["dnf", "zypper", "yum"].first { Subprocess.find($0) != nil } ?? "dnf"
        }
    }
}

/// The native package that a config tool came in.
struct OwnPackage: Sendable, Equatable {
    /// What installed it.
    let manager: PackageManager
    /// Its name.
    let name: String

    /// Takes it out of a plan; nil for that of a self-extracting installer.
    init?(_ plan: Plan) {
        guard let manager = PackageManager(plan.format), let name = plan.package else { return nil }
        self.manager = manager
        self.name = name
    }

    /// `deb package demo`.
    var words: String { "\(manager == .dpkg ? "deb" : "rpm") package \(name)" }
    /// The command that puts its files back as they were.
    var reinstallation: String { manager.reinstallation(of: name) }
    /// The command that repairs it.
    ///
    /// - Parameter lacksConfiguration: Whether a configuration file is missing.
    func repair(withConfiguration lacksConfiguration: Bool) -> String {
        lacksConfiguration ? manager.repair(of: name) : reinstallation
    }
    /// The command that removes it.
    var removal: String { manager.removal(of: [name]) }
}

extension Plan {
    /// The native package that the plan came in; nil for a self-extracting installer.
    var ownPackage: OwnPackage? { OwnPackage(self) }

    /// How files that are missing or changed come back, as a sentence.
    var repairHint: String {
        ownPackage.map { "Run `\($0.reinstallation)`: it repairs." }
            ?? "Run the installer of the same version again: it repairs."
    }

    /// How a missing program comes back; it may be in another package than the one that starts it.
    ///
    /// - Parameter program: The program as a command names it.
    func repairHint(of program: String) -> String {
        guard let package = ownPackage, program != Layout.runtime, !entries.contains(where: { $0.path == program })
        else { return repairHint }
        let command = package.manager.reinstallation(of: "PACKAGE")
        return "It comes with another package than \(package.name): run `\(command)` with that one's name."
    }
}
