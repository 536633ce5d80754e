import OpenPGP

extension ClientSystem {
    /// Every system that the matrix knows, in the order of its reports.
    ///
    /// Versions are the newest that the release is known to have got; those of Debian 11 to 13 are compared with the real ones by
    /// Tests/EndToEnd/suites/test_client_matrix.py.
    public static let all: [ClientSystem] = debian + ubuntu + enterprise + fedora + suse + amazon

    private static let debian: [ClientSystem] = [
        apt("debian-10", "Debian 10", .debian, "10", dpkg: "1.19.8", apt: "1.8.2", gpgv: "2.2.12", xz: "5.2.4"),
        apt("debian-11", "Debian 11", .debian, "11", dpkg: "1.20.13", apt: "2.2.4", gpgv: "2.2.27", xz: "5.2.5"),
        apt("debian-12", "Debian 12", .debian, "12", dpkg: "1.21.23", apt: "2.6.1", gpgv: "2.2.40", xz: "5.4.1"),
        apt("debian-13", "Debian 13 (sqv)", .debian, "13", dpkg: "1.22.22", apt: "3.0.3", sqv: "1.3.0", xz: "5.8.1"),
    ]

    // apt has depended on sqv in Ubuntu, too, since 25.10: debian/control of apt 3.1.6ubuntu2.
    private static let ubuntu: [ClientSystem] = [
        apt(
            "ubuntu-14.04", "Ubuntu 14.04", .ubuntu, "14.04", dpkg: "1.17.5", apt: "1.0.1", gpgv: "1.4.16", xz: "5.1.1"),
        apt(
            "ubuntu-16.04", "Ubuntu 16.04", .ubuntu, "16.04", dpkg: "1.18.4", apt: "1.2.35", gpgv: "1.4.20", xz: "5.1.1"
        ),
        apt(
            "ubuntu-18.04", "Ubuntu 18.04", .ubuntu, "18.04", dpkg: "1.19.0", apt: "1.6.17", gpgv: "2.2.4", xz: "5.2.2"),
        apt(
            "ubuntu-20.04", "Ubuntu 20.04", .ubuntu, "20.04", dpkg: "1.19.7", apt: "2.0.10", gpgv: "2.2.19", xz: "5.2.4"
        ),
        apt(
            "ubuntu-22.04", "Ubuntu 22.04", .ubuntu, "22.04", dpkg: "1.21.1", apt: "2.4.13", gpgv: "2.2.27", xz: "5.2.5"
        ),
        apt("ubuntu-24.04", "Ubuntu 24.04", .ubuntu, "24.04", dpkg: "1.22.6", apt: "2.8.3", gpgv: "2.4.4", xz: "5.4.5"),
        apt(
            "ubuntu-26.04", "Ubuntu 26.04 (sqv)", .ubuntu, "26.04", dpkg: "1.23.0", apt: "3.1.12", sqv: "1.3.0",
            xz: "5.8.1"),
    ]

    private static let enterprise: [ClientSystem] = [
        rpm("el-7", "EL 7", .el, "7", rpm: "4.11.3", [.yum: "3.4.3"], xz: "5.2.2", [.enterprise7]),
        rpm("el-8", "EL 8", .el, "8", rpm: "4.14.3", [.dnf: "4.7.0"], xz: "5.2.4", [.enterprise8]),
        rpm(
            "el-8-fips", "EL 8 in FIPS mode", .el, "8", isFIPS: true, rpm: "4.14.3", [.dnf: "4.7.0"], xz: "5.2.4",
            [.enterprise8FIPS]),
        rpm("el-9", "EL 9", .el, "9", rpm: "4.16.1", [.dnf: "4.14.0"], xz: "5.2.5", [.enterprise9]),
        rpm(
            "el-9-fips", "EL 9 in FIPS mode", .el, "9", isFIPS: true, rpm: "4.16.1", [.dnf: "4.14.0"], xz: "5.2.5",
            [.enterprise9FIPS]),
        rpm("el-10", "EL 10", .el, "10", rpm: "4.19.1", [.dnf: "4.20.0"], xz: "5.6.2", [.sequoia]),
        rpm(
            "el-10-fips", "EL 10 in FIPS mode", .el, "10", isFIPS: true, rpm: "4.19.1", [.dnf: "4.20.0"], xz: "5.6.2",
            [.sequoia]),
    ]

