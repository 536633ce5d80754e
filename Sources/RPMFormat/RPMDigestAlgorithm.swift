import Digests

/// Numbers of digests; `rpmHashAlgo` of include/rpm/rpmcrypto.h, those of OpenPGP.
enum RPMDigestAlgorithm {
    static let sha256: UInt32 = 8

    /// The algorithm of a number; nil for one that isn't known here.
    static func algorithm(_ number: UInt64) -> MessageDigest.Algorithm? {
        switch number {
        case 1: .md5
        case 2: .sha1
        case 8: .sha256
        case 10: .sha512
        default: nil
        }
    }

    /// The name of a number.
    static func name(_ number: UInt64) -> String {
        switch number {
        case 1: "MD5"
        case 2: "SHA-1"
        case 8: "SHA-256"
        case 9: "SHA-384"
        case 10: "SHA-512"
        case 11: "SHA-224"
        case 12: "SHA3-256"
        case 14: "SHA3-512"
        default: "number \(number)"
        }
    }
}
