import ByteIO
public import Diagnostics

extension TarEntry {
    /// The header as GNU tar writes it, behind the headers and texts of names that don't fit into it.
    ///
    /// A field of a header is octal digits and a NUL; the numbers of a device are there for devices only; the check sum is
    /// six digits, NUL, blank. A name of more than 100 bytes stands before the header, as the content of a member
    /// `././@LongLink` of type `L`, a target of more than 100 bytes as one of type `K` (GNU tar src/create.c,
    /// `write_gnu_long_link`); the header then has its first 100 bytes.
    ///
    /// - Returns: Whole blocks; a file's bytes follow.
    /// - Throws: `.usage` when a name has a newline or NUL or a number doesn't fit its field; the message names the path.
    public func header() throws(Failure) -> [UInt8] {
        try check()
        var bytes: [UInt8] = []
        let name = Array(path.utf8)
        let link = Array((linkTarget ?? "").utf8)
        if link.count > TarField.name.size { bytes += Self.longName(link, type: UInt8(ascii: "K")) }
        if name.count > TarField.name.size { bytes += Self.longName(name, type: UInt8(ascii: "L")) }
        var header = TarHeader(name: name, mode: mode, size: fileSize, time: UInt64(time), type: typeFlag, link: link)
        header.put(octal: UInt64(user), .user)
        header.put(octal: UInt64(group), .group)
        header.put(text: Array(userName.utf8), .userName)
        header.put(text: Array(groupName.utf8), .groupName)
        switch content {
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            header.put(octal: UInt64(major), .deviceMajor)
            header.put(octal: UInt64(minor), .deviceMinor)
        default: break
        }
        return bytes + header.finish()
    }

    private static func longName(_ text: [UInt8], type: UInt8) -> [UInt8] {
        var header = TarHeader(
            name: Array("././@LongLink".utf8), mode: 0o644, size: UInt64(text.count + 1), time: 0, type: type, link: [])
        header.put(octal: 0, .user)
        header.put(octal: 0, .group)
        header.put(text: Array("root".utf8), .userName)
        header.put(text: Array("root".utf8), .groupName)
        // GNU tar counts the NUL that ends the name.
        let zeros = [UInt8](repeating: 0, count: 1 + Tar.padding(after: UInt64(text.count + 1)))
        return header.finish() + text + zeros
    }

    /// What a link says, of either kind.
    public var linkTarget: String? {
        switch content {
        case .link(let target), .hardLink(let target): target
        default: nil
        }
    }

    /// Bytes that follow the header, without padding.
    public var fileSize: UInt64 { if case .file(let size) = content { size } else { 0 } }

    private var typeFlag: UInt8 {
        switch content {
        case .file: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .link: UInt8(ascii: "2")
        case .characterDevice: UInt8(ascii: "3")
        case .blockDevice: UInt8(ascii: "4")
        case .directory: UInt8(ascii: "5")
        case .pipe: UInt8(ascii: "6")
        }
    }

    /// Checks that a header can say this.
    ///
    /// - Throws: `.usage` when a name has a newline or NUL or a number doesn't fit its field; the message names the path.
    public func check() throws(Failure) {
        let shown = TarText.quoted(path)
        for text in [path, linkTarget ?? ""] where text.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\n") }) {
            // dpkg's lists of files have a path a line: dpkg-deb refuses such names too (src/deb/build.c).
            throw Failure(
                .usage, "\(shown) can't be in a Debian package: a name has a newline",
                hints: ["Rename it, or leave it out with \"exclude\"."])
        }
        guard !path.isEmpty, linkTarget != "" else {
            throw Failure(.usage, "\(shown) can't be in a tar archive: a name is empty")
        }
        guard fileSize <= Tar.maximumSize else {
            throw Failure(
                .usage, "\(shown) has \(fileSize) bytes, a file in a Debian package at most \(Tar.maximumSize)")
        }
        guard time >= 0, UInt64(time) <= Tar.maximumSize else {
            throw Failure(.usage, "\(shown) has the time \(time), which tar can't say")
        }
        let numbers: [(UInt32, String)] = [(mode, "mode"), (user, "user"), (group, "group")]
        for (number, name) in numbers where number > 0o777_7777 {
            throw Failure(.usage, "\(shown) has the \(name) \(number), which tar can't say")
        }
        for name in [userName, groupName]
        where name.utf8.count > 31 || name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw Failure(
                .usage, "\(shown) belongs to \(TarText.quoted(name)), which tar can't say: 31 bytes, no blanks")
        }
    }
}
