/// The kinds of OpenPGP packets that signatures and keys consist of; RFC 9580, section 5.
public enum PacketTag: UInt8, Sendable, CaseIterable {
    /// A signature.
    case signature = 2
    /// A secret primary key.
    case secretKey = 5
    /// A public primary key.
    case publicKey = 6
    /// A secret subkey.
    case secretSubkey = 7
    /// What an implementation keeps beside a key; to be ignored in files.
    case trust = 12
    /// A user's name and address.
    case userID = 13
    /// A public subkey.
    case publicSubkey = 14
    /// A picture, for instance.
    case userAttribute = 17
}
