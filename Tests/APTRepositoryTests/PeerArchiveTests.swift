import APTRepository
import Diagnostics
import Foundation
import LinuxIO
import RepositoryFiles
import Signing
import Testing

/// Archives by other tools, and mirrors of them: what we say of them when nothing is wrong, and when something is.
@Suite struct PeerArchiveTests {
    private let scratch: Scratch
    private let home: GPGHome
    private let key: String
    private let ring: String

    init() throws {
        scratch = try Scratch()
        home = try GPGHome()
        key = try home.key()
        ring = try home.ring(key)
        for (name, version, architecture) in [
            ("some-agent", "1.0", "amd64"), ("some-agent", "1.0", "arm64"), ("libsome", "1.0", "all"),
            ("other", "2:3.0~rc1-1", "amd64"),
        ] {
            var deb = SampleDeb()
            (deb.name, deb.version, deb.architecture) = (name, version, architecture)
            deb.fields += "\nDepends: libsome | other"
            try deb.build("debs/\(name)_\(version.replacing("2:", with: ""))_\(architecture).deb", in: scratch)
        }
    }

    private var environment: [String] {
        ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "GNUPGHOME=\(home.path)", "HOME=\(scratch.path)"]
    }

    @discardableResult private func shell(_ script: String) throws -> String {
        try run(["sh", "-euc", "cd '\(scratch.path)'\n\(script)"], environment: environment)
    }

    private func verify(
        _ directory: String, _ change: (inout APTVerifier.Options) -> Void = { _ in }
    ) throws -> APTVerifier.Report {
        var options = APTVerifier.Options()
        options.keys = try GPGVerifier(keys: [ring])
        change(&options)
        return try APTVerifier(DirectoryReader("\(scratch.path)/\(directory)"), options: options).verify()
    }

    private func aptly() throws {
        try scratch.file(
            "aptly.conf", bytes(#"{"rootDir": "\#(scratch.path)/aptly", "architectures": ["amd64", "arm64"]}"#))
        try shell(
            """
            aptly="aptly -config=aptly.conf"
            $aptly repo create -distribution=bookworm -component=main agents
            $aptly repo add agents debs
            $aptly publish repo -batch -gpg-key=\(key) -origin=Example -label=Example agents
            """)
    }

    private func reprepro() throws {
        try scratch.file(
            "reprepro/conf/distributions",
            bytes(
                """
                Origin: Example
                Label: Example
                Codename: bookworm
                Suite: stable
                Architectures: amd64 arm64
                Components: main
                DebIndices: Packages Release . .gz .xz
                Contents: .gz
                SignWith: \(key)

                """))
        try shell("for deb in debs/*.deb; do reprepro -b reprepro includedeb bookworm $deb; done")
    }

    private func ftparchive() throws {
        try shell(
            """
            mkdir -p ftp/pool/main && cp debs/*.deb ftp/pool/main && cd ftp
            for arch in amd64 arm64; do
                dir=dists/bookworm/main/binary-$arch
                mkdir -p $dir
                apt-ftparchive --arch $arch packages pool/main > $dir/Packages
                gzip -9nk $dir/Packages
                xz -k $dir/Packages
            done
            apt-ftparchive -o APT::FTPArchive::Release::Codename=bookworm -o APT::FTPArchive::Release::Components=main \\
                -o APT::FTPArchive::Release::Architectures='amd64 arm64' -o APT::FTPArchive::DoByHash=true \\
                release dists/bookworm > Release
            mv Release dists/bookworm
            gpg --batch -u \(key) --clear-sign -o dists/bookworm/InRelease dists/bookworm/Release
            gpg --batch -u \(key) -abs -o dists/bookworm/Release.gpg dists/bookworm/Release
            """)
    }

    @Test func `aptly's archive has no fault, and planted ones are found`() throws {
        try aptly()
        let report = try verify("aptly/public")
        #expect(report.faults == [])
        #expect(report.stanzas == 5 && report.packages.count == 4)
        try shell(
            """
            aptly -config=aptly.conf publish drop bookworm
            aptly -config=aptly.conf publish repo -batch -gpg-key=\(key) -acquire-by-hash agents
            """)
        let byHash = try verify("aptly/public")
        #expect(byHash.faults == [])
        try shell("echo >> $(ls aptly/public/pool/main/o/other/*.deb)")
        #expect(try verify("aptly/public").faults.map(\.id) == ["package-size"])
    }

    @Test func `reprepro's archive has no fault, and planted ones are found`() throws {
        try reprepro()
        let report = try verify("reprepro")
        #expect(report.faults == [])
        #expect(report.stanzas == 5 && report.packages.count == 4)
        try shell("rm reprepro/pool/main/o/other/*.deb; cp debs/other* reprepro/pool/main/s/")
        #expect(Set(try verify("reprepro").faults.map(\.id)) == ["package-missing", "package-orphan"])
    }

    @Test func `apt-ftparchive's archive has no fault, and planted ones are found`() throws {
        try ftparchive()
        let report = try verify("ftp")
        #expect(report.faults == [])
        #expect(report.stanzas == 5 && report.packages.count == 4)
        try shell("echo x >> ftp/dists/bookworm/main/binary-arm64/Packages")
        #expect(try verify("ftp").faults.map(\.id) == ["file-size"])
    }

    @Test func `mirrors by apt-mirror and debmirror have no fault`() throws {
        let archive = try SampleArchive(date: System.now - 10)
        let ring = archive.ring
        let server = try WebServer(archive.scratch.path)
        // apt-mirror gets lost where a URL has a port, so the server is its proxy: it looks for `http:/archive.test/…`.
        try run(["mkdir", archive.scratch.path + "/http:"])
        try run(["ln", "-s", archive.scratch.path, archive.scratch.path + "/http:/archive.test"])
        try scratch.file(
            "mirror.list",
            bytes(
                """
                set base_path \(scratch.path)/apt-mirror
                set nthreads 2
                set _tilde 0
                set run_postmirror 0
                set use_proxy yes
                set http_proxy 127.0.0.1:\(server.port)
                deb [arch=amd64] http://archive.test/apt-bookworm bookworm main

                """))
        try shell("mkdir -p apt-mirror/var apt-mirror/skel apt-mirror/mirror && apt-mirror mirror.list")
        try shell(
            """
            echo '1;' > debmirror.conf
            debmirror --config-file=./debmirror.conf --method=http --host=127.0.0.1:\(server.port) --root=apt-bookworm \\
                --dist=bookworm --section=main --arch=amd64 --nosource --i18n --keyring=\(ring) --rsync-extra=none debmirror
            """)
        for mirror in ["apt-mirror/mirror/archive.test/apt-bookworm", "debmirror"] {
            let report = try verify(mirror) { $0.keys = try? GPGVerifier(keys: [ring]) }
            #expect(report.faults == [], "\(mirror)")
            #expect(report.stanzas == 3 && report.packages.count == 3, "\(mirror)")
        }
        try shell("rm debmirror/pool/main/libs/libsome/*.deb")
        let faults = try verify("debmirror") { $0.keys = try? GPGVerifier(keys: [ring]) }.faults
        #expect(faults.map(\.id) == ["package-missing"])
    }
}

/// Python's web server for a directory, on a port of its own.
final class WebServer {
    private static let script = """
        import functools, http.server, sys
        class Handler(http.server.SimpleHTTPRequestHandler):
            def send_head(self):
                if sys.argv[2] and sys.argv[2] in self.path:
                    return self.send_error(403)
                return super().send_head()
        handler = functools.partial(Handler, directory=sys.argv[1])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    let port: Int
    private let process: Process

    /// Serves a directory, and answers 403 for paths with some text in them.
    init(_ directory: String, forbids text: String = "") throws {
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-c", Self.script, directory, text]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .newlines)) else {
            throw Failure(.failed, "python's web server says \(line)")
        }
        self.port = port
    }

    deinit { process.terminate() }
}