    private static let fedora: [ClientSystem] = [
        rpm("fedora-40", "Fedora 40", .fedora, "40", rpm: "4.19.1", [.dnf: "4.21.0"], xz: "5.4.6", [.sequoia]),
        rpm("fedora-42", "Fedora 42", .fedora, "42", rpm: "4.20.1", [.dnf5: "5.2"], xz: "5.8.1", [.sequoia]),
        rpm("fedora-43", "Fedora 43", .fedora, "43", rpm: "6.0.1", [.dnf5: "5.2"], xz: "5.8.1", [.sequoia]),
    ]

    // SUSE's maintainer of rpm keeps its own OpenPGP code (https://github.com/rpm-software-management/rpm/pull/3848);
    // zypper checks metadata with gpg.
    private static let suse: [ClientSystem] = [
        rpm(
            "sles-12", "SLES 12", .suse, "12", rpm: "4.11.2", [.zypper: "1.13"], xz: "5.0.5", [.enterprise7, .zypper]),
        rpm("sles-15", "SLES 15", .suse, "15", rpm: "4.14.3", [.zypper: "1.14"], xz: "5.2.3", [.zypper]),
        rpm("leap-15", "openSUSE Leap 15", .suse, "15", rpm: "4.14.3", [.zypper: "1.14"], xz: "5.2.3", [.zypper]),
        rpm("sles-16", "SLES 16", .suse, "16", rpm: "4.20.1", [.zypper: "1.14"], xz: "5.8.1", [.zypper]),
        rpm("leap-16", "openSUSE Leap 16", .suse, "16", rpm: "4.20.1", [.zypper: "1.14"], xz: "5.8.1", [.zypper]),
        rpm(
            "tumbleweed", "openSUSE Tumbleweed", .suse, "9999", rpm: "4.20.1", [.zypper: "1.14"], xz: "5.8.1",
            [.zypper]),
    ]

    private static let amazon: [ClientSystem] = [
        rpm("amazon-2", "Amazon Linux 2", .amazon, "2", rpm: "4.11.3", [.yum: "3.4.3"], xz: "5.2.2", [.enterprise7]),
        rpm(
            "amazon-2023", "Amazon Linux 2023", .amazon, "2023", rpm: "4.16.1", [.dnf: "4.14.0"], xz: "5.2.5",
            [.enterprise9]),
    ]

    private static func apt(
        _ id: String, _ name: String, _ distribution: Distribution, _ release: ClientVersion, dpkg: ClientVersion,
        apt: ClientVersion, gpgv: ClientVersion? = nil, sqv: ClientVersion? = nil, xz: ClientVersion
    ) -> ClientSystem {
        var clients: [Client: ClientVersion] = [.dpkg: dpkg, .apt: apt, .xz: xz]
        clients[.gpgv] = gpgv
        clients[.sqv] = sqv
        return ClientSystem(
            id: id, name: name, distribution: distribution, release: release, isFIPS: false, clients: clients,
            keyFamilies: [sqv == nil ? .aptGPGV : .aptSQV])
    }

    private static func rpm(
        _ id: String, _ name: String, _ distribution: Distribution, _ release: ClientVersion, isFIPS: Bool = false,
        rpm: ClientVersion, _ manager: [Client: ClientVersion], xz: ClientVersion, _ families: Set<ClientFamily>
    ) -> ClientSystem {
        ClientSystem(
            id: id, name: name, distribution: distribution, release: release, isFIPS: isFIPS,
            clients: manager.merging([.rpm: rpm, .xz: xz]) { first, _ in first }, keyFamilies: families)
    }
}
