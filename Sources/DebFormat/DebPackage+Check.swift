public import Diagnostics
import LinuxIO
import TarFormat

extension DebPackage {
    /// Checks what dpkg would refuse, or would unpack to another place than meant.
    ///
    /// - Throws: `.usage`, naming the field or path.
    public func check() throws(Failure) {
        do throws(Failure) {
            var fields = try DebFields(control)
            try fields.check()
            for trigger in triggers { _ = try DebTrigger(trigger) }
        } catch {
            throw Failure(.usage, "the package can't be written: \(error.message)", hints: error.hints)
        }
        for name in ["Maintainer", "Description"] where control[name] == nil {
            throw Failure(.usage, "the package can't be written: the control file has no field \(name)")
        }
        try checkEntries()
        try checkConffiles()
    }

    /// Paths are absolute, plain, in order, and each parent is a directory that came before or is everybody's.
    private func checkEntries() throws(Failure) {
        guard entries.count < DebLimits.paths else {
            throw Failure(.usage, "the package has \(entries.count) paths, at most \(DebLimits.paths) are allowed")
        }
        // Bytes, because texts that differ in bytes can be equal.
        var directories: Set<[UInt8]> = [[]]
        var previous: String?
        for (index, entry) in entries.enumerated() {
            let path = entry.path
            let bytes = Array(path.utf8)
            let end = bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
            guard bytes.first == UInt8(ascii: "/"), bytes.count > 1, bytes.last != UInt8(ascii: "/"),
                DebPath.absolute(path) != nil, !bytes.starts(with: Array("//".utf8)),
                !bytes.starts(with: Array("/./".utf8)), path != "/."
            else { throw Failure(.usage, "\(shown(path)) is no plain absolute path, so it can't be in a package") }
            if let previous, !previous.utf8.lexicographicallyPrecedes(path.utf8) {
                throw Failure(.usage, "\(shown(path)) comes twice, or behind \(shown(previous))")
            }
            previous = path
            let parent = Array(bytes[..<end])
            guard directories.contains(parent) || Self.isShared(parent) else {
                throw Failure(.usage, "\(shown(path)) comes without a directory above it")
            }
            try tarEntry(at: index).check()
            if case .directory = entry.content { directories.insert(bytes) }
            guard entry.mode <= 0o7777 else {
                throw Failure(.usage, "\(shown(path)) has the mode \(String(entry.mode, radix: 8))")
            }
        }
    }

    /// Each is a file of the package, once; dpkg-deb's `check_conffiles` (src/deb/build.c).
    private func checkConffiles() throws(Failure) {
        let files = Set(entries.compactMap { if case .file = $0.content { Array($0.path.utf8) } else { nil } })
        var seen: Set<[UInt8]> = []
        for path in conffiles {
            guard files.contains(Array(path.utf8)) else {
                throw Failure(.usage, "the configuration file \(shown(path)) is no file of the package")
            }
            guard seen.insert(Array(path.utf8)).inserted else {
                throw Failure(.usage, "the configuration file \(shown(path)) is listed twice")
            }
            // dpkg reads lines of at most MAXCONFFILENAME - 3 bytes (src/main/unpack.c), and takes blanks off their ends.
            guard path.utf8.count < 997, path.utf8.last != 0x20 else {
                throw Failure(
                    .usage, "the configuration file \(shown(path)) has a name that is too long or ends with a blank")
            }
        }
    }
}
