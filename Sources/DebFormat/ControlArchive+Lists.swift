import Diagnostics
import Digests

/// A line of the file `conffiles`; deb-conffiles(5).
public struct DebConffile: Sendable, Equatable {
    /// The absolute path.
    public var path: String
    /// Whether the package no longer has the file, and an upgrade removes it; dpkg 1.20.6.
    public var isRemovedOnUpgrade: Bool
}

/// A line of the file `md5sums`.
public struct DebMD5Sum: Sendable, Equatable {
    /// The absolute path.
    public var path: String
    /// The 16 bytes.
    public var md5: [UInt8]
}

extension ControlArchive {
    /// The file `conffiles`, as `check_conffiles` of dpkg src/deb/build.c wants it.
    func conffiles() throws(Failure) -> [DebConffile] {
        var found: [DebConffile] = []
        var seen: Set<[UInt8]> = []
        for (line, offset) in try lines("conffiles") ?? [] {
            var path = line
            var isRemoved = false
            let flag = "remove-on-upgrade "
            if line.utf8.starts(with: flag.utf8) {
                path = String(decoding: line.utf8.dropFirst(flag.utf8.count), as: UTF8.self)
                isRemoved = true
            }
            guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 else {
                throw failure(
                    in: "conffiles", at: offset, "the line \"\(shown(line))\", which is no absolute path")
            }
            guard line.utf8.count < 997 else { throw failure(in: "conffiles", at: offset, "a line too long for dpkg") }
            guard seen.insert(Array(path.utf8)).inserted else {
                throw failure(in: "conffiles", at: offset, "\(shown(path)) a second time")
            }
            found.append(DebConffile(path: path, isRemovedOnUpgrade: isRemoved))
        }
        return found
    }

    /// The file `triggers`, without comments and empty lines.
    func triggers() throws(Failure) -> [DebTrigger] {
        var found: [DebTrigger] = []
        for (line, offset) in try lines("triggers") ?? [] {
            let words = Array(line.utf8).drop { $0.isSpace }
            if words.isEmpty || words.first == UInt8(ascii: "#") { continue }
            do throws(Failure) {
                found.append(try DebTrigger(line))
            } catch {
                throw failure(in: "triggers", at: offset, "a line that is wrong: \(error.message)")
            }
        }
        return found
    }

    /// The file `md5sums`; `parse_filehash_buffer` of dpkg lib/dpkg/db-fsys-digest.c.
    func md5sums() throws(Failure) -> [DebMD5Sum]? {
        guard let lines = try lines("md5sums") else { return nil }
        var found: [DebMD5Sum] = []
        var seen: Set<[UInt8]> = []
        for (line, offset) in lines {
            let bytes = Array(line.utf8)
            let md5 = Hexadecimal.bytes(String(decoding: bytes.prefix(32), as: UTF8.self))
            guard bytes.count > 34, let md5, bytes[32..<34].elementsEqual([0x20, 0x20]) else {
                throw failure(
                    in: "md5sums", at: offset, "the line \"\(shown(line))\", which is no MD5, two blanks and path")
            }
            guard let path = DebPath.absolute(String(decoding: bytes[34...], as: UTF8.self)), path != "/" else {
                throw failure(in: "md5sums", at: offset, "a path that is none, \"\(shown(line))\"")
            }
            guard seen.insert(Array(path.utf8)).inserted else {
                throw failure(in: "md5sums", at: offset, "\(shown(path)) a second time")
            }
            found.append(DebMD5Sum(path: path, md5: md5))
        }
        return found
    }
}

/// Paths of packages.
enum DebPath {
    /// The path on a machine of a path in an archive: dpkg drops slashes and `./` before it (`path_skip_slash_dotslash`).
    ///
    /// - Returns: An absolute path without a slash behind it, `/` for the top; nil where a part is empty, `.` or `..`.
    static func absolute(_ path: String) -> String? {
        var rest = Array(path.utf8)[...]
        while rest.first == UInt8(ascii: "/") || rest.starts(with: Array("./".utf8)) {
            rest = rest.dropFirst(rest.first == UInt8(ascii: "/") ? 1 : 2)
        }
        if rest.last == UInt8(ascii: "/") { rest = rest.dropLast() }
        if rest.isEmpty || rest.elementsEqual([UInt8(ascii: ".")]) { return "/" }
        let parts = rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.elementsEqual([0x2E]) && !part.elementsEqual([0x2E, 0x2E])
        }
        return isPlain ? "/" + String(decoding: rest, as: UTF8.self) : nil
    }
}
