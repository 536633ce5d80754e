import Diagnostics
import LinuxIO

/// A key without passphrase in a GnuPG home of its own.
struct SigningKey {
    let home: String
    /// The armored public key's file.
    let publicKey: String

    /// Makes a key.
    ///
    /// - Parameters:
    ///   - algorithm: As `gpg --quick-generate-key` has it.
    ///   - scratch: Where the home is made.
    init(_ algorithm: String = "rsa3072", in scratch: borrowing Directory) throws {
        try scratch.makeDirectory("gnupg-\(algorithm)", mode: 0o700)
        home = PathText.join(scratch.path, "gnupg-\(algorithm)")
        publicKey = PathText.join(scratch.path, "\(algorithm).asc")
        for arguments in [
            ["--quick-generate-key", "Test <test@example.com>", algorithm, "sign", "never"],
            ["--armor", "--output", publicKey, "--export"],
        ] {
            let result = try gpg(arguments)
            guard result.status == 0 else { throw Failure(.failed, "gpg: \(result.errorText)") }
        }
    }

    private func gpg(_ arguments: [String], input: [UInt8] = []) throws(Failure) -> ProcessResult {
        try run(
            ["gpg", "--batch", "--no-tty", "--homedir", home, "--pinentry-mode", "loopback", "--passphrase", ""]
                + arguments, input: input)
    }

    /// A binary detached signature.
    func sign(_ source: ByteSource) throws(Failure) -> [UInt8] {
        let result = try gpg(
            ["--digest-algo", "SHA256", "--detach-sign"], input: try source.read(Int(source.size), at: 0))
        guard result.status == 0 else { throw Failure(.failed, "gpg: \(result.errorText)") }
        return result.output
    }

    /// Ends the agent that gpg started.
    func close() { _ = try? run("gpgconf", "--homedir", home, "--kill", "all") }

    /// Makes an rpm database that knows the key.
    ///
    /// - Returns: The option that selects it.
    func database(in scratch: borrowing Directory) throws -> [String] {
        try scratch.makeDirectory("keys")
        let option = ["--dbpath", PathText.join(scratch.path, "keys")]
        let result = try run(["rpmkeys"] + option + ["--import", publicKey])
        guard result.status == 0 else { throw Failure(.failed, "rpmkeys: \(result.errorText)") }
        return option
    }
}
