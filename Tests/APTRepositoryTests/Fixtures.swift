import DebFormat
import Diagnostics
import Foundation
import LinuxIO

/// A directory that goes with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "agentpack-\(UUID().uuidString)").path()
        // Others must see it: apt's methods run as another user.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file below the directory, which is made with it.
    @discardableResult
    func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let url = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return path + "/" + name
    }

    func file(_ name: String, text: String) throws -> String { try file(name, text.utf8) }

    /// The bytes of a file below the directory.
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path + "/" + name))) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
}

/// Runs a program that must succeed.
///
/// - Returns: What it wrote to standard output.
@discardableResult
func run(
    _ arguments: [String], environment: [String] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"],
    input: [UInt8] = []
) throws -> String {
    let result = try attempt(arguments, environment: environment, input: input)
    guard result.status == 0 else {
        throw Failure(.failed, arguments.joined(separator: " "), cause: result.errorText + result.text)
    }
    return result.text
}

/// Runs a program, whatever comes of it.
func attempt(
    _ arguments: [String], environment: [String] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"],
    input: [UInt8] = []
) throws -> ProcessResult {
    var arguments = arguments
    if let first = arguments.first, !first.hasPrefix("/") {
        guard let path = Subprocess.find(first) else { throw Failure(.requirement, "there is no \(first)") }
        arguments[0] = path
    }
    return try Subprocess.run(arguments, environment: environment, input: input, limit: 1 << 26, timeout: 120)
}

/// A text as bytes.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A package as dpkg-deb builds it.
struct SampleDeb {
    var name = "some-agent"
    var version = "1.2~rc1-1"
    var architecture = "amd64"
    /// The control file's other lines.
    var fields = """
        Maintainer: Nobody <nobody@example.com>
        Section: utils
        Priority: optional
        Description: an agent
         It has a longer text,
         .
         with a paragraph.
        """
    var files = ["opt/some-agent/bin/run": "#!/bin/sh\n", "usr/share/doc/some-agent/read me": "text\n"]

    /// Builds it.
    ///
    /// - Returns: Its path.
    @discardableResult
    func build(_ file: String, in scratch: Scratch) throws -> String {
        let tree = "tree-\(UUID().uuidString)"
        try scratch.file(
            tree + "/DEBIAN/control",
            bytes("Package: \(name)\nVersion: \(version)\nArchitecture: \(architecture)\n\(fields)\n"))
        for (path, content) in files { try scratch.file(tree + "/" + path, bytes(content)) }
        let path = scratch.path + "/" + file
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", "-b", scratch.path + "/" + tree, path],
            environment: ["SOURCE_DATE_EPOCH=1700000000", "PATH=/usr/bin:/bin"])
        try scratch.remove(tree)
        return path
    }

    /// Builds it and opens it.
    func open(in scratch: Scratch) throws -> DebFile {
        let path = try build("\(UUID().uuidString).deb", in: scratch)
        return try DebFile(SharedFile(path: path).source())
    }
}

/// A home of gpg with keys that have no passphrase.
final class GPGHome: Sendable {
    let scratch: Scratch
    var path: String { scratch.path + "/home" }

    init() throws {
        scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/home", withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
    }

    deinit {
        for action in [["--kill", "all"], ["--remove-socketdir"]] {
            _ = try? attempt(["gpgconf", "--homedir", path] + action)
        }
    }

    /// Makes a key.
    ///
    /// - Returns: Its fingerprint.
    func key(_ algorithm: String = "rsa2048", expiry: String = "never", options: [String] = []) throws -> String {
        let status = try run(
            ["gpg", "--homedir", path, "--batch", "--no-tty", "--status-fd", "1", "--passphrase", ""] + options
                + [
                    "--pinentry-mode", "loopback", "--quick-generate-key", "Test <\(UUID().uuidString)@example.com>",
                    algorithm, "sign",
                    expiry,
                ])
        let line = status.split(separator: "\n").first { $0.hasPrefix("[GNUPG:] KEY_CREATED") } ?? ""
        return line.split(separator: " ").last.map(String.init) ?? ""
    }

    /// Writes the public keys into a file, binary.
    ///
    /// - Returns: Its path.
    func ring(_ fingerprints: String..., name: String = "ring.gpg") throws -> String {
        let path = scratch.path + "/" + name
        try run(["gpg", "--homedir", self.path, "--batch", "--yes", "--output", path, "--export"] + fingerprints)
        return path
    }
}
