public import DebFormat
public import Diagnostics
import LinuxIO
import TarFormat

/// The files of a package, as a Contents index lists them.
public struct PackageContents: Sendable {
    /// What the package is called there: its section, where it has one, and its name; `utils/some-agent`.
    public let name: String
    /// Bytes of the paths of everything but directories, without a slash before them, in the package's order.
    public let paths: [[UInt8]]

    /// Reads a package, all of it.
    ///
    /// - Parameter package: The package.
    /// - Throws: `.integrity` for damage.
    public init(_ package: DebFile) throws(Failure) {
        var paths: [[UInt8]] = []
        try package.verify { entry throws(Failure) in
            if case .directory = entry.header.content { return }
            var path = entry.path.utf8.dropFirst()
            // Blanks stand between path and packages, so those at a path's end can't be told.
            while let last = path.last, last.isBlank { path.removeLast() }
            if !path.isEmpty { paths.append(Array(path)) }
        }
        self.paths = paths
        let section = package.control["Section"] ?? ""
        name = section.isEmpty ? package.fields.package : section + "/" + package.fields.package
    }
}
