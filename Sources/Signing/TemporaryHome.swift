import Diagnostics
import Glibc
import LinuxIO

/// A home directory for gpg that goes with the value: 0700, with our settings and no secret in it.
final class TemporaryHome: Sendable {
    /// Its path, below `TMPDIR` or `/tmp`.
    let path: String

    /// Makes one.
    ///
    /// - Parameter settings: The lines of its gpg.conf, beyond those that every one has.
    init(settings: [String]) throws(Failure) {
        let parent = System.environment("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array("\(parent)/agentpack-gpg.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure.system("make a directory in", parent, errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let lines =
            [
                "batch", "no-tty", "no-greeting", "no-emit-version", "no-comments", "lock-never",
                "trust-model always", "no-auto-check-trustdb", "no-auto-key-retrieve", "disable-dirmngr",
            ] + settings
        try write("gpg.conf", lines.joined(separator: "\n") + "\n")
    }

    deinit {
        // What can't be removed holds public keys alone.
        _ = try? Directory.open(PathText.parent(path)).removeTree(PathText.lastComponent(path))
    }

    /// Writes a file in it.
    func write(_ name: String, _ text: String) throws(Failure) {
        let file = try StagedFile(replacing: PathText.join(path, name), mode: 0o600)
        try file.write(text)
        try file.commit()
    }

    /// Lets gpg find the agent of another home here: its socket becomes a file that names the other one, as libassuan
    /// has it (assuan-socket.c, `eval_redirection`).
    ///
    /// - Parameter home: The home whose agent has the secret keys.
    func useAgent(of home: String) throws(Failure) {
        let agent = try Self.agentSocket(of: home)
        let own = try Self.agentSocket(of: path)
        guard own.hasPrefix(path + "/") else {
            throw Failure(.failed, "gpg looks for its agent in \(PathText.display(own)), not in its home \(path)")
        }
        try write(PathText.lastComponent(own), "%Assuan%\nsocket=\(agent)\n")
    }

    private static func agentSocket(of home: String) throws(Failure) -> String {
        let program = try GPGME.configurationProgram()
        let result = try Subprocess.run(
            [program, "--homedir", home, "--list-dirs", "agent-socket"], environment: System.environment, timeout: 30)
        let path = result.text.split(separator: "\n").first.map(String.init) ?? ""
        guard result.status == 0, path.hasPrefix("/") else {
            throw Failure(
                .failed, "gpgconf doesn't say where the agent of \(PathText.display(home)) is",
                cause: result.errorText.isEmpty ? nil : result.errorText)
        }
        return path
    }
}
