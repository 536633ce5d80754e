import Diagnostics
import LinuxIO

/// A program that signs for us: for a security module, or a service that keeps the keys.
///
/// It is run as `COMMAND KIND FINGERPRINT`, gets the bytes on standard input and writes the signature, nothing else, to
/// standard output.
struct SignerCommand: Sendable {
    /// Absolute path of the program.
    let path: String
    /// Seconds it may take.
    let timeout: Int

    /// Takes a program.
    ///
    /// - Parameters:
    ///   - path: The program; a relative path counts from the working directory, and `PATH` isn't searched.
    ///   - timeout: Seconds it may take for one signature.
    /// - Throws: `.usage` when there is no such file.
    init(_ path: String, timeout: Int) throws(Failure) {
        do throws(Failure) {
            self.path = try resolvedPath(path)
        } catch {
            throw Failure(
                .usage, "can't find the signer command \(PathText.display(path))", cause: error.message,
                hints: ["Give the path of one program. Its arguments are the kind of signature and the fingerprint."])
        }
        guard fileStatus(self.path)?.kind == .file else {
            throw Failure(.usage, "the signer command \(PathText.display(path)) is no file")
        }
        self.timeout = timeout
    }

    /// The name for messages.
    var name: String { "the signer command \(PathText.display(path))" }

    /// Has bytes signed.
    ///
    /// - Parameters:
    ///   - content: The bytes; given in pieces.
    ///   - kind: The first argument.
    ///   - fingerprint: The second argument.
    ///   - limit: The most bytes that a signature may have.
    /// - Returns: What the program wrote.
    /// - Throws: `.failed` when it fails, takes too long or writes too much; what reading the content throws.
    func sign(_ content: ByteSource, kind: String, fingerprint: String, limit: Int) throws(Failure) -> [UInt8] {
        // A program that ends before it has read everything is judged by its status.
        StopRequest.outliveReaders()
        // It needs what tells it where its keys are, so it has our environment; passphrases of ours were taken out of it.
        let result = try Subprocess.run(
            [path, kind, fingerprint], environment: System.environment, feeding: content,
            limit: max(limit + 1, 1 << 16),
            timeout: timeout)
        guard !result.isTimedOut else {
            throw failure("took longer than \(timeout) seconds to sign \(content.name)", result)
        }
        guard result.status == 0 else {
            throw failure("can't sign \(content.name): it ended with status \(result.status)", result)
        }
        guard result.output.count <= limit else {
            throw failure("wrote more than \(limit) bytes as a signature of \(content.name)", result)
        }
        guard !result.output.isEmpty else {
            throw failure("wrote nothing as a signature of \(content.name)", result)
        }
        return result.output
    }

    private func failure(_ what: String, _ result: ProcessResult) -> Failure {
        Failure(.failed, "\(name) \(what)", cause: Self.tail(result.errors))
    }

    /// The last lines that it wrote to standard error, ready to be shown; nil where it wrote nothing.
    static func tail(_ errors: [UInt8]) -> String? {
        let text = String(decoding: errors.suffix(1000), as: UTF8.self)
        let lines = text.split { $0.isNewline }.suffix(5).map { PathText.display(String($0)) }
        return lines.isEmpty ? nil : lines.joined(separator: " | ")
    }
}
