import DefinitionFiles
import LinuxIO
import Product

/// Something that a content rule put at a path, before conflicts are looked for and files are hashed.
struct Candidate {
    enum Content {
        case directory
        /// A file of the source tree: not read yet.
        case file(FileSource, size: UInt64)
        /// A file whose bytes were seen already, in an archive.
        case hashed(PlannedFile)
        /// Declared: an entry of the manifest rather than a link found in a tree or an archive.
        case link(target: String, isDeclared: Bool)

        var words: String {
            switch self {
            case .directory: "a directory"
            case .file, .hashed: "a file"
            case .link: "a symbolic link"
            }
        }
    }

    /// The path below the version's directory.
    var path: String
    var content: Content
    var mode: UInt32
    var owner: String
    var group: String
    var package: String
    /// Other packages that declare the same directory.
    var sharedWith: [String] = []
    /// What its files are to package managers.
    var role = FileRole()
    var origin: Origin

    var isFile: Bool {
        switch content {
        case .file, .hashed: true
        case .directory, .link: false
        }
    }

    var isDirectory: Bool {
        if case .directory = content { true } else { false }
    }
}

/// Where a candidate comes from, for messages.
struct Origin: Sendable {
    /// The rule in the manifest.
    var location: Location
    /// The file, archive member or manifest entry, ready to be shown.
    var name: String

    /// `jre/bin/java (product.yaml:12)`.
    var words: String {
        location.line > 0 ? "\(name) (\(location.file):\(location.line))" : "\(name) (\(location.file))"
    }
}
