import Diagnostics
import LinuxIO

@testable import RPMFormat

/// Packages made by rpmbuild.
enum RPMBuild {
    /// Builds a package.
    ///
    /// - Parameters:
    ///   - spec: The spec file.
    ///   - payload: `_binary_payload`.
    ///   - scratch: Where to work.
    /// - Returns: The path of the package, the only one.
    static func build(
        _ spec: String, payload: String = "w6.xzdio", in scratch: borrowing Directory
    ) throws -> String {
        try scratch.makeDirectory("rpmbuild")
        try scratch.file("rpmbuild/sample.spec", [.write, .create, .truncate], mode: 0o644).write(spec)
        let top = PathText.join(scratch.path, "rpmbuild")
        let result = try run(
            "rpmbuild", "--quiet", "-bb", "--target", "x86_64", "--define", "_topdir \(top)", "--define",
            "_binary_payload \(payload)", "--define", "_binary_filedigest_algorithm 8", "--define",
            "_changelog_trimage 0", "--define", "_changelog_trimtime 0", "--define",
            "use_source_date_epoch_as_buildtime 1", "--define", "clamp_mtime_to_source_date_epoch 1", "--define",
            "_buildhost localhost", "--define", "_build_id_links none", "--define", "debug_package %{nil}", "--define",
            "_rpmfilename %%{NAME}.rpm", PathText.join(top, "sample.spec"), environment: ["SOURCE_DATE_EPOCH=946684800"]
        )
        guard result.status == 0 else { throw Failure(.failed, "rpmbuild: \(result.text)\(result.errorText)") }
        let packages = try scratch.directory("rpmbuild/RPMS").names()
        guard packages.count == 1 else { throw Failure(.failed, "rpmbuild made \(packages)") }
        return PathText.join(top, "RPMS/" + packages[0])
    }

    /// What `SampleRPM.demo()` is, for rpmbuild.
    static let demo = #"""
        Name: demo
        Version: 1.0~rc1
        Release: 1
        Summary: A demo
        License: MIT
        Group: Unspecified
        URL: https://example.com
        Vendor: V
        Packager: P <p@example.com>
        Requires: foo >= 1.2
        Requires(post): bar
        Requires(pre,postun): baz
        Recommends: rec
        Suggests: sug = 1
        Conflicts: con < 3
        Obsoletes: obs < 2
        Supplements: supp
        Enhances: enh
        %description
        Long text
        two lines

        %pretrans -p <lua>
        print("x")
        %pre
        echo pre
        %post
        echo post
        %preun
        echo preun
        %postun -p /sbin/ldconfig
        %posttrans
        echo posttrans
        %install
        mkdir -p %{buildroot}/opt/demo/bin %{buildroot}/opt/demo/conf %{buildroot}/opt/demo/emptydir
        echo hello > "%{buildroot}/opt/demo/bin/a b"
        echo lic > %{buildroot}/opt/demo/LICENSE
        echo doc > %{buildroot}/opt/demo/README
        echo conf > %{buildroot}/opt/demo/conf/c.conf
        echo cap > %{buildroot}/opt/demo/bin/cap
        ln -s bin/cap %{buildroot}/opt/demo/link
        %files
        %defattr(-,root,root)
        %dir /opt/demo
        %dir /opt/demo/bin
        %dir /opt/demo/conf
        %dir /opt/demo/emptydir
        %attr(755,root,root) "/opt/demo/bin/a b"
        %license /opt/demo/LICENSE
        %doc /opt/demo/README
        %config(noreplace) /opt/demo/conf/c.conf
        %ghost %config(noreplace) %attr(0,root,root) /opt/demo/conf/g.conf
        %caps(cap_net_bind_service=ep) %attr(755,root,root) /opt/demo/bin/cap
        /opt/demo/link
        """#

    /// What `SampleRPM.rich()` is, for rpmbuild.
    static let rich = #"""
        Name: rich
        Epoch: 3
        Version: 2^git1
        Release: 4
        Summary: Rich — and more
        License: MIT
        BuildArch: noarch
        Group: Ä
        Requires: (one >= 2 if two < 1~a)
        Requires(pretrans): early
        Requires(posttrans,preun): late = 1:2-3
        Provides: rich-thing = 7
        %description
        Ünïcode
        %pretrans
        true
        %post -p "/bin/bash -e"
        true

        false
        %preun -p <lua>
        print(1)
        %install
        mkdir -p %{buildroot}/etc/rich.d %{buildroot}/opt/rich
        cd %{buildroot}/opt/rich
        ln -s ../nowhere "l 1"
        touch empty
        touch "ü"
        echo r > read
        %files
        %config %dir /etc/rich.d
        %attr(4711,daemon,adm) /opt/rich/empty
        %verify(not md5 size mtime) %config(missingok) "/opt/rich/ü"
        "/opt/rich/l 1"
        %readme /opt/rich/read
        %ghost %dir %attr(0700,root,root) /opt/rich/gone
        %changelog
        * Sun Jan 02 2000 A <a@example.com> - 2^git1-4
        - Second
        - and more
        * Sat Jan 01 2000 B <b@example.com> - 1-1
        - First
        """#

    /// A package with hard links, a link of its own, a pipe and an epoch.
    static let links = #"""
        Name: links
        Epoch: 3
        Version: 2
        Release: 4
        Summary: Links
        License: MIT
        BuildArch: noarch
        %description
        Links
        %install
        mkdir -p %{buildroot}/opt/links
        cd %{buildroot}/opt/links
        echo one > b
        ln b a
        ln b z
        echo other > m
        echo twin > t1
        ln t1 t2
        ln -s /nowhere s
        %files
        /opt/links
        """#
}

/// Opens a package of the file system.
func open(_ path: String) throws(Failure) -> RPMFile { try RPMFile(try SharedFile(path: path).source()) }
