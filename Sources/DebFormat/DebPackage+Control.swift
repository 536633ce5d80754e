import ByteIO
public import Diagnostics
import Digests
import TarFormat

extension DebPackage {
    /// The files of the control archive in their order, by name as dpkg-deb has them.
    ///
    /// - Throws: `.usage` when a field can't be written.
    public func controlMembers() throws(Failure) -> [(name: String, text: String, mode: UInt32)] {
        var members = [(name: "control", text: try control.text(), mode: UInt32(0o644))]
        for (script, text) in scripts { members.append((script.rawValue, text, 0o755)) }
        // An empty file is none: dpkg-deb warns of an empty conffiles, dpkg 1.20 and before refuse an empty line in it.
        for (name, lines) in [("conffiles", conffiles), ("md5sums", md5sums), ("triggers", triggers)]
        where !lines.isEmpty {
            members.append((name, lines.map { $0 + "\n" }.joined(), 0o644))
        }
        return members.sorted { $0.name < $1.name }
    }

    /// The lines of `md5sums`: every file that is no configuration file, without the slash before its path.
    ///
    /// The same files, order and form as debhelper's dh_md5sums; it undoes md5sum's escapes, so a backslash stands for
    /// itself.
    public var md5sums: [String] {
        let excluded = Set(conffiles.map { Array($0.utf8) })
        var lines: [String] = []
        for entry in entries {
            guard case .file(_, let md5) = entry.content, !excluded.contains(Array(entry.path.utf8)) else { continue }
            lines.append("\(Hexadecimal.text(md5))  \(String(decoding: entry.path.utf8.dropFirst(), as: UTF8.self))")
        }
        return lines
    }

    /// The control archive, compressed: gzip, because dpkg before 1.17.6 knows nothing else there (deb(5)).
    func controlArchive() throws(Failure) -> [UInt8] {
        var tar = ByteWriter()
        tar.put(try dataStart())
        for member in try controlMembers() {
            let content = Array(member.text.utf8)
            let entry = TarEntry(
                path: "./" + member.name, content: .file(size: UInt64(content.count)), mode: member.mode,
                time: timestamp)
            tar.put(try entry.header())
            tar.put(content)
            tar.putZeros(Tar.padding(after: UInt64(content.count)))
        }
        tar.put(Tar.end)
        guard tar.bytes.count <= DebLimits.control else {
            throw Failure(
                .usage,
                "the control archive has \(tar.bytes.count) bytes, at most \(DebLimits.control) are allowed",
                hints: ["Put the files into an archive inside the product, so that md5sums lists fewer paths."])
        }
        return try Gzip.compress(tar.bytes)
    }
}
