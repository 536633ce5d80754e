import Foundation
import JSON
import Testing

@Suite struct KeysTests {
    private let scratch = FileManager.default.temporaryDirectory.appending(path: "agentpack-\(UUID().uuidString)")
        .path()

    private func agentpack(
        _ arguments: String..., environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, errors: String) {
        try agentpack(arguments: arguments, environment: environment)
    }

    /// Runs the built tool, which lies beside the tests, in an empty directory.
    private func agentpack(
        arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String, errors: String) {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        // A session of its own: no terminal to ask on.
        process.executableURL = URL(filePath: "/usr/bin/setsid")
        process.arguments =
            ["--wait", URL(filePath: tests).deletingLastPathComponent().path() + "agentpack"] + arguments
        process.currentDirectoryURL = URL(filePath: scratch)
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        let complained = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: said, as: UTF8.self),
            String(decoding: complained, as: UTF8.self)
        )
    }

    private func value(_ text: String, _ key: String) throws -> JSONValue? {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8), name: "output") else { return nil }
        return object[key]
    }

    private func remove() { try? FileManager.default.removeItem(atPath: scratch) }

    @Test func `a pair is made and both of its files show one fingerprint`() throws {
        defer { remove() }
        let made = try agentpack("keys", "generate", "--no-passphrase", "--out", "release", "--json")
        #expect(made.status == 0, "\(made.errors)")
        let fingerprint = try #require(try value(made.output, "fingerprint"))
        #expect(try value(made.output, "encrypted") == false)
        #expect(try value(made.output, "private_key") == "release.key")
        for file in ["release.key", "release.pub"] {
            let shown = try agentpack("keys", "show", file, "--json")
            #expect(try value(shown.output, "fingerprint") == fingerprint)
        }
        let again = try agentpack("keys", "generate", "--no-passphrase", "--out", "release")
        #expect(again.status == 5 && again.errors.contains("release.key"))
        #expect(try agentpack("keys", "generate", "--no-passphrase", "--out", "release", "--force").status == 0)
        #expect(try agentpack("keys", "show", "release.pub").output.contains("\n"))
    }

    @Test func `a directory gets a pair called signing`() throws {
        defer { remove() }
        #expect(try agentpack("keys", "generate", "--no-passphrase", "--out", ".").status == 0)
        #expect(FileManager.default.fileExists(atPath: scratch + "/signing.key"))
        #expect(FileManager.default.fileExists(atPath: scratch + "/signing.pub"))
    }

    @Test func `a passphrase comes from the environment or a file`() throws {
        defer { remove() }
        let secret = "nobody sees this"
        let made = try agentpack("keys", "generate", "--passphrase-env", "PASS", environment: ["PASS": secret])
        #expect(made.status == 0, "\(made.errors)")
        let file = scratch + "/pass"
        try Data((secret + "\n").utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        #expect(try agentpack("keys", "show", "signing.key", "--passphrase-file", "pass").status == 0)
        let wrong = try agentpack("keys", "show", "signing.key", "--passphrase-env", "P", environment: ["P": "wrong"])
        #expect(wrong.status == 64 && wrong.errors.contains("passphrase"))
        #expect(!wrong.errors.contains("wrong\n") && !made.output.contains(secret))
    }

    @Test func `without a terminal and a passphrase nothing is made`() throws {
        defer { remove() }
        let result = try agentpack("keys", "generate")
        #expect(result.status == 64 && result.errors.contains("--passphrase-file"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)
    }

    @Test func `a key of the other kind is told apart`() throws {
        defer { remove() }
        #expect(try agentpack("keys", "generate", "--no-passphrase").status == 0)
        let audited = try agentpack("keys", "audit", "signing.pub")
        #expect(audited.status == 64 && audited.errors.contains("no OpenPGP key"))
        let armored = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n"
        try Data(armored.utf8).write(to: URL(filePath: scratch + "/k.asc"))
        let shown = try agentpack("keys", "show", "k.asc")
        #expect(shown.status == 64 && shown.errors.contains("keys audit") && !shown.errors.contains(".pub"))
    }

    @Test(arguments: [
        ["--passphrase-file", "f", "--passphrase-env", "E"], ["--passphrase-env", "E", "--no-passphrase"],
    ])
    func `two ways at once are refused`(options: [String]) throws {
        defer { remove() }
        let result = try agentpack(arguments: ["keys", "generate"] + options)
        #expect(result.status == 64)
    }
}
