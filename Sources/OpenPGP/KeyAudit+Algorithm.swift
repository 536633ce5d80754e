extension KeyAudit {
    // apt's own policy for Sequoia: algorithms and the day from which they are refused.
    private static let aptPolicy = "apt, /usr/share/apt/default-sequoia.config"

    /// What is said of a key's format.
    static func version(_ key: PublicKeyPacket, _ family: ClientFamily) -> Remark? {
        switch key.version {
        case 4: nil
        case 6 where family.isSequoia: .warn("a version 6 key, which only the newest Sequoia reads")
        case 3 where family == .enterprise7: .warn("a version 3 key, named by an MD5 fingerprint that can be forged")
        default: .refuse("a version \(key.version) key; version 4 is what all clients read")
        }
    }

    /// What is said of a key's algorithm and size.
    static func algorithm(_ key: PublicKeyPacket, _ family: ClientFamily) -> Remark? {
        let bits = key.bits ?? 0
        switch key.algorithm {
        case .rsa, .rsaSign: return rsa(key, bits, family)
        case .dsa: return dsa(key, bits, family)
        case .ecdsa: return ecdsa(key, family)
        case .eddsaLegacy, .ed25519, .ed448: return eddsa(key, family)
        default: return .refuse("\(key.algorithm.name) can't make signatures")
        }
    }

    private static func rsa(_ key: PublicKeyPacket, _ bits: Int, _ family: ClientFamily) -> Remark? {
        guard bits < 3072 else { return nil }
        guard bits < 2048 else {
            return family.isSequoia
                ? .warn(
                    "RSA with \(bits) bits, refused from 2030-02-01 on",
                    source: family == .aptSQV ? aptPolicy : "sequoia-openpgp, StandardPolicy") : nil
        }
        switch family {
        case .aptGPGV:
            return .refuse(
                "RSA with \(bits) bits; apt 2.8 and newer want 2048",
                words: "Signature by key \(key.fingerprint) uses weak algorithm (rsa\(bits))",
                source: "https://github.com/costales/folder-color/issues/45")
        case .aptSQV:
            return .refuse(
                "RSA with \(bits) bits; 2048 are the least that is accepted",
                words: notBound(
                    key, bits == 1024 ? "RSA1024 is not considered secure since 2014-02-01T00:00:00Z" : nil),
                source: "sqv 1.3 and 1.5, seen")
        case .sequoia:
            return .refuse(
                "RSA with \(bits) bits; 2048 are the least that is accepted",
                words: "Certificate \(key.longID): Policy rejects \(key.longID): Policy rejected asymmetric algorithm",
                source: "rpm 4.20 and 6.1, seen")
        case .enterprise7, .enterprise8, .enterprise9, .zypper:
            return .warn("RSA with \(bits) bits, which others can break")
        default: return .refuse("RSA with \(bits) bits; 2048 are the least that is accepted")
        }
    }

    /// What sqv says of a key whose algorithm its policy rejects.
    private static func notBound(_ key: PublicKeyPacket, _ reason: String?) -> String {
        "Signing key on \(key.fingerprint) is not bound: Policy rejected asymmetric algorithm"
            + (reason.map { " because: " + $0 } ?? "")
    }

    private static func dsa(_ key: PublicKeyPacket, _ bits: Int, _ family: ClientFamily) -> Remark? {
        switch family {
        case .aptGPGV:
            .refuse(
                "DSA; apt 2.8 and newer refuse it",
                words: "The following signatures were invalid: \(key.fingerprint) "
                    + "(untrusted public key algorithm: dsa\(bits))",
                source: "https://github.com/hessu/aprsc/issues/94")
        case .aptSQV:
            .refuse(
                "DSA, refused since 2024-02-01",
                words: notBound(
                    key,
                    [2048, 3072, 4096].contains(bits)
                        ? "DSA\(bits) is not considered secure since 2024-02-01T00:00:00Z" : nil),
                source: aptPolicy)
        case .enterprise8FIPS, .enterprise9FIPS: .refuse("DSA, which FIPS mode doesn't allow")
        case .enterprise9, .sequoia, .zypper: .warn("DSA, which is on its way out; crypto policies reject it")
        default: nil
        }
    }

    private static func ecdsa(_ key: PublicKeyPacket, _ family: ClientFamily) -> Remark? {
        let curve = key.curve ?? "an unknown curve"
        switch family {
        case .aptGPGV: return .refuse("ECDSA; gpgv 1.4 of Ubuntu 16.04 and older knows RSA and DSA alone")
        case .aptSQV, .sequoia:
            if curve.hasPrefix("NIST") { return nil }
            return .refuse(
                "ECDSA on \(curve), which Sequoia doesn't compute in Debian",
                words: family == .aptSQV
                    ? "Signing key on \(key.fingerprint) is not bound: No binding signature"
                    : "Certificate \(key.longID): Policy rejects \(key.longID): No binding signature",
                source: "sqv 1.3 and rpm 4.20, seen")
        default:
            return .refuse(
                "ECDSA; rpm's own code knows RSA and DSA alone", words: "key 1 import failed.",
                source: "rpm 4.18, seen")
        }
    }

    private static func eddsa(_ key: PublicKeyPacket, _ family: ClientFamily) -> Remark? {
        if key.algorithm != .eddsaLegacy, !family.isSequoia {
            return .refuse("\(key.algorithm.name) in the form of RFC 9580, which this client doesn't know")
        }
        switch family {
        case .aptSQV, .sequoia: return nil
        case .aptGPGV: return .refuse("EdDSA; gpgv 1.4 of Ubuntu 16.04 and older knows RSA and DSA alone")
        case .enterprise7: return .refuse("EdDSA; rpm 4.11 knows RSA and DSA alone", words: "key 1 import failed.")
        case .enterprise8, .enterprise8FIPS:
            return .refuse(
                "EdDSA, which EL8's rpm doesn't know", words: "key 1 import failed.",
                source: "https://github.com/himmelblau-idm/himmelblau/issues/693")
        case .enterprise9, .enterprise9FIPS:
            return .refuse(
                "EdDSA, which EL9's rpm doesn't know", words: "key 1 import failed.",
                source: "https://github.com/furlongm/patchman/issues/824")
        case .zypper:
            return .refuse(
                "EdDSA: the key is imported, but its signatures are taken for bad ones",
                words: "Header V4 EdDSA/SHA512 Signature, key ID \(key.shortID): BAD",
                source: "https://github.com/rpm-software-management/rpm/issues/1877")
        }
    }
}

extension PublicKeyPacket {
    /// The last eight digits, as old rpm prints them.
    var shortID: String { String(fingerprint.suffix(8)).lowercased() }
    /// The key ID in sixteen digits, as Sequoia prints it.
    var longID: String { version == 4 ? String(fingerprint.suffix(16)) : String(fingerprint.prefix(16)) }
}
