import ByteIO
import Diagnostics
import LinuxIO
import SetupPlan

/// Tells formats apart, and says of everything else what it looks like.
enum Recognition {
    /// Bytes from the start that are looked at.
    private static let headSize: UInt64 = 4096

    /// The format of a file.
    ///
    /// - Parameter file: An open file.
    /// - Returns: The format; `bin` for both kinds that have a trailer.
    /// - Throws: `.failed` for what is no regular file, `.integrity` for one of another format.
    static func format(of file: borrowing FileDescriptor) throws(Failure) -> ArtifactFormat {
        let shown = PathText.display(file.path)
        let status = try file.status()
        guard status.kind == .file else {
            let kind = status.kind == .directory ? "a directory" : "no regular file"
            throw Failure(.failed, "\(shown) is \(kind), not an installer or package")
        }
        let head = try file.read(Int(min(status.size, headSize)), at: 0)
        if head.starts(with: [0xED, 0xAB, 0xEE, 0xDB]) { return .rpm }
        if head.starts(with: "!<arch>\ndebian-binary".utf8) { return .deb }
        let trailerSize = UInt64(Trailer.byteCount)
        let tail =
            status.size >= trailerSize ? try file.read(Trailer.magic.count, at: status.size - trailerSize) : []
        if tail == Trailer.magic { return .bin }
        throw Failure(
            .integrity,
            "\(shown) is no installer, .deb or .rpm: it "
                + (head.isEmpty ? "is empty" : "looks like \(likeness(of: head))"),
            cause: cause(head, size: status.size), hints: hints(head))
    }

    private static func cause(_ head: [UInt8], size: UInt64) -> String {
        let first = head.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        let start = head.isEmpty ? "it ends at byte 0" : "at byte 0 are the bytes \(first)"
        guard head.starts(with: elf) else { return start }
        return "the trailer's magic is missing at byte \(size < 256 ? 0 : size - 256), 256 bytes before the end"
    }

    private static func hints(_ head: [UInt8]) -> [String] {
        if head.starts(with: elf) {
            return ["An installer that was cut, or to which something was appended, looks the same: get it again."]
        }
        return isMarkup(head) ? ["A server may have answered with a page instead of the file: look into it."] : []
    }

    private static let elf: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    private static let magics: [(offset: Int, bytes: [UInt8], likeness: String)] = [
        (0, elf, "an ELF file without a plan"),
        (0, Array("!<arch>\n".utf8), "an ar archive that doesn't begin with debian-binary at byte 8"),
        (0, [0x1F, 0x8B], "gzip data"),
        (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz data"),
        (0, [0x28, 0xB5, 0x2F, 0xFD], "zstd data"),
        (0, Array("BZh".utf8), "bzip2 data"),
        (0, [0x50, 0x4B, 0x03, 0x04], "a zip or jar archive"),
        (0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "a Windows Installer or another OLE file"),
        (0, Array("MZ".utf8), "a Windows program"),
        (0, Array("070701".utf8), "a cpio archive"),
        (0, Array("xar!".utf8), "a macOS package"),
        (0, [0x8E, 0xAD, 0xE8, 0x01], "an RPM header without the lead before it"),
        (257, Array("ustar".utf8), "a tar archive"),
        (0, Array("-----BEGIN PGP".utf8), "an OpenPGP key or signature"),
        (0, Array("version https://git-lfs".utf8), "a pointer of Git LFS, not the file itself"),
    ]

    private static func likeness(of head: [UInt8]) -> String {
        if head.starts(with: "#!".utf8) {
            let line = head.dropFirst(2).prefix { $0 != 0x0A }.prefix(60)
            let text = head.split(separator: 0x0A, maxSplits: 20)
            let isMakeself = text.contains { $0.starts(with: "# This script was generated using Makeself".utf8) }
            return isMakeself
                ? "a self-extracting shell script made by makeself"
                : "a script for \(PathText.display(Array(line.drop { $0 == 0x20 })))"
        }
        for magic in magics where head.dropFirst(magic.offset).starts(with: magic.bytes) { return magic.likeness }
        if isMarkup(head) { return "an HTML or XML page" }
        if head.allSatisfy({ $0 == 0 }) { return "zeros" }
        if head.allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) { return "text" }
        return "unknown data"
    }

    private static func isMarkup(_ head: [UInt8]) -> Bool {
        head.drop { $0 <= 0x20 }.first == UInt8(ascii: "<")
    }
}
