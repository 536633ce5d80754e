import Foundation
import JSON
import Testing

/// inspect, verify, diff and sign on packages that dpkg-deb and rpmbuild made.
@Suite struct ArtifactCommandTests {
    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8), name: "output") else { return [:] }
        return object
    }

    private func run(_ tool: borrowing Tool, _ words: String...) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(filePath: tool.directory)
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    private func makeDeb(_ tool: borrowing Tool, _ name: String, text: String = "alpha\n", version: String = "1") throws
    {
        let control =
            "Package: demo\nVersion: \(version)\nArchitecture: all\nMaintainer: A <a@b.example>\nDescription: d\n"
        for directory in ["\(name)-tree/DEBIAN", "\(name)-tree/opt/demo"] {
            try FileManager.default.createDirectory(
                atPath: tool.directory + "/" + directory, withIntermediateDirectories: true)
        }
        try tool.write(control, to: "\(name)-tree/DEBIAN/control")
        try tool.write("#!/bin/sh\nexit 0\n", to: "\(name)-tree/DEBIAN/postinst")
        try tool.write(text, to: "\(name)-tree/opt/demo/file")
        for (file, mode) in [("DEBIAN/postinst", 0o755), ("opt/demo/file", 0o644)] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: tool.directory + "/\(name)-tree/" + file)
        }
        let made = try run(tool, "/usr/bin/dpkg-deb", "--root-owner-group", "-b", "\(name)-tree", name)
        #expect(made.status == 0, "\(made.text)")
    }

    private func makeRPM(_ tool: borrowing Tool) throws {
        let spec = """
            Name: demo
            Version: 1
            Release: 1
            Summary: d
            License: MIT
            BuildArch: noarch
            %description
            d
            %install
            mkdir -p %{buildroot}/opt/demo
            echo alpha > %{buildroot}/opt/demo/file
            %files
            /opt/demo

            """
        try tool.write(spec, to: "demo.spec")
        let made = try run(
            tool, "/usr/bin/rpmbuild", "-bb", "--quiet", "--define", "_topdir \(tool.directory)/top", "--define",
            "_rpmfilename ../../demo.rpm", "demo.spec")
        #expect(made.status == 0, "\(made.text)")
    }

    /// Makes a key without passphrase in a home below the tool's directory.
    private func makeKey(_ tool: borrowing Tool) throws -> String {
        let home = tool.directory + "/keys"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let made = try run(
            tool, "/usr/bin/gpg", "--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", "",
            "--quick-generate-key", "t <t@t.example>", "rsa2048", "sign", "never")
        #expect(made.status == 0, "\(made.text)")
        let listed = try run(tool, "/usr/bin/gpg", "--homedir", home, "--with-colons", "--list-keys").text
        let line = listed.split(separator: "\n").first { $0.hasPrefix("fpr:") } ?? ""
        let fingerprint = String(line.split(separator: ":").last ?? "")
        _ = try run(
            tool, "/usr/bin/gpg", "--homedir", home, "--armor", "--output", "public.asc", "--export", fingerprint)
        return fingerprint
    }

    @Test func `inspect prints a summary, lists on request, and everything as JSON`() throws {
        let tool = try Tool()
        try makeDeb(tool, "demo.deb")
        let short = try tool.run("inspect", "demo.deb")
        #expect(short.status == 0 && short.output.contains("Debian package") && short.output.contains("demo 1 for all"))
        #expect(short.output.contains("postinst (/bin/sh)") && !short.output.contains("/opt/demo/file"))
        let long = try tool.run("inspect", "demo.deb", "--files", "--scripts")
        #expect(long.output.contains("0644  root:root              6  /opt/demo/file"))
        #expect(long.output.contains("--- postinst (/bin/sh)\n#!/bin/sh\nexit 0"))
        let json = try object(tool.run("inspect", "demo.deb", "--json").output)
        #expect(json["schema"] == 1 && json["format"] == "deb" && json["name"] == "demo" && json["signed"] == false)
        guard case .array(let files)? = json["files"], case .object(let file)? = files.last else {
            Issue.record("no files")
            return
        }
        #expect(file["path"] == "/opt/demo/file" && file["mode"] == "0644" && file["size"] == 6)
        #expect(file["sha256"] == "b6a98d9ce9a2d9149288fa3df42d377c3e42737afdcdaf714e33c0a100b51060")
    }

    @Test func `diff exits like diff`() throws {
        let tool = try Tool()
        try makeDeb(tool, "a.deb")
        try makeDeb(tool, "b.deb", text: "beta\n", version: "2")
        #expect(try tool.run("diff", "a.deb", "a.deb").status == 0)
        let differing = try tool.run("diff", "a.deb", "b.deb")
        #expect(differing.status == 1 && differing.errors.isEmpty)
        #expect(differing.output.contains("  - Version: 1\n  + Version: 2"))
        #expect(differing.output.contains("  ~ /opt/demo/file: size 6 -> 5, sha256"))
        let json = try tool.run("diff", "--json", "--exit-zero", "a.deb", "b.deb")
        #expect(json.status == 0)
        #expect(try object(json.output)["alike"] == false)
        try tool.write("text", to: "text")
        #expect(try tool.run("diff", "a.deb", "text").status == 2)
        #expect(try tool.run("diff", "a.deb", "missing").status == 2)
        #expect(try tool.run("diff", "a.deb").status == 64)
    }

    @Test func `verify says what it proved, and JSON when it fails`() throws {
        let tool = try Tool()
        try makeDeb(tool, "demo.deb")
        let good = try tool.run("verify", "demo.deb")
        #expect(good.status == 0 && good.output.contains("Not proven: who made it"))
        #expect(try tool.run("verify", "--require-signature", "demo.deb").status == 2)
        #expect(try tool.run("verify", "missing.deb").status == 1)
        let path = tool.directory + "/demo.deb"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        bytes[bytes.count - 100] ^= 0xFF
        try Data(bytes).write(to: URL(filePath: path))
        let bad = try tool.run("verify", "--json", "demo.deb")
        #expect(bad.status == 2 && bad.errors.hasPrefix("error: "))
        #expect(try object(bad.output)["verified"] == false)
    }

    @Test func `what sign made, verify, gpg and rpmkeys accept`() throws {
        let tool = try Tool()
        try makeDeb(tool, "demo.deb")
        try makeRPM(tool)
        let key = try makeKey(tool)
        let before = try Data(contentsOf: URL(filePath: tool.directory + "/demo.rpm"))
        let options = ["--gpg-key", key, "--gpg-home", "keys"]
        let dry = try tool.run(
            "sign", "demo.rpm", "demo.deb", options[0], options[1], options[2], options[3], "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("would write  demo.deb.asc"), "\(dry.errors)")
        #expect(try Data(contentsOf: URL(filePath: tool.directory + "/demo.rpm")) == before)
        let signed = try tool.run(
            "sign", "demo.rpm", "demo.deb", options[0], options[1], options[2], options[3], "--json")
        #expect(signed.status == 0, "\(signed.errors)")
        #expect(try object(signed.output)["dry_run"] == false)
        for file in ["demo.rpm", "demo.deb"] {
            let verified = try tool.run("verify", file, "--gpg-key", "public.asc", "--json")
            #expect(verified.status == 0, "\(verified.errors)")
            #expect(try object(verified.output)["origin_proven"] == true)
        }
        let gpg = try run(tool, "/usr/bin/gpg", "--homedir", "keys", "--verify", "demo.deb.asc", "demo.deb")
        #expect(gpg.status == 0, "\(gpg.text)")
        let imported = try run(tool, "/usr/bin/rpmkeys", "--dbpath", tool.directory + "/db", "--import", "public.asc")
        #expect(imported.status == 0, "\(imported.text)")
        let rpm = try run(tool, "/usr/bin/rpmkeys", "--dbpath", tool.directory + "/db", "-Kv", "demo.rpm")
        #expect(rpm.status == 0 && rpm.text.contains("Signature"), "\(rpm.text)")
        _ = try run(tool, "/usr/bin/gpgconf", "--homedir", tool.directory + "/keys", "--kill", "all")
    }

    @Test func `sign wants a key that fits`() throws {
        let tool = try Tool()
        try makeDeb(tool, "demo.deb")
        #expect(try tool.run("sign", "demo.deb").status == 64)
        #expect(try tool.run("keys", "generate", "--no-passphrase", "--out", "k").status == 0)
        let refused = try tool.run("sign", "demo.deb", "--key", "k.key")
        #expect(refused.status == 64 && refused.errors.contains("only installers"))
    }
}
