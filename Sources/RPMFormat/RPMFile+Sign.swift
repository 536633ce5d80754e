public import Diagnostics
public import LinuxIO

extension RPMFile {
    /// Signs the package that was opened, in a copy that takes its place when it is whole.
    ///
    /// Signatures that are there are replaced, the room that is kept for them is used, and not a byte behind the
    /// signature header changes. The package is verified first, so that no damaged one gets a signature.
    ///
    /// - Parameters:
    ///   - name: The file to replace, below `directory`, without following links; usually the one that was opened.
    ///   - directory: The open directory.
    ///   - mode: Its permission bits.
    ///   - sign: Makes a binary OpenPGP signature, version 4, of the bytes it gets: first the main header, then main
    ///     header and payload.
    /// - Throws: `.integrity` when the package is damaged, `.failed` when there is no room or the format has no place for
    ///   the signature.
    public func sign(
        replacing name: String, in directory: borrowing Directory, mode: UInt32 = 0o644,
        sign: (ByteSource) throws(Failure) -> [UInt8]
    ) throws(Failure) {
        let format = header.number(.rpmFormat) ?? 4
        guard format < 6 else {
            throw Failure(
                .failed, "\(source.name) is of version \(format) of the format, whose signatures can't be made here",
                hints: ["rpmsign of rpm 6 can sign it."])
        }
        _ = try verifyPacked()
        let headerSignature = try RPMSignaturePacket(try sign(signedHeader()))
        let packageSignature = try RPMSignaturePacket(try sign(try signedContent()))
        var signatures = SignatureHeader(signatureHeader)
        try signatures.sign(headerSignature: headerSignature, packageSignature: packageSignature)
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try signatures.bytes(size: signatureHeader.bytes.count)
        } catch {
            throw error.during("\(source.name) can't be signed in place")
        }
        // Another process may be signing the same file.
        let output = try StagedFile(replacing: name, in: directory, mode: mode, isContended: true)
        try output.write(try source.read(RPMLead.size, at: 0))
        try output.write(bytes)
        try signedContent().forEachPiece { piece throws(Failure) in try output.write(piece) }
        try output.commit()
    }
}

extension SignatureHeader {
    /// Takes over what a package says, without the room it keeps.
    init(_ header: RPMHeader<RPMSignatureTag>) {
        self.init(HeaderFields(header.entries.map { HeaderFields.Field($0.tag, header.value($0)) }))
    }
}
