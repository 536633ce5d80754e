import Diagnostics
import Foundation
import LinuxIO

/// A throw-away home of gpg with keys of our making, and gpg itself as the judge of what we write.
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
            _ = try? run("/usr/bin/gpgconf", ["--homedir", path] + action)
        }
    }

    /// Makes a key; `--quick-generate-key` with our options before it.
    ///
    /// - Returns: Its fingerprint.
    func key(
        _ algorithm: String = "rsa2048", usage: String = "sign", passphrase: String = "", expiry: String = "never",
        options: [String] = []
    ) throws -> String {
        let before = try fingerprints()
        let result = try gpg(
            options + ["--pinentry-mode", "loopback", "--passphrase", passphrase]
                + ["--quick-generate-key", "Test <test@example.com>", algorithm, usage, expiry])
        guard result.status == 0 else { throw Failure(.failed, result.text) }
        return try fingerprints().first { !before.contains($0) } ?? ""
    }

    /// The fingerprints of all primary keys.
    func fingerprints() throws -> [String] {
        let lines = try gpg(["--with-colons", "--list-keys"]).text.split(separator: "\n").map {
            $0.split(separator: ":", omittingEmptySubsequences: false)
        }
        return lines.indices.dropFirst().filter { lines[$0].first == "fpr" && lines[$0 - 1].first == "pub" }
            .map { String(lines[$0][9]) }
    }

    /// The public key, binary.
    func export(_ fingerprints: String..., options: [String] = []) throws -> [UInt8] {
        let path = scratch.path + "/exported"
        let result = try gpg(options + ["--yes", "--output", path, "--export"] + fingerprints)
        guard result.status == 0 else { throw Failure(.failed, result.text) }
        return try scratch.bytes("exported")
    }

    /// Runs gpg in this home.
    @discardableResult func gpg(_ arguments: [String]) throws -> (status: Int32, text: String) {
        try run("/usr/bin/gpg", ["--homedir", path, "--batch", "--no-tty", "--yes"] + arguments)
    }
}

/// Runs a program and takes both of its outputs together.
func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
}
