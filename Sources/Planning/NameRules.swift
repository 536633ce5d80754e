import DefinitionFiles
import LinuxIO
import Product

/// Paths that an installation couldn't have.
struct NameRules {
    /// Linux's PATH_MAX: the bytes of a path with its final zero.
    static let pathLimit = 4096
    /// Linux's NAME_MAX.
    static let componentLimit = 255

    /// The directory of the installed version, with a final slash.
    let versionDirectory: String
    let reserved: ReservedPaths

    /// What is wrong with an entry's name.
    func problems(of entry: Candidate) -> [Problem] {
        var problems: [Problem] = []
        func report(_ message: String) {
            problems.append(Problem(at: entry.origin.location, "\(entry.origin.words): \(message)"))
        }
        let name = PathText.lastComponent(entry.path)
        if name.utf8.count > Self.componentLimit {
            report("the name \"\(PathText.display(name))\" is longer than \(Self.componentLimit) bytes")
        }
        let length = versionDirectory.utf8.count + entry.path.utf8.count
        if length >= Self.pathLimit {
            report("the installed path has \(length) bytes, more than the \(Self.pathLimit - 1) that Linux allows")
        }
        if let taken = reserved.collision(with: entry.path), entry.path.utf8.elementsEqual(taken.utf8) {
            report("\"\(taken)\" is a path that the installer makes itself")
        }
        return problems
    }
}
