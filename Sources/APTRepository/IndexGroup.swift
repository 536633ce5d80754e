import Decompression

/// The forms of an index that a Release file lists: itself, and compressed.
struct IndexGroup: Sendable {
    /// A form of an index.
    struct Form: Sendable {
        let file: ReleaseFile.File
        /// What stands behind the plain path: nothing, or `.xz`.
        let suffix: String

        /// How it can be read here; nil where it can't.
        var compression: Compression? {
            switch suffix {
            case "": Compression.none
            case ".gz": .gzip
            case ".xz": .xz
            default: nil
            }
        }
    }

    /// What stands behind the name of a compressed form; `Acquire::CompressionTypes` of apt.
    static let suffixes = [".gz", ".xz", ".bz2", ".lzma", ".zst", ".lz4"]

    /// The path without a suffix.
    let path: String
    /// The forms in the order in which they are listed, the plain one first.
    var forms: [Form]

    /// The forms of all indexes of a Release file.
    static func groups(_ release: ReleaseFile) -> [IndexGroup] {
        var groups: [IndexGroup] = []
        var places: [String: Int] = [:]
        for file in release.files {
            let suffix = suffixes.first { file.path.hasSuffix($0) } ?? ""
            let path = String(file.path.dropLast(suffix.count))
            if let place = places[path] {
                groups[place].forms.append(Form(file: file, suffix: suffix))
            } else {
                places[path] = groups.count
                groups.append(IndexGroup(path: path, forms: [Form(file: file, suffix: suffix)]))
            }
        }
        for place in groups.indices { groups[place].forms.sort { $0.suffix.isEmpty && !$1.suffix.isEmpty } }
        return groups
    }

    /// The last part of the path.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// The directory, with a slash behind it; empty for the top.
    var directory: String { String(path.dropLast(name.count)) }

    /// Component and architecture of an index of packages; nil for any other.
    var packages: (component: String, architecture: String)? {
        guard name == "Packages" else { return nil }
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 3, parts[parts.count - 2].hasPrefix("binary-") else { return nil }
        let component = parts.dropLast(2).joined(separator: "/")
        return (component, String(parts[parts.count - 2].dropFirst("binary-".count)))
    }
}
