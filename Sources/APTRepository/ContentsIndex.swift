public import DebFormat
public import Diagnostics
import LinuxIO
import TarFormat

/// A `Contents-ARCH` index: which package has a file, a line a path; what apt-file reads.
///
/// A line is the path without the slash before it, blanks, and the packages by section and name with commas between them.
/// Directories aren't listed; ftparchive/contents.cc of apt, Debian's wiki on DebianRepository/Format.
public struct ContentsIndex: Sendable, Equatable {
    /// Where apt-ftparchive puts the packages, if the path leaves room.
    private static let column = 60

    private var packages: [[UInt8]: [String]] = [:]

    /// An index without lines.
    public init() {}

    /// The number of paths.
    public var count: Int { packages.count }

    /// Adds the files of a package, all of which is read.
    ///
    /// - Parameter package: The package.
    /// - Throws: `.integrity` for damage.
    public mutating func add(_ package: DebFile) throws(Failure) {
        let name = Self.name(of: package)
        var paths: [[UInt8]] = []
        try package.verify { entry throws(Failure) in
            if case .directory = entry.header.content { return }
            paths.append(Array(entry.path.utf8.dropFirst()))
        }
        add(paths, of: name)
    }

    /// Adds paths of a package.
    ///
    /// - Parameters:
    ///   - paths: Bytes, without a slash before them.
    ///   - name: Section and name of the package, `utils/some-agent`.
    mutating func add(_ paths: [[UInt8]], of name: String) {
        for path in paths {
            var names = packages[path] ?? []
            if names.contains(name) { continue }
            names.append(name)
            packages[path] = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }

    /// What a package is called in an index: its section, where it has one, and its name.
    ///
    /// - Parameter package: The package.
    public static func name(of package: DebFile) -> String {
        guard let section = package.control["Section"], !section.isEmpty else { return package.fields.package }
        return section + "/" + package.fields.package
    }

    /// Takes a package out, of whatever section.
    ///
    /// - Parameter name: Its name.
    public mutating func remove(_ name: String) {
        for (path, names) in packages {
            let rest = names.filter { $0 != name && !$0.hasSuffix("/" + name) }
            if rest.count < names.count { packages[path] = rest.isEmpty ? nil : rest }
        }
    }

    /// Adds all lines of another index.
    ///
    /// - Parameter other: The other one.
    public mutating func merge(_ other: ContentsIndex) {
        for (path, names) in other.packages {
            for name in names { add([path], of: name) }
        }
    }

    /// Reads an index: one of ours, or of apt-ftparchive or dak.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - name: What it is, for messages.
    /// - Throws: `.integrity`, with the line.
    public init(parsing bytes: [UInt8], name: String) throws(Failure) {
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty { continue }
            // A path can have blanks, the list of packages can't.
            guard let blank = line.lastIndex(where: \.isBlank), blank + 1 < line.endIndex else {
                throw Failure(.integrity, "\(name) has no path and packages, in line \(index + 1)")
            }
            var path = line[..<blank]
            while let last = path.last, last.isBlank { path.removeLast() }
            for part in line[(blank + 1)...].split(separator: UInt8(ascii: ",")) {
                add([Array(path)], of: String(decoding: part, as: UTF8.self))
            }
        }
    }

    /// The text: lines by the bytes of their paths.
    public var text: [UInt8] {
        var text: [UInt8] = []
        for path in packages.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            text += path
            text += Self.blanks(from: path.count)
            text += Array((packages[path] ?? []).joined(separator: ",").utf8)
            text.append(0x0A)
        }
        return text
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
