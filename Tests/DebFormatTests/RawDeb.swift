import DebFormat
import Diagnostics
import LinuxIO
import TarFormat
import XZ

/// A package assembled by hand, right or wrong.
struct RawDeb {
    /// A member of the ar archive.
    struct Member {
        var name: String
        var bytes: [UInt8]
        /// Bytes that replace those of the header from an offset on.
        var header: [(offset: Int, text: String)] = []
        /// What stands behind a member of odd size.
        var padding: [UInt8] = [0x0A]
    }

    var members: [Member]
    var magic = Array("!<arch>\n".utf8)
    var tail: [UInt8] = []

    /// A good package, neither archive compressed.
    init(
        version: String = "2.0\n", control: [UInt8]? = nil, data: [UInt8]? = nil, controlName: String = "control.tar",
        dataName: String = "data.tar"
    ) throws {
        members = [
            Member(name: "debian-binary", bytes: Array(version.utf8)),
            Member(name: controlName, bytes: try control ?? Self.control()),
            Member(name: dataName, bytes: try data ?? Self.data()),
        ]
    }

    var bytes: [UInt8] {
        var bytes = magic
        for member in members {
            func field(_ text: String, _ size: Int) -> [UInt8] {
                Array((text + String(repeating: " ", count: max(0, size - text.utf8.count))).utf8)
            }
            var header =
                field(member.name, 16) + field("946684800", 12) + field("0", 6) + field("0", 6) + field("100644", 8)
                + field(String(member.bytes.count), 10) + Array("`\n".utf8)
            for change in member.header {
                let text = Array(change.text.utf8)
                header.replaceSubrange(change.offset..<change.offset + text.count, with: text)
            }
            bytes += header + member.bytes
            if member.bytes.count % 2 == 1 { bytes += member.padding }
        }
        return bytes + tail
    }

    /// The failure of reading the package, or nil where it is read.
    static func failure(_ bytes: [UInt8]) -> Failure? {
        do throws(Failure) {
            try DebFile(ByteSource(bytes, name: "x.deb")).verify()
            return nil
        } catch {
            return error
        }
    }

    /// The control file of a good package.
    static let fields = """
        Package: demo
        Version: 1.0
        Architecture: amd64
        Maintainer: Demo <demo@example.com>
        Description: demo

        """

    /// A member of a tar archive.
    static func member(_ entry: TarEntry, _ content: [UInt8] = []) throws -> [UInt8] {
        try entry.header() + content + [UInt8](repeating: 0, count: Tar.padding(after: UInt64(content.count)))
    }

    static func file(_ path: String, _ text: String, mode: UInt32 = 0o644) throws -> [UInt8] {
        let content = Array(text.utf8)
        return try member(
            TarEntry(path: path, content: .file(size: UInt64(content.count)), mode: mode, time: 946_684_800), content)
    }

    static func directory(_ path: String) throws -> [UInt8] {
        try member(TarEntry(path: path, content: .directory, mode: 0o755, time: 946_684_800))
    }

    static func link(_ path: String, _ target: String, isHard: Bool = false) throws -> [UInt8] {
        let content: TarEntry.Content = isHard ? .hardLink(target: target) : .link(target: target)
        return try member(TarEntry(path: path, content: content, mode: 0o777, time: 946_684_800))
    }

    /// A control archive.
    static func control(fields: String = fields, files: [(String, String)] = []) throws -> [UInt8] {
        var tar = try directory("./") + file("./control", fields)
        for (name, text) in files { tar += try file("./" + name, text) }
        return tar + Tar.end
    }

    /// An archive of files.
    static func data(_ members: [[UInt8]]? = nil) throws -> [UInt8] {
        let usual = try [
            directory("./"), directory("./opt/"), directory("./opt/demo/"), file("./opt/demo/a", "alpha"),
            link("./opt/demo/b", "a"), link("./opt/demo/c", "./opt/demo/a", isHard: true),
        ]
        return (members ?? usual).flatMap(\.self) + Tar.end
    }

    /// The MD5 of `alpha`.
    static let alpha = "2c1743a391305fbf367df8e4f069f9f9"

    /// A header's bytes changed, its check sum made right again.
    static func patched(_ tar: [UInt8], at header: Int, _ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var tar = tar
        tar.replaceSubrange(header + offset..<header + offset + bytes.count, with: bytes)
        tar.replaceSubrange(header + 148..<header + 156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = String(tar[header..<header + 512].reduce(0) { $0 + Int($1) }, radix: 8)
        let text = String(repeating: "0", count: 6 - sum.utf8.count) + sum
        tar.replaceSubrange(header + 148..<header + 156, with: Array(text.utf8) + [0, 0x20])
        return tar
    }

    /// A stream of one block, or of several.
    static func xz(_ content: [UInt8], blockSize: Int = 1 << 20) throws -> [UInt8] {
        var encoder = try XZBlockEncoder()
        var blocks: [XZEncodedBlock] = []
        for start in stride(from: 0, to: content.count, by: blockSize) {
            let piece = Array(content[start..<min(content.count, start + blockSize)])
            blocks.append(try encoder.encode(piece.span.bytes, chain: .lzma2))
        }
        let frame = try XZFrame(blocks: blocks.map(\.size))
        return frame.header + blocks.flatMap(\.bytes) + frame.index + frame.footer
    }

    static func gzip(_ content: [UInt8]) throws -> [UInt8] {
        try Subprocess.run(["/usr/bin/gzip", "-9n"], input: content).output
    }
}
