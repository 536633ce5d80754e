/// A release of Debian or Ubuntu that the tool knows.
public struct Codename: Sendable, Equatable {
    /// The codename, as `lsb_release -cs` prints it.
    public var name: String
    /// `ID` of os-release.
    public var system: String
    /// `VERSION_ID` of os-release.
    public var version: String
    /// The release as people call it: `Debian 12`, `Ubuntu 22.04 LTS`.
    public var title: String {
        system == "debian" ? "Debian \(version)" : "Ubuntu \(version) LTS"
    }

    /// Those that the tool knows, by system, the oldest first: distro-info-data's debian.csv and ubuntu.csv.
    public static let known = [
        Codename(name: "trusty", system: "ubuntu", version: "14.04"),
        Codename(name: "xenial", system: "ubuntu", version: "16.04"),
        Codename(name: "bionic", system: "ubuntu", version: "18.04"),
        Codename(name: "focal", system: "ubuntu", version: "20.04"),
        Codename(name: "jammy", system: "ubuntu", version: "22.04"),
        Codename(name: "noble", system: "ubuntu", version: "24.04"),
        Codename(name: "resolute", system: "ubuntu", version: "26.04"),
        Codename(name: "buster", system: "debian", version: "10"),
        Codename(name: "bullseye", system: "debian", version: "11"),
        Codename(name: "bookworm", system: "debian", version: "12"),
        Codename(name: "trixie", system: "debian", version: "13"),
    ]

    /// The release with a codename; nil for one that the tool doesn't know.
    public static func named(_ name: String) -> Codename? { known.first { $0.name == name } }
}
