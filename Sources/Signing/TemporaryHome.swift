import Diagnostics
import LinuxIO
import Synchronization

/// A home directory for gpg that goes with the value: 0700, with our settings and no secret in it.
final class TemporaryHome: Sendable {
    /// Its path, below `TMPDIR` or `/tmp`.
    var path: String { directory.path }
    private let directory: TemporaryDirectory
    /// Where gpg has the sockets of this home, unless that is in it.
    private let sockets = Mutex<String?>(nil)

    /// Makes one.
    ///
    /// - Parameter settings: The lines of its gpg.conf, beyond those that every one has.
    init(settings: [String]) throws(Failure) {
        directory = try TemporaryDirectory(prefix: "agentpack-gpg")
        let lines =
            [
                "batch", "no-tty", "no-greeting", "no-emit-version", "no-comments", "lock-never", "trust-model always",
                "no-auto-check-trustdb", "no-auto-key-retrieve", "disable-dirmngr",
            ] + settings
        try directory.write("gpg.conf", (lines.joined(separator: "\n") + "\n").utf8)
    }

    deinit {
        defer { sockets.withLock { path in path.map { Leftovers.forget($0) } } }
        // Where the system has a run-time directory for the user, gpg made one for this home's sockets there.
        guard let program = try? GPGME.configurationProgram() else { return }
        _ = try? Subprocess.run(
            [program, "--homedir", path, "--remove-socketdir"], environment: System.environment, timeout: 30)
    }

    /// Lets gpg find the agent of another home here: its socket becomes a file that names the other one, as libassuan
    /// has it (assuan-socket.c, `eval_redirection`).
    ///
    /// - Parameter home: The home whose agent has the secret keys.
    func useAgent(of home: String) throws(Failure) {
        let agent = try Self.agentSocket(of: home)
        let own = try Self.agentSocket(of: path)
        let parent = PathText.parent(own)
        if parent != path {
            sockets.withLock { $0 = parent }
            Leftovers.note(parent)
        }
        let file = try StagedFile(replacing: own, mode: 0o600)
        try file.write("%Assuan%\nsocket=\(agent)\n")
        try file.commit()
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
