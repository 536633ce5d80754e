import Diagnostics
import LinuxIO
import RPMFormat

/// Packages that show everything repositories say of packages.
enum RichPackages {
    /// Writes them.
    ///
    /// - Parameter directory: Where `Packages` is made.
    static func write(in directory: borrowing Directory, sign: ((ByteSource) throws(Failure) -> [UInt8])? = nil) throws
    {
        try directory.makeDirectory("Packages")
        let packages = try directory.directory("Packages")
        try SamplePackage("plain").write(in: packages, sign: sign)
        for sample in [rich(), related(), changed(), filed()] { try sample.write(in: packages, sign: sign) }
        for spec in [linked, latin] { try build(spec, into: packages) }
    }

    /// Names, versions, texts.
    private static func rich() -> SamplePackage {
        var sample = SamplePackage(
            "rich+c.d_e", epoch: 3, version: "2.1~rc1+git", release: "4^x.el9", architecture: "noarch")
        sample.package.summary = "Ünïcode — <&> \"quoted\" 'so'"
        sample.package.description = "Lines\n\n  indented\n\ttabbed ]]> end  \n"
        sample.package.group = "Ä/B"
        sample.package.url = "https://example.com/?a=1&b=\"2\""
        sample.package.vendor = "V & W"
        sample.package.packager = "P <p@example.com>"
        return sample
    }

    /// Relations of every kind.
    private static func related() -> SamplePackage {
        var sample = SamplePackage("related")
        sample.package.relations = [
            RPMRelation(.requires, "foo", version: (.greaterOrEqual, "1.2")),
            RPMRelation(.requires, "foo", version: (.less, "2:3-4")), RPMRelation(.requires, "bar", stages: [.post]),
            RPMRelation(.requires, "baz", stages: [.pre, .postun]),
            RPMRelation(.requires, "early", stages: [.pretrans]),
            RPMRelation(.requires, "late", version: (.equal, "1:2-3"), stages: [.posttrans, .preun]),
            RPMRelation(.requires, "(one >= 2 if two < 1~a)"), RPMRelation(.requires, "ünï<&>"),
            RPMRelation(.requires, "related-thing", version: (.equal, "7")),
            RPMRelation(.requires, "/opt/related/bin/x"),
            RPMRelation(.requires, "/opt/related/y"), RPMRelation(.requires, "libc.so.6()(64bit)"),
            RPMRelation(.requires, "libc.so.6(GLIBC_2.2.5)(64bit)"),
            RPMRelation(.requires, "libc.so.6(GLIBC_2.14)(64bit)"),
            RPMRelation(.requires, "zzz"), RPMRelation(.provides, "related-thing", version: (.equal, "7")),
            RPMRelation(.provides, "other-thing"), RPMRelation(.recommends, "rec", version: (.greater, "1")),
            RPMRelation(.suggests, "sug", version: (.equal, "1")), RPMRelation(.supplements, "supp"),
            RPMRelation(.enhances, "enh"), RPMRelation(.conflicts, "con", version: (.less, "3")),
            RPMRelation(.obsoletes, "obs", version: (.lessOrEqual, "2")),
        ]
        sample.package.scripts = [RPMScriptlet(.pre, body: "true"), RPMScriptlet(.post, body: "true")]
        sample.addDirectory("/opt/related")
        sample.addDirectory("/opt/related/bin")
        sample.addFile("/opt/related/bin/x", "x")
        sample.addFile("/opt/related/y", "y")
        return sample
    }

    /// More changes than are kept, several of one day.
    private static func changed() -> SamplePackage {
        var sample = SamplePackage("changed")
        sample.package.changes = (0..<14).map {
            RPMChange(
                timestamp: 946_728_000 - Int64($0 / 4) * 86_400, author: "Ä <a@b.example> - \($0)  ",
                text: "- \($0) < & >\n- zwei")
        }
        return sample
    }

    /// Paths of every kind.
    private static func filed() -> SamplePackage {
        var sample = SamplePackage("filed")
        for path in ["/etc/filed", "/opt/filed", "/opt/filed/bin", "/opt/filed/ü"] { sample.addDirectory(path) }
        sample.addFile("/etc/filed/c.conf", "c", flags: [.config, .noReplace])
        sample.addFile("/opt/filed/bin/a b", "a")
        sample.addFile("/opt/filed/ü/<&>\"'", "a")
        sample.addFile("/opt/filed/README", "r", flags: .doc)
        sample.addGhost("/etc/filed/ghost")
        sample.addGhost("/opt/filed/ghost")
        sample.add(RPMEntry(path: "/opt/filed/bin/link", content: .link(target: "a b"), mode: 0o777))
        return sample
    }

    /// What rpmbuild makes of a package, with its own requirements and provides.
    private static let linked = #"""
        Name: built
        Version: 2
        Release: 4
        Summary: Built by rpmbuild
        License: MIT
        Requires(pre): /bin/sh
        Requires: config(built) = 2-4
        Provides: virtual(x) = 1:2-3
        %description
        Built

        by rpmbuild
        %pre
        true
        %post -p /sbin/ldconfig
        %install
        mkdir -p %{buildroot}/opt/built %{buildroot}/etc
        cd %{buildroot}/opt/built
        printf '#!/bin/sh\n' > script; chmod 755 script
        echo one > a; ln a b
        mkfifo pipe
        echo c > %{buildroot}/etc/built.conf
        %files
        /opt/built
        %config /etc/built.conf
        %ghost /var/log/built.log
        %changelog
        * Sun Jan 02 2000 A <a@example.com> - 2-4
        - Second
        """#

    /// Texts that aren't UTF-8.
    private static let latin =
        "Name: latin\nVersion: 1\nRelease: 1\nBuildArch: noarch\nLicense: MIT\nSummary: caf\u{E9}"
        + " \u{80}x\n%description\n\u{C4}\u{D6}\u{DC}\n%files\n"

    /// Builds a package with rpmbuild, the spec file in ISO 8859-1 where it can be.
    private static func build(_ spec: String, into packages: borrowing Directory) throws {
        let top = PathText.join(packages.path, "rpmbuild")
        try packages.makeDirectory("rpmbuild")
        let bytes = spec.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        try packages.file("rpmbuild/x.spec", [.write, .create, .truncate], mode: 0o644).write(bytes)
        try run([
            "rpmbuild", "--quiet", "-bb", "--define", "_topdir \(top)", "--define", "_rpmdir \(packages.path)",
            "--define", "_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm", "--define",
            "_binary_payload w6.gzdio", "--define", "_build_id_links none", "--define", "debug_package %{nil}",
            "--define", "_invalid_encoding_terminates_build 0", PathText.join(top, "x.spec"),
        ])
        _ = try packages.removeTree("rpmbuild")
    }
}
