import Diagnostics
import LinuxIO

/// Files that are made in a directory of their own and appear in the output directory when all of them are whole.
///
/// A value that ends before `publish` leaves nothing behind, nor does a signal; see `Leftovers`.
struct OutputSet: ~Copyable {
    /// An artifact and the files beside it that tell of its bytes.
    struct Group {
        /// The artifact's name.
        var artifact: String
        /// The names of its checksum and its signature.
        var companions: [String] = []
    }

    private static let prefix = ".agentpack-"

    private let directory: Directory
    /// Where to make the files: in the output directory, so that renaming is atomic and SELinux's labels fit.
    let staging: Directory
    private var name: String { PathText.lastComponent(staging.path) }

    /// Makes the output directory where it is missing, and the one for staging in it; removes those of processes that
    /// were killed.
    ///
    /// - Parameter path: The output directory.
    init(in path: String) throws(Failure) {
        let directory = try Self.makeDirectories(path)
        directory.removeAbandoned(Self.prefix)
        staging = try Self.makeStaging(in: directory)
        self.directory = directory
    }

    deinit {
        _ = try? directory.removeTree(name)
        Leftovers.forget(staging.path)
    }

    /// Makes a directory whose name begins with our process number.
    ///
    /// A process of another container may have the same number. A lock on it says that we live; where the file system has no locks, nobody removes anything.
    private static func makeStaging(in directory: borrowing Directory) throws(Failure) -> Directory {
        for number in 0..<100 {
            let name = prefix + "\(System.processID)" + (number == 0 ? "" : "\(number)")
            Leftovers.note(PathText.join(directory.path, name))
            if try directory.makeDirectory(name, mode: 0o700) {
                let made = try directory.directory(name)
                _ = try? made.descriptor.lock(wait: true)
                // Another process may have taken it for abandoned just before.
                if try directory.status(name) != nil { return made }
            }
            Leftovers.forget(PathText.join(directory.path, name))
        }
        throw Failure(
            .failed, "\(PathText.display(directory.path)) is full of directories whose names begin with \(prefix)",
            hints: ["Remove them, then run the command again."])
    }

    /// Lets files appear, replacing older ones; each is whole at every time.
    ///
    /// A checksum or signature is never there beside bytes that it isn't of: the old ones go before an artifact appears,
    /// with or without a successor, the new ones follow it.
    ///
    /// - Parameter groups: Files in the staging directory, in the order in which they appear.
    /// - Throws: `.failed`, before anything appears, for a directory where a file is to be.
    consuming func publish(_ groups: [Group]) throws(Failure) {
        let companions = groups.map { group in BuiltFile.companionSuffixes.map { group.artifact + $0 } }
        for name in groups.map(\.artifact) + companions.joined() {
            guard try directory.status(name)?.kind == .directory else { continue }
            throw Failure(
                .failed, "\(PathText.display(PathText.join(directory.path, name))) is a directory",
                hints: ["Remove it, or write to another directory with --out."])
        }
        for (group, old) in zip(groups, companions) {
            for name in old { try directory.removeFile(name) }
            for name in [group.artifact] + group.companions {
                try directory.rename(PathText.join(self.name, name), to: name)
            }
        }
        try directory.sync()
    }

    private static func makeDirectories(_ path: String) throws(Failure) -> Directory {
        if fileStatus(path) == nil {
            let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            try makeDirectories(PathText.parent(trimmed)).makeDirectory(PathText.lastComponent(trimmed))
        }
        return try Directory.open(path)
    }
}
