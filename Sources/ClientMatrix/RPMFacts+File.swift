public import Diagnostics
import LinuxIO
import OpenPGP
public import RPMFormat

extension RPMFacts {
    /// Reads the facts of a package; nothing of the payload is decoded.
    ///
    /// - Parameter file: The package, opened.
    /// - Throws: `.integrity`, with the offset, for damaged signatures or a damaged end of the payload.
    public init(_ file: RPMFile) throws(Failure) {
        self.init()
        format = file.header.number(.rpmFormat) ?? 4
        // Without a word rpm takes gzip; lib/psm.cc, `rpmPackageInstall`.
        compressor = file.compressor ?? "gzip"
        filters = []
        if compressor == "xz" { filters = try XZFilter.all(in: file.payload()) }
        features = Set(
            file.dependencies(.requires).map(\.name).filter { $0.hasPrefix("rpmlib(") && $0.hasSuffix(")") }
                .map { String($0.dropFirst(7).dropLast()) })
        let signed = file.signatureHeader
        hasHeaderSHA1 = signed.entry(.sha1) != nil
        hasHeaderSHA256 = signed.entry(.sha256) != nil
        hasMD5 = signed.entry(.md5) != nil
        hasPayloadDigest = file.header.entry(.payloadSHA256) != nil
        let regular = file.files.filter { $0.kind == .file }
        fileDigest =
            regular.isEmpty
            ? nil : HashAlgorithm(rawValue: UInt8(clamping: file.header.number(.fileDigestAlgo) ?? 1))
        signatures = try file.signatures().map { signature throws(Failure) in
            let packet = try SignaturePacket(
                signature.packet, name: "\(file.source.name), \(signature.tag.name) in the signature header at byte 96")
            return Signature(signature, packet)
        }
        // Without the 16 bytes of the header's beginning and the 16 of each tag, the region among them.
        signatureRoom = UInt64(signed.bytes.count - 16 - 16 * (signed.entries.count + 1))
        largestFile = regular.map(\.size).max() ?? 0
        version = file.version.version
    }
}

extension RPMFacts.Signature {
    fileprivate init(_ signature: RPMSignature, _ packet: SignaturePacket) {
        let place: Place =
            switch signature.tag {
            case .openPGP: .list
            case .pgp, .gpg: .headerAndPayload
            default: .header
            }
        self.init(place: place, version: packet.version, algorithm: packet.algorithm, hash: packet.hash)
    }
}
