public import Diagnostics
public import LinuxIO

/// Where a key's passphrase comes from; never the command line, which everybody can read.
public enum PassphraseSource: Sendable {
    /// The first line of a file that nobody else can read.
    case file(String)
    /// A variable of the environment, which is removed from it.
    case environment(String)
    /// A passphrase that was read before.
    case held(SecretBytes)
    /// A question on the terminal.
    case prompt

    /// The most bytes that a passphrase may have.
    public static let limit = SecretPrompt.limit

    /// Whether somebody is asked.
    public var isPrompt: Bool { if case .prompt = self { true } else { false } }

    /// Takes all passphrases that are in the environment out of it.
    ///
    /// It comes before anything is started: gpg's agent, which stays, and every other child would inherit them.
    ///
    /// - Parameter sources: Where passphrases are; several may name one variable.
    /// - Returns: The same, with what variables held in the place of their names. A variable that isn't there keeps its
    ///   name, which fails where its passphrase is needed.
    /// - Throws: `usage` for a value that is too long.
    public static func takingEnvironment(_ sources: [PassphraseSource?]) throws(Failure) -> [PassphraseSource?] {
        var held: [String: SecretBytes] = [:]
        return try sources.map { source throws(Failure) in
            guard case .environment(let name) = source else { return source }
            if held[name] == nil, System.environment(name) != nil { held[name] = try source?.get("") }
            return held[name].map { .held($0) } ?? source
        }
    }

    /// Gets the passphrase of an existing key.
    ///
    /// - Parameter name: What the key is called in a question.
    /// - Returns: The passphrase, at least one byte.
    /// - Throws: `usage` where there is none, `interrupted` after ^C.
    public func read(for name: String) throws(Failure) -> SecretBytes {
        try checked(get("Passphrase of \(PathText.display(name)):"))
    }

    /// Gets a passphrase for a new key; a question is asked twice.
    ///
    /// - Parameter name: What the key is called in a question.
    /// - Returns: The passphrase, at least one byte.
    /// - Throws: `usage` where there is none or both answers differ, `interrupted` after ^C.
    public func readNew(for name: String) throws(Failure) -> SecretBytes {
        let first = try checked(get("New passphrase of \(PathText.display(name)):"))
        guard isPrompt else { return first }
        let second = try get("The same again:")
        let areEqual = try first.withBytes { one throws(Failure) in
            try second.withBytes { other in one.elementsEqual(other) }
        }
        guard areEqual else { throw Failure(.usage, "the two passphrases differ") }
        return first
    }

    private func checked(_ passphrase: SecretBytes) throws(Failure) -> SecretBytes {
        guard passphrase.count > 0 else { throw Failure(.usage, "the passphrase is empty") }
        return passphrase
    }

    private func get(_ question: String) throws(Failure) -> SecretBytes {
        switch self {
        case .file(let path):
            let file = try FileDescriptor.open(path)
            let shown = PathText.display(path)
            guard try file.status().mode & 0o077 == 0 else {
                throw Failure(
                    .usage, "the passphrase file \(shown) can be read by others",
                    hints: ["Close it to them: chmod 600 \(shown)"])
            }
            let whole = try SecretBytes(reading: file, limit: Self.limit + 2)
            return try whole.withBytes { bytes throws(Failure) in try Self.firstLine(of: bytes) }
        case .environment(let name):
            guard let value = System.environment(name) else {
                throw Failure(.usage, "the environment has no variable \(PathText.display(name))")
            }
            System.unsetEnvironment(name)
            return try Array(value.utf8).withUnsafeBytes { bytes in
                Result { () throws(Failure) in try Self.firstLine(of: bytes) }
            }.get()
        case .held(let secret): return secret
        case .prompt:
            do throws(Failure) {
                return try SecretPrompt.ask(question)
            } catch {
                var failure = error
                if error.code == .usage {
                    failure.hints = [
                        "Name what holds the passphrase: --passphrase-file FILE or --passphrase-env VARIABLE."
                    ]
                }
                throw failure
            }
        }
    }

    private static func firstLine(of bytes: UnsafeRawBufferPointer) throws(Failure) -> SecretBytes {
        var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        guard line.count <= limit else { throw Failure(.usage, "the passphrase is longer than \(limit) bytes") }
        return try SecretBytes(capacity: line.count) { memory in
            memory.copyBytes(from: line)
            return line.count
        }
    }
}
