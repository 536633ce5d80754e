import ByteIO
import Diagnostics
import LinuxIO
import TarFormat

/// A file of the control archive.
public struct DebControlFile: Sendable, Equatable {
    /// The name, without `./`.
    public var name: String
    /// The permission bits.
    public var mode: UInt32
    /// The modification time, in seconds since 1970.
    public var time: Int64
    /// Its bytes.
    public var content: [UInt8]
    /// Where in the unpacked archive its header is.
    public var offset: UInt64
}

/// The control archive, unpacked.
struct ControlArchive {
    private(set) var files: [DebControlFile] = []
    private(set) var warnings: [String] = []
    private let name: String
    private let end: UInt64

    init(_ member: DebMember, of source: ByteSource, compression: DebCompression) throws(Failure) {
        name = "\(source.name): \(member.name)"
        let plain = try PlainReader(member, of: source, compression: compression, limit: DebLimits.control)
        var reader = TarReader(name: name) { buffer throws(Failure) in try plain.read(into: buffer) }
        var names: Set<String> = []
        while let found = try reader.next() {
            let entry = found.entry
            if case .directory = entry.content, entry.path == "./" || entry.path == "." { continue }
            guard case .file(let size) = entry.content else {
                throw reader.failure("\(shown(entry.path)), which is no file", at: found.offset)
            }
            let bytes = Array(entry.path.utf8)
            let name = String(decoding: bytes.starts(with: [0x2E, 0x2F]) ? bytes[2...] : bytes[...], as: UTF8.self)
            guard !name.isEmpty, name != ".", name != "..",
                name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
            else {
                throw reader.failure("\(shown(entry.path)), which isn't directly in it", at: found.offset)
            }
            guard names.insert(name).inserted else {
                throw reader.failure("\(shown(name)) a second time", at: found.offset)
            }
            guard names.count <= DebLimits.controlMembers, size <= DebLimits.control else {
                throw reader.failure("more than a control archive can have", at: found.offset)
            }
            files.append(
                DebControlFile(
                    name: name, mode: entry.mode, time: entry.time, content: try reader.content(size),
                    offset: found.offset))
        }
        end = reader.position
        for file in files where DebFile.scriptNames.contains(file.name) && file.mode & 0o111 == 0 {
            warnings.append("the script \(file.name) isn't executable")
        }
    }

    /// A file that must be there.
    func required(_ name: String) throws(Failure) -> [UInt8] {
        guard let file = file(name) else {
            throw Failure(.integrity, "\(self.name) has no file \(name), up to its end at byte \(end)")
        }
        return file.content
    }

    /// Where in the archive the header of a file is.
    func offset(of name: String) -> UInt64 { file(name)?.offset ?? 0 }

    private func file(_ name: String) -> DebControlFile? { files.first { $0.name == name } }

    /// The lines of a file with their offsets in it, none where there is no such file.
    ///
    /// - Throws: `.integrity` where the last line has no newline or the text is no UTF-8.
    func lines(_ name: String) throws(Failure) -> [(text: String, offset: Int)]? {
        guard let content = file(name)?.content else { return nil }
        guard content.isEmpty || content.last == UInt8(ascii: "\n") else {
            throw failure(in: name, at: content.count, "no newline at its end")
        }
        // Lines are held one by one: many short ones take more memory than their bytes.
        guard content.reduce(0, { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }) <= DebLimits.paths else {
            throw failure(in: name, at: content.count, "more than \(DebLimits.paths) lines")
        }
        var lines: [(text: String, offset: Int)] = []
        var offset = 0
        for line in content.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard !content.isEmpty else { break }
            guard let text = String(validating: line, as: UTF8.self), !line.contains(0) else {
                throw failure(in: name, at: offset, "a NUL or text that isn't UTF-8")
            }
            lines.append((text, offset))
            offset += line.count + 1
        }
        return lines
    }

    /// A failure in one of the files.
    func failure(in file: String, at offset: Int, _ problem: String) -> Failure {
        Failure(.integrity, "\(name): \(file) has \(problem), at byte \(offset)")
    }
}

extension TarReader {
    /// All of the content of the path that came last.
    ///
    /// - Parameter size: Its bytes, checked to be few.
    mutating func content(_ size: UInt64) throws(Failure) -> [UInt8] {
        var content: [UInt8] = []
        var room = [UInt8](repeating: 0, count: Int(min(size, 1 << 16)))
        while content.count < Int(size) {
            let count = try read(into: &room)
            content += room[..<count]
        }
        return content
    }

    /// Takes bytes of content into an array; 0 at the content's end.
    mutating func read(into room: inout [UInt8]) throws(Failure) -> Int {
        var reader = self
        defer { self = reader }
        return try room.withMutableRawBytes { buffer throws(Failure) in try reader.readContent(into: buffer) }
    }
}
