import DefinitionFiles
public import Diagnostics
import LinuxIO
import OpenPGP
public import SiteDefinition

/// A public key of a site as clients get it: read from its file, and the one that the definition names.
public struct ClientKey: Sendable, Equatable {
    /// Which key it is.
    public let key: SiteKey
    /// The key's packets, as `gpg --dearmor` would write them.
    public let packets: [UInt8]

    /// The key as text, one block.
    public var armored: [UInt8] { Armor.encode(packets, .publicKey) }

    /// Reads a key's file.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - directory: The directory of the definition's file.
    /// - Throws: `.usage` for a file that isn't there, holds a secret key, or doesn't hold exactly that key; `.integrity`
    ///   for a damaged one.
    public init(_ key: SiteKey, below directory: String) throws(Failure) {
        let path = PathText.join(directory, key.file.value)
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try readFile(path, limit: Certificate.sizeLimit)
        } catch {
            throw Failure(
                .usage, "\(Self.place(key)): the public key \(key.shownFingerprint) can't be read",
                cause: error.message,
                hints: ["Export it from GnuPG's home: gpg --export --armor \(key.fingerprint) > \(key.file.value)"])
        }
        try self.init(key, bytes: bytes)
    }

    /// Takes a key's file.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - bytes: The content of its file.
    /// - Throws: As when it is read.
    public init(_ key: SiteKey, bytes: [UInt8]) throws(Failure) {
        let name = key.file.value
        let certificates = try Certificate.read(bytes, name: name)
        // Clients differ in what they make of several keys in one file; the first bad one spoils the rest.
        guard certificates.count == 1 else {
            throw Failure(.usage, "\(Self.place(key)): \(name) holds \(certificates.count) keys, expected one")
        }
        let found = certificates[0].primary.fingerprint.uppercased()
        guard found == key.fingerprint else {
            throw Failure(
                .usage, "\(Self.place(key)): \(name) holds another key",
                cause: "expected the fingerprint \(key.fingerprint), found \(found)")
        }
        self.key = key
        packets = Armor.isArmored(bytes) ? try Armor.read(bytes, name: name).flatMap(\.content) : bytes
    }

    /// Where the definition names the file.
    private static func place(_ key: SiteKey) -> String {
        let location = key.file.location
        return "\(location.file):\(location.line): \(location.keyPath)"
    }
}

/// The public keys of a role as clients get them.
public struct ClientKeys: Sendable, Equatable {
    /// The key in use, then its successor.
    public let published: [ClientKey]
    /// Keys that were in use once.
    public let retired: [ClientKey]

    /// Reads the keys of a role.
    ///
    /// - Parameters:
    ///   - role: Which keys.
    ///   - directory: The directory of the definition's file.
    /// - Throws: `.usage` or `.integrity` for the first file that doesn't hold its key.
    public init(_ role: RoleKeys, below directory: String) throws(Failure) {
        published = try Self.read(role.published, directory)
        retired = try Self.read(role.retired, directory)
    }

    private static func read(_ keys: [SiteKey], _ directory: String) throws(Failure) -> [ClientKey] {
        var found: [ClientKey] = []
        for key in keys { found.append(try ClientKey(key, below: directory)) }
        return found
    }

    /// The published keys one behind the other, without armor: what apt reads at `signed-by`.
    public var keyring: [UInt8] { published.flatMap(\.packets) }

    /// The published keys in one block of armor, of which `gpg --dearmor` makes the keyring: the key file of role `apt`.
    public var armoredKeyring: [UInt8] { Armor.encode(keyring, .publicKey) }
}
