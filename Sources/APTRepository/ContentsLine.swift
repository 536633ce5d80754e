import ByteIO
import Diagnostics
import LinuxIO

/// A line of a Contents index: a path, blanks, and the packages that have it, with commas between them.
///
/// ftparchive/contents.cc of apt; Debian's wiki, DebianRepository/Format.
struct ContentsLine: Equatable {
    /// Where apt-ftparchive puts the packages, if the path leaves room.
    private static let column = 60

    /// The path's bytes, without a slash before them and blanks behind them.
    let path: [UInt8]
    /// The packages by section and name, each once, by their bytes: `utils/some-agent`.
    let names: [String]

    /// Puts a line together.
    init(path: [UInt8], names: some Sequence<String>) {
        self.path = path
        self.names = Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Reads a line of ours, of apt-ftparchive or of dak, with or without its newline.
    ///
    /// - Throws: `.integrity` for a line without path or packages.
    init(_ record: UnsafeRawBufferPointer) throws(Failure) {
        let places = try Self.places(in: record)
        self.init(
            path: Array(record[..<places.pathEnd]),
            names: record[places.namesStart..<places.end].split(separator: UInt8(ascii: ",")).map {
                String(decoding: $0, as: UTF8.self)
            })
    }

    /// Where in a line its parts are.
    ///
    /// A path can have blanks, the list of packages can't.
    static func places(
        in record: UnsafeRawBufferPointer
    ) throws(Failure) -> (pathEnd: Int, namesStart: Int, end: Int) {
        var end = record.count
        if end > 0, record[end - 1] == 0x0A { end -= 1 }
        var start = end
        while start > 0, !record[start - 1].isBlank { start -= 1 }
        var pathEnd = start
        while pathEnd > 0, record[pathEnd - 1].isBlank { pathEnd -= 1 }
        guard pathEnd > 0, start < end else {
            let shown = PathText.display(String(decoding: record[..<end].prefix(100), as: UTF8.self))
            throw Failure(.integrity, "a line has no path and packages: \(shown)")
        }
        return (pathEnd, start, end)
    }

    /// A package's name without its section.
    static func package(_ name: String) -> Substring {
        name.utf8.lastIndex(of: UInt8(ascii: "/")).map { name[name.utf8.index(after: $0)...] } ?? name[...]
    }

    /// The line with its newline.
    var bytes: [UInt8] {
        path + Self.blanks(from: path.count) + Array(names.joined(separator: ",").utf8) + [0x0A]
    }

    /// Tabs, then blanks, up to the packages' column; `GenContents::WriteSpace`.
    private static func blanks(from start: Int) -> [UInt8] {
        let target = max(column, start + 1)
        var blanks: [UInt8] = []
        var place = start
        while (place / 8 + 1) * 8 < target {
            blanks.append(0x09)
            place = (place / 8 + 1) * 8
        }
        return blanks + [UInt8](repeating: 0x20, count: target - place)
    }
}
