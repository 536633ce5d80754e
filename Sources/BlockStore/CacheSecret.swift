public import Diagnostics
import Digests
import LinuxIO

/// The secret by which a user's own cache entries are known from those that somebody put there.
public struct CacheSecret: Sendable {
    /// The environment variable that holds a secret as hexadecimal digits, for jobs without a home.
    public static let variable = "AGENTPACK_CACHE_KEY"
    private static let byteCount = 32
    private let bytes: [UInt8]

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Takes a secret from digits.
    ///
    /// - Parameter digits: At least 64 hexadecimal digits.
    /// - Throws: `usage` for anything else.
    public init(digits: String) throws(Failure) {
        guard let bytes = Hexadecimal.bytes(digits.lowercased()), bytes.count >= Self.byteCount else {
            throw Failure(
                .usage, "\(Self.variable) is not a key of at least \(2 * Self.byteCount) hexadecimal digits",
                hints: ["Make one with: openssl rand -hex \(Self.byteCount)"])
        }
        self.init(bytes: bytes)
    }

    /// A secret that nobody has used before and nobody will again.
    ///
    /// - Returns: The secret.
    /// - Throws: `failed` when the kernel has no random bytes.
    public static func random() throws(Failure) -> CacheSecret {
        CacheSecret(bytes: try System.randomBytes(byteCount))
    }

    /// Reads the secret from a file, which is made where it is missing.
    ///
    /// - Parameter path: The file; its directory is made where it is missing.
    /// - Returns: The secret.
    /// - Throws: `usage` when others can read the file or it holds no key; what the system reports otherwise.
    public static func file(_ path: String) throws(Failure) -> CacheSecret {
        if let secret = try existing(path) { return secret }
        let directory = try PrivateDirectory.make(PathText.parent(path))
        let file = try StagedFile(
            replacing: PathText.lastComponent(path), in: directory, mode: 0o600, isContended: true)
        try file.write(Hexadecimal.text(try System.randomBytes(byteCount)) + "\n")
        try file.commit()
        // Another process may have been faster or slower; what is there now is what later runs will find.
        guard let secret = try existing(path) else {
            throw Failure(.failed, "\(PathText.display(path)) vanished while it was made")
        }
        return secret
    }

    /// HMAC-SHA256 of a message under the secret.
    func authenticate(_ message: [UInt8]) -> [UInt8] { HMACSHA256.authenticate(message, key: bytes) }

    private static func existing(_ path: String) throws(Failure) -> CacheSecret? {
        guard fileStatus(path) != nil else { return nil }
        let file = try FileDescriptor.open(path)
        let status = try file.status()
        guard status.user == System.effectiveUser, status.mode & 0o077 == 0 else {
            throw Failure(
                .usage, "the cache's key \(PathText.display(path)) belongs to or can be read by somebody else",
                hints: ["Remove the file: a new key is made, and what the cache holds is checked once more."])
        }
        let text = String(decoding: try file.readToEnd(limit: 4096), as: UTF8.self)
        guard let bytes = Hexadecimal.bytes(String(text.prefix { !$0.isNewline })), bytes.count >= byteCount else {
            throw Failure(
                .usage, "the cache's key \(PathText.display(path)) is damaged",
                hints: ["Remove the file: a new key is made, and what the cache holds is checked once more."])
        }
        return CacheSecret(bytes: bytes)
    }
}
