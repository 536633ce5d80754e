import Diagnostics
import Digests

/// What the signature header says: digests, sizes and signatures, and room for more.
struct SignatureHeader {
    /// `%__gpg_reserved_space` and the 32 bytes that rpmbuild always adds; `rpmGenerateSignature` of lib/signature.cc.
    static let reservedSpace = 4096 + 32

    /// All but the room.
    var header: HeaderFields<RPMSignatureTag>

    /// Bytes of the header without its padding, before anything is known that it says.
    static func plannedSize() throws(Failure) -> Int {
        let zero = try SignatureHeader(mainHeader: [], md5: [UInt8](repeating: 0, count: 16), size: 0, payloadSize: 0)
        var header = zero.header
        header[.reservedSpace] = .bin([UInt8](repeating: 0, count: reservedSpace))
        return try header.bytes().count
    }

    /// Digests and sizes.
    ///
    /// - Parameters:
    ///   - mainHeader: All bytes of the main header.
    ///   - md5: Of main header and payload.
    ///   - size: Bytes of main header and payload.
    ///   - payloadSize: Bytes of the decompressed payload.
    init(mainHeader: [UInt8], md5: [UInt8], size: UInt64, payloadSize: UInt64) throws(Failure) {
        header = HeaderFields()
        header[.sha1] = .text(Hexadecimal.text(try MessageDigest.digest(mainHeader, .sha1)))
        header[.sha256] = .text(SHA256.digest(mainHeader).hex)
        header[.md5] = .bin(md5)
        // Both are long when one is.
        if size < UInt64(UInt32.max), payloadSize < UInt64(UInt32.max) {
            header[.size] = .int32([UInt32(size)])
            header[.payloadSize] = .int32([UInt32(payloadSize)])
        } else {
            header[.longSize] = .int64([size])
            header[.longArchiveSize] = .int64([payloadSize])
        }
    }

    /// Takes a header read from a file, without its room.
    init(_ header: HeaderFields<RPMSignatureTag>) {
        self.header = header
        self.header[.reservedSpace] = nil
    }

    /// Puts signatures in the place of those that are there; `deleteSigs` and `putSignature` of sign/rpmgensig.cc.
    ///
    /// - Parameters:
    ///   - headerSignature: Over the main header.
    ///   - packageSignature: Over main header and payload.
    mutating func sign(headerSignature: RPMSignaturePacket, packageSignature: RPMSignaturePacket) throws(Failure) {
        guard headerSignature.keyKind == packageSignature.keyKind else {
            throw Failure(.failed, "the signer used two kinds of key for one package")
        }
        removeSignatures()
        let isRSA = headerSignature.keyKind == .rsa
        header[isRSA ? .rsa : .dsa] = .bin(headerSignature.bytes)
        header[isRSA ? .pgp : .gpg] = .bin(packageSignature.bytes)
    }

    /// Takes all signatures away.
    mutating func removeSignatures() {
        for tag in [RPMSignatureTag.dsa, .rsa, .openPGP, .pgp, .gpg, RPMSignatureTag(rawValue: 1006)] {
            header[tag] = nil
        }
    }

    /// The header as bytes, with so much room that it has a given size, and padded.
    ///
    /// - Parameter size: The bytes without padding.
    /// - Throws: `.failed` when there is more to say than that.
    func bytes(size: Int) throws(Failure) -> [UInt8] {
        var bytes = try header.bytes()
        let room = size - bytes.count - HeaderFormat.entrySize
        if room > 0 {
            var header = header
            header[.reservedSpace] = .bin([UInt8](repeating: 0, count: room))
            bytes = try header.bytes()
        }
        guard Self.padded(bytes.count) == Self.padded(size) else {
            throw Failure(
                .failed, "the signatures need \(bytes.count) bytes; the package has room for \(size)",
                hints: ["Sign with a smaller key, RSA with 4096 bits for instance, or build the package again."])
        }
        return bytes + [UInt8](repeating: 0, count: Self.padded(size) - bytes.count)
    }

    /// A size with the padding that aligns the main header to 8 bytes.
    static func padded(_ size: Int) -> Int { (size + 7) & ~7 }
}
