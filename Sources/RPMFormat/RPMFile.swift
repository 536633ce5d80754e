public import Diagnostics
public import LinuxIO

/// A package that was opened: its headers checked and read, its payload not yet looked at.
///
/// Packages of rpm 4 and later are understood, whoever made them. The payload can be verified when it is compressed
/// with xz or gzip or not at all.
public struct RPMFile {
    /// The whole file.
    public let source: ByteSource
    /// Whether it is a source package, as the lead says.
    public let isSource: Bool
    /// Digests, sizes and signatures.
    public let signatureHeader: RPMHeader<RPMSignatureTag>
    /// What the package says of itself.
    public let header: RPMHeader<RPMTag>
    /// The paths, in the header's order.
    public let files: [RPMFileRecord]

    /// Opens a package.
    ///
    /// - Parameter source: The bytes of the file.
    /// - Throws: `.integrity` with the offset of what is damaged.
    public init(_ source: ByteSource) throws(Failure) {
        self.source = source
        isSource = try RPMLead.read(source)
        signatureHeader = try RPMHeader(source, at: UInt64(RPMLead.size))
        let end = UInt64(RPMLead.size + signatureHeader.bytes.count)
        let padding = (8 - Int(end % 8)) % 8
        guard UInt64(padding) <= source.size - end else {
            throw source.damage(at: source.size, "the file ends behind its signature header")
        }
        guard try source.read(padding, at: end).allSatisfy({ $0 == 0 }) else {
            throw source.damage(at: end, "the \(padding) bytes behind the signature header are not zero")
        }
        try Self.checkReservedSpace(signatureHeader, of: source)
        header = try RPMHeader(source, at: end + UInt64(padding))
        for tag in [RPMTag.name, .version, .release, .arch] {
            guard header.text(tag)?.isEmpty == false else {
                throw source.damage(at: header.offset, "the header has no \(tag.name)")
            }
        }
        files = try FileListReader(header: header, source: source).records()
        try checkSize()
        try checkDependencies()
    }

    /// The reserved room must be zero: no signature covers it.
    private static func checkReservedSpace(
        _ header: RPMHeader<RPMSignatureTag>, of source: ByteSource
    ) throws(Failure) {
        for tag in [RPMSignatureTag.reservedSpace, .reserved] {
            guard let entry = header.entry(tag) else { continue }
            let room = header.bytes[entry.place..<entry.place + entry.size]
            guard let place = room.firstIndex(where: { $0 != 0 }) else { continue }
            throw source.damage(
                at: header.offset + UInt64(place), "the room that \(tag.name) keeps for signatures is not zero")
        }
    }

    /// The file ends where the package says.
    private func checkSize() throws(Failure) {
        for tag in [RPMSignatureTag.size, .longSize] {
            let found = source.size - header.offset
            guard let stated = signatureHeader.number(tag), stated != found else { continue }
            let count = stated > found ? stated - found : found - stated
            throw source.damage(
                at: source.size,
                "the file ends \(count) byte\(count == 1 ? "" : "s") \(stated > found ? "early" : "late"): it was cut, or "
                    + "something was appended",
                cause: "\(tag.name) announces \(stated) bytes of header and payload from byte \(header.offset) on",
                hints: ["Download the file again."])
        }
    }

    /// Where the payload starts.
    public var payloadOffset: UInt64 { header.offset + UInt64(header.bytes.count) }

    /// The payload as it is in the file.
    public func payload() throws(Failure) -> ByteSource {
        try source.part(payloadOffset..<source.size, name: "\(source.name), payload")
    }

    /// The main header: what `RSA` and `DSA` sign.
    public func signedHeader() -> ByteSource { ByteSource(header.bytes, name: "\(source.name), header") }

    /// Main header and payload: what `PGP` and `GPG` sign.
    public func signedContent() throws(Failure) -> ByteSource {
        try source.part(header.offset..<source.size, name: "\(source.name), header and payload")
    }

    /// Bytes of the file that repositories call its header range: where the main header starts and ends.
    public var headerRange: Range<UInt64> { header.offset..<payloadOffset }
}

extension RPMFile {
    /// `NAME`.
    public var name: String { header.text(.name) ?? "" }
    /// Epoch, version and release.
    public var version: RPMVersion {
        RPMVersion(
            epoch: header.number(.epoch).flatMap(UInt32.init(exactly:)), version: header.text(.version) ?? "",
            release: header.text(.release))
    }
    /// `ARCH`.
    public var architecture: String { header.text(.arch) ?? "" }
    /// `PAYLOADCOMPRESSOR`; nil where the package doesn't say.
    public var compressor: String? { header.text(.payloadCompressor) }
}
