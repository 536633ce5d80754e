import Diagnostics
import LinuxIO
import OpenPGP
import RepositoryFiles
import Signing

extension YUMVerifier {
    private static let signatureLimit = 1 << 20

    /// `repomd.xml.asc`: there, exactly one signature, good, by a given key; `repomd.xml.key`, where it is there, a key.
    func verifySignature(of bytes: [UInt8], _ faults: inout FaultList) throws(Failure) {
        guard let metadataKeys else { return }
        let place = path(RepositoryFileNames.signature)
        if let signature = try read(RepositoryFileNames.signature, limit: Self.signatureLimit, &faults) {
            do throws(Failure) {
                let packets = try Self.packets(signature, name: place)
                guard packets.count == 1 else {
                    throw Failure(.integrity, "\(place) has \(packets.count) signatures; exactly one is expected")
                }
                let content = ByteSource(bytes, name: path(RepositoryFileNames.index))
                judge(try metadataKeys.verify(signature, of: content), metadataKeys, place, &faults)
            } catch {
                try faults.add(error, "signature-damaged", place)
            }
        } else {
            faults.fail("signature-missing", place, "is not there, or can't be read")
        }
        try verifyKey(metadataKeys, &faults)
    }

    /// The packets of a detached signature, armored or binary.
    private static func packets(_ bytes: [UInt8], name: String) throws(Failure) -> [Packet] {
        guard Armor.isArmored(bytes) else { return try Packet.read(bytes, name: name) }
        var packets: [Packet] = []
        for block in try Armor.read(bytes, name: name) { packets += try Packet.read(block.content, name: name) }
        return packets
    }

    private func judge(
        _ verdict: SignatureVerdict, _ keys: GPGVerifier, _ place: String, _ faults: inout FaultList
    ) {
        switch verdict {
        case .good(let signer):
            if signer.time > options.time + Self.clockSkew {
                faults.fail(
                    "signature-future", place, "was made at \(UTCTime(seconds: signer.time).text), later than now")
            }
            let (latest, isOverflow) = options.time.addingReportingOverflow(options.expiryNotice)
            if let expiry = keys.expiry(of: signer), isOverflow || expiry < latest {
                faults.warn(
                    "key-expires", place, "the key \(signer.primary) expires at \(UTCTime(seconds: expiry).text)")
            }
        case .expired: faults.fail("signature-expired", place, "the signature is \(verdict.words)")
        case .revoked: faults.fail("signature-revoked", place, "the signature is \(verdict.words)")
        case .bad: faults.fail("signature-bad", place, "the signature is \(verdict.words)")
        case .unknownKey: faults.fail("signature-unknown-key", place, "the signature is \(verdict.words)")
        case .unusable: faults.fail("signature-unusable", place, "the signature \(verdict.words)")
        }
    }

    /// zypper takes the key from here when it has none; there it must be one that may sign.
    private func verifyKey(_ keys: GPGVerifier, _ faults: inout FaultList) throws(Failure) {
        guard let bytes = try read(RepositoryFileNames.key, limit: Certificate.sizeLimit, &faults) else { return }
        let place = path(RepositoryFileNames.key)
        do throws(Failure) {
            let certificates = try Certificate.read(bytes, name: place)
            for certificate in certificates where !keys.fingerprints.contains(certificate.primary.fingerprint) {
                faults.fail(
                    "key-other", place, "has \(certificate.primary.fingerprint), which is not among the given keys")
            }
        } catch {
            try faults.add(error, "key-damaged", place)
        }
    }
}
