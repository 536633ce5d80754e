public import Diagnostics
import LinuxIO

extension DebPackage {
    /// Checks what dpkg would refuse, or would unpack to another place than meant.
    ///
    /// - Throws: `.usage`, naming the field or path.
    public func check() throws(Failure) {
        try checkEntries()
        try checkConffiles()
    }

    /// Paths are absolute, plain, in order, and each parent is a directory that came before.
    private func checkEntries() throws(Failure) {
        var directories: Set<String> = [""]
        var previous: String?
        for entry in entries {
            let path = entry.path
            guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1,
                path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
                    .allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
            else { throw Failure(.usage, "\(shown(path)) is no plain absolute path, so it can't be in a package") }
            if let previous, !previous.utf8.lexicographicallyPrecedes(path.utf8) {
                throw Failure(.usage, "\(shown(path)) comes twice, or behind \(shown(previous))")
            }
            previous = path
            guard directories.contains(PathText.parent(path) == "/" ? "" : PathText.parent(path)) else {
                throw Failure(.usage, "\(shown(path)) comes without a directory above it")
            }
            if case .directory = entry.content { directories.insert(path) }
            guard entry.mode <= 0o7777 else {
                throw Failure(.usage, "\(shown(path)) has the mode \(String(entry.mode, radix: 8))")
            }
        }
    }

    /// Each is a file of the package, once; dpkg-deb's `check_conffiles` (src/deb/build.c).
    private func checkConffiles() throws(Failure) {
        let files = Set(entries.compactMap { if case .file = $0.content { $0.path } else { nil } })
        var seen: Set<String> = []
        for path in conffiles {
            guard files.contains(path) else {
                throw Failure(.usage, "the configuration file \(shown(path)) is no file of the package")
            }
            guard seen.insert(path).inserted else {
                throw Failure(.usage, "the configuration file \(shown(path)) is listed twice")
            }
            // dpkg reads a name of at most MAXCONFFILENAME bytes (lib/dpkg/dpkg.h), and takes blanks off its end.
            guard path.utf8.count < 1000, path.utf8.last != 0x20 else {
                throw Failure(
                    .usage, "the configuration file \(shown(path)) has a name that is too long or ends with a blank")
            }
        }
    }
}
