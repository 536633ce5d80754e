import Foundation
import JSON
import Testing

@Suite struct BuildCommandTests {
    private let manifest = """
        name: sample
        title: Sample Agent
        version: 1.0
        vendor: Vendor
        maintainer: Vendor <vendor@vendor.example>
        description: Stands for a product.
        packages:
          - name: sample
            contents: [{ source: tree/, to: . }]
        """

    private func product(_ tool: borrowing Tool, noise: Int = 0) throws {
        try FileManager.default.createDirectory(
            atPath: tool.directory + "/tree/lib", withIntermediateDirectories: true)
        try tool.write(manifest, to: "product.yaml")
        try tool.write(String(repeating: "text ", count: 1000), to: "tree/lib/text")
        if noise > 0 {
            let random = try FileHandle(forReadingFrom: URL(filePath: "/dev/urandom"))
            let data = try random.read(upToCount: noise) ?? Data()
            try data.write(to: URL(filePath: tool.directory + "/tree/noise"))
        }
    }

    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8), name: "output") else { return [:] }
        return object
    }

    @Test func `a build makes a signed installer that verify, inspect and sha256sum accept`() throws {
        let tool = try Tool()
        try product(tool)
        #expect(try tool.run("keys", "generate", "--no-passphrase", "--out", "k").status == 0)
        #expect(try tool.run("keys", "generate", "--no-passphrase", "--out", "other").status == 0)
        let built = try tool.run("build", "--key", "k.key", "--require-signature", "--json", "--release", "7")
        #expect(built.status == 0, "\(built.errors)")
        let report = try object(built.output)
        #expect(report["signed"] == true && report["version"] == "1.0" && report["release"] == 7)
        #expect(!built.errors.contains("NOT SIGNED"))

        let verified = try tool.run("verify", "dist/sample.bin", "--key", "k.pub", "--json")
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(try object(verified.output)["origin_proven"] == true)
        let unpinned = try tool.run("verify", "dist/sample.bin", "--require-signature")
        #expect(unpinned.status == 0 && unpinned.output.contains("Not proven: who made it"))
        let other = try tool.run("verify", "dist/sample.bin", "--key", "other.pub")
        #expect(other.status == 2 && other.errors.contains("signed by another key"))

        let inspected = try tool.run("inspect", "dist/sample.bin", "--files")
        #expect(inspected.status == 0 && inspected.output.contains("lib/text"))
        #expect(inspected.output.contains("1.0-7 for amd64"))
        let lists = try FileManager.default.contentsOfDirectory(atPath: tool.directory + "/dist")
        #expect(lists.sorted() == ["sample-1.0.bin", "sample-1.0.bin.sha256", "sample.bin", "sample.bin.sha256"])
        let check = Process()
        check.executableURL = URL(filePath: "/usr/bin/sha256sum")
        check.arguments = ["--check", "--quiet", "sample-1.0.bin.sha256", "sample.bin.sha256"]
        check.currentDirectoryURL = URL(filePath: tool.directory + "/dist")
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
    }

    @Test func `an unsigned build says so, and is refused where a signature is required`() throws {
        let tool = try Tool()
        try product(tool)
        let refused = try tool.run("build", "--require-signature")
        #expect(refused.status == 64 && refused.errors.contains("--key FILE"))
        #expect(try !tool.contents().contains("dist"))
        let built = try tool.run("build", "--no-cache", "--json")
        #expect(built.status == 0 && built.errors.contains("warning: THE INSTALLER IS NOT SIGNED"))
        let report = try object(built.output)
        #expect(report["signed"] == false)
        #expect(report["warnings"]?.text().contains("NOT SIGNED") == true)
        for option in ["--require-signature", "--json"] {
            let verified = try tool.run("verify", "dist/sample.bin", option)
            #expect(verified.status == (option == "--json" ? 0 : 2), "\(verified.errors)")
        }
    }

    @Test func `verify names the damaged part and exits with 2`() throws {
        let tool = try Tool()
        try product(tool)
        #expect(try tool.run("build", "--quiet").status == 0)
        let file = try FileHandle(forUpdating: URL(filePath: tool.directory + "/dist/sample.bin"))
        try file.seek(toOffset: 5000)
        try file.write(contentsOf: Data([1, 2, 3]))
        try file.close()
        let verified = try tool.run("verify", "dist/sample.bin", "--json")
        #expect(verified.status == 2 && verified.errors.contains("the program is damaged"))
        #expect(try object(verified.output)["verified"] == false)
    }

    @Test func `the report names every file that was written`() throws {
        let tool = try Tool()
        try product(tool)
        let built = try object(tool.run("build", "--json", "--quiet", "--format", "bin,deb,rpm").output)
        guard case .array(let values)? = built["files"] else { throw CocoaError(.coderInvalidValue) }
        let paths = values.compactMap { value -> String? in
            guard case .object(let file) = value, case .string(let path)? = file["path"] else { return nil }
            return path
        }
        #expect(try paths.sorted() == tool.contents("dist").map { "dist/" + $0 } && paths.count == 8)
    }

    @Test func `what is wrong with keys is said in terms of the options`() throws {
        let tool = try Tool()
        try product(tool)
        let fingerprint = String(repeating: "AB", count: 20)
        let refused = try tool.run(
            "build", "--format", "bin,deb", "--require-signature", "--gpg-key", fingerprint)
        #expect(refused.status == 64 && refused.errors.contains("the installer needs an Ed25519 key"))
        let command = ["--gpg-key", fingerprint, "--signer-command", "true"]
        for (options, words) in [
            (["--gpg-key", fingerprint, "--gpg-public-key", "k"], "GnuPG has the public key"),
            (["--gpg-public-key", "k"], "--gpg-key FINGERPRINT"),
            (command + ["--passphrase-env", "PW"], "the program alone knows"),
        ] {
            let result = try tool.run(arguments: ["build"] + options)
            #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
        }
        #expect(try !tool.run("build", "--help").output.contains("bin,deb,rpm;"))
    }

    @Test func `a dry run lists what would be packed and writes nothing`() throws {
        let tool = try Tool()
        try product(tool)
        let before = try tool.contents()
        let preview = try tool.run("build", "--dry-run")
        #expect(preview.status == 0 && preview.output.contains("lib/text"))
        #expect(preview.output.contains("would make sample-1.0.bin\nwould make sample.bin\n"))
        let all = try tool.run("build", "--dry-run", "--format", "bin,deb,rpm").output
        #expect(all.contains("would make sample_1.0-1_amd64.deb\nwould make sample-1.0-1.x86_64.rpm\n"))
        #expect(try object(tool.run("build", "--dry-run", "--json").output)["content_size"] == 5000)
        #expect(try tool.contents() == before)
    }

    @Test func `an interrupted build leaves no file`() throws {
        let tool = try Tool()
        try product(tool, noise: 24 << 20)
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(filePath: tests).deletingLastPathComponent().appending(path: "agentpack")
        process.arguments = ["build", "--no-cache", "--quiet"]
        process.currentDirectoryURL = URL(filePath: tool.directory)
        process.standardError = FileHandle.nullDevice
        try process.run()
        let out = tool.directory + "/dist"
        while process.isRunning, (try? FileManager.default.contentsOfDirectory(atPath: out))?.isEmpty ?? true {
            usleep(1000)
        }
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try FileManager.default.contentsOfDirectory(atPath: out) == [])
    }
}
