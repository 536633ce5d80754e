public import Diagnostics
public import LinuxIO

/// Files that are made in a directory of their own and appear in the output directory when all of them are whole.
///
/// A value that ends before `publish` leaves nothing behind.
public struct OutputSet: ~Copyable {
    /// The name of the directory in which this process makes its files.
    private static var stagingName: String { ".agentpack-\(System.processID)" }

    private let directory: Directory
    /// Where to make the files: in the output directory, so that renaming is atomic and SELinux's labels fit.
    public let staging: Directory

    /// Makes the output directory where it is missing, and the one for staging in it.
    ///
    /// - Parameter path: The output directory.
    public init(in path: String) throws(Failure) {
        let directory = try Self.makeDirectories(path)
        try directory.removeTree(Self.stagingName)
        try directory.makeDirectory(Self.stagingName, mode: 0o700)
        staging = try directory.directory(Self.stagingName)
        self.directory = directory
    }

    deinit { _ = try? directory.removeTree(Self.stagingName) }

    /// Lets files appear, replacing older ones; each is whole at every time.
    ///
    /// - Parameter names: Files in the staging directory, in the order in which they appear.
    public consuming func publish(_ names: [String]) throws(Failure) {
        for name in names { try directory.rename(PathText.join(Self.stagingName, name), to: name) }
        try directory.sync()
    }

    /// Removes what this process has staged in an output directory; for the end by a signal.
    ///
    /// - Parameter path: The output directory.
    public static func discard(in path: String) {
        if let directory = try? Directory.open(path) { _ = try? directory.removeTree(stagingName) }
    }

    private static func makeDirectories(_ path: String) throws(Failure) -> Directory {
        if fileStatus(path) == nil {
            let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            try makeDirectories(PathText.parent(trimmed)).makeDirectory(PathText.lastComponent(trimmed))
        }
        return try Directory.open(path)
    }
}
