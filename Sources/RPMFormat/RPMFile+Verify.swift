import ByteIO
public import Diagnostics
import Digests
import LinuxIO

/// What was found right by verifying.
public struct RPMVerification: Sendable, Equatable {
    /// The digests and sizes that the package states and that are right, by their tags: `SHA256`, `PAYLOADSHA256ALT`.
    public var verified: [String]
    /// Those that can't be verified here, and other tags of the signature header that nothing covers.
    public var unknown: [String]
    /// Bytes of the decompressed payload.
    public var payloadSize: UInt64
}

extension RPMFile {
    /// Verifies every digest and size that the package states, then every entry of the payload.
    ///
    /// Signatures are not looked at.
    ///
    /// - Returns: What was verified.
    /// - Throws: `.integrity` with the place of what is wrong; `.failed` for a payload that can't be read here.
    public func verify() throws(Failure) -> RPMVerification { try verify(withPayload: true) }

    /// Verifies lead, digests and sizes, and not what is in the payload: the digest of its compressed bytes proves it as
    /// it is.
    ///
    /// - Throws: As `verify()`; `.integrity` also where the header has no such digest.
    public func verifyPacked() throws(Failure) -> RPMVerification {
        let result = try verify(withPayload: false)
        try checkUnreadStart()
        guard result.verified.contains(RPMTag.payloadSHA256.name) else {
            throw source.damage(at: header.offset, "the header has no digest of the payload that can be verified")
        }
        return result
    }

    private func verify(withPayload: Bool) throws(Failure) -> RPMVerification {
        var result = RPMVerification(verified: [], unknown: [], payloadSize: 0)
        result.unknown = try RPMLead.verify(self)
        try verifyHeader(&result)
        try verifyContent(&result)
        if withPayload { try verifyPayload(&result) }
        return result
    }

    /// Gives the content of one file.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - limit: The most bytes to accept.
    /// - Returns: nil when the package has no such file.
    /// - Throws: As `verify()`; the whole payload is read.
    public func content(of path: String, limit: Int) throws(Failure) -> [UInt8]? {
        guard
            let wanted = files.firstIndex(where: {
                $0.path.hasBytes(of: path) && $0.kind == .file && !$0.flags.contains(.ghost)
            })
        else { return nil }
        guard files[wanted].size <= UInt64(limit) else {
            throw Failure(.failed, "\(source.name): \(PathText.display(path)) has \(files[wanted].size) bytes")
        }
        var content: [UInt8] = []
        var reader = try PayloadReader(self)
        _ = try reader.read { index, piece in
            // Of hard links only one has the content.
            if files[index].identity == files[wanted].identity { content.append(contentsOf: piece) }
        }
        return content
    }

    /// The tags of the signature header that are verified, or are signatures, or make room.
    private static let understood: Set<RPMSignatureTag> = [
        .dsa, .gpg, .longArchiveSize, .longSize, .md5, .openPGP, .payloadSize, .pgp, .reserved, .reservedSpace, .rsa,
        .sha1, .sha256, .size,
    ]

    /// SHA1 and SHA256 of the main header.
    private func verifyHeader(_ result: inout RPMVerification) throws(Failure) {
        for (tag, algorithm) in [(RPMSignatureTag.sha1, MessageDigest.Algorithm.sha1), (.sha256, .sha256)] {
            guard let entry = signatureHeader.entry(tag) else { continue }
            let found = Hexadecimal.text(try MessageDigest.digest(header.bytes, algorithm))
            guard signatureHeader.text(tag) == found else {
                throw wrong(entry, "\(tag.name) is not the digest of the header")
            }
            result.verified.append(tag.name)
        }
        result.unknown += signatureHeader.entries.map(\.tag).filter { !Self.understood.contains($0) }.map(\.name)
        guard !result.verified.isEmpty else {
            throw source.damage(at: signatureHeader.offset, "the package has no digest of its header")
        }
    }

    /// MD5 and size of header and payload, digests of the payload as it is in the file.
    private func verifyContent(_ result: inout RPMVerification) throws(Failure) {
        // Compared when the file was opened.
        for tag in [RPMSignatureTag.size, .longSize] where signatureHeader.entry(tag) != nil {
            result.verified.append(tag.name)
        }
        if let entry = signatureHeader.entry(.md5) {
            let digest = try MessageDigest(.md5)
            try signedContent().forEachPiece { piece in digest.update(piece) }
            guard signatureHeader[.md5] == .bin(digest.finish()) else {
                throw wrong(entry, "MD5 is not the digest of header and payload")
            }
            result.verified.append("MD5")
        }
        try verify(.payloadSHA256, &result) { algorithm throws(Failure) in
            let digest = try MessageDigest(algorithm)
            try payload().forEachPiece { piece in digest.update(piece) }
            return digest.finish()
        }
    }

    /// The decompressed payload.
    private func verifyPayload(_ result: inout RPMVerification) throws(Failure) {
        var reader = try PayloadReader(self)
        let (size, digest) = try reader.read { _, _ in }
        result.payloadSize = size
        for tag in [RPMSignatureTag.payloadSize, .longArchiveSize] {
            guard let entry = signatureHeader.entry(tag) else { continue }
            guard signatureHeader.number(tag) == size else {
                throw wrong(
                    entry,
                    "\(tag.name) announces \(signatureHeader.number(tag) ?? 0) bytes of decompressed payload; "
                        + "there are \(size)")
            }
            result.verified.append(tag.name)
        }
        try verify(.payloadSHA256Alt, &result) { algorithm throws(Failure) in
            algorithm == .sha256 ? digest.bytes : []
        }
    }

    /// A digest of the payload in the main header, by the algorithm that it names.
    private func verify(
        _ tag: RPMTag, _ result: inout RPMVerification,
        _ digest: (MessageDigest.Algorithm) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        guard let entry = header.entry(tag) else { return }
        let number = header.number(.payloadSHA256Algo) ?? UInt64(RPMDigestAlgorithm.sha256)
        guard let algorithm = RPMDigestAlgorithm.algorithm(number) else {
            result.unknown.append(tag.name)
            return
        }
        let found = try digest(algorithm)
        guard !found.isEmpty else {
            result.unknown.append(tag.name)
            return
        }
        guard entry.count == 1, header.text(tag) == Hexadecimal.text(found) else {
            throw source.damage(
                at: header.offset + UInt64(entry.place), "\(tag.name) is not the digest of the payload")
        }
        result.verified.append(tag.name)
    }

    private func wrong(_ entry: RPMHeader<RPMSignatureTag>.Entry, _ message: String) -> Failure {
        source.damage(at: signatureHeader.offset + UInt64(entry.place), message)
    }
}
