import ByteIO
import CLinux
public import Diagnostics
import Glibc

/// An open directory, from which paths are reached without following links.
///
/// Relative paths given to its methods are walked a component at a time with `O_NOFOLLOW`, so a link planted below the
/// directory can't lead anywhere else; `..`, `.` and empty components are refused.
public struct Directory: ~Copyable, Sendable {
    /// The open directory.
    public let descriptor: FileDescriptor
    /// Its path, for messages.
    public var path: String { descriptor.path }

    /// Takes over an open directory.
    public init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }

    /// Opens a directory by path, following links.
    ///
    /// - Parameter path: The directory.
    /// - Returns: The open directory.
    public static func open(_ path: String) throws(Failure) -> Directory {
        Directory(try FileDescriptor.open(path, .directory))
    }

    /// Opens the directory at a relative path; an empty path opens this one again.
    ///
    /// - Parameter relative: Components joined by `/`.
    /// - Returns: The open directory.
    public func directory(_ relative: String) throws(Failure) -> Directory {
        if relative.isEmpty { return Directory(try descriptor.duplicate()) }
        let at = try container(of: relative)
        return try at.directory.child(at.name)
    }

    /// Opens a file at a relative path; the last component isn't followed either.
    ///
    /// - Parameters:
    ///   - relative: Components joined by `/`.
    ///   - flags: How to open it.
    ///   - mode: The permission bits of a file that is created, before the umask.
    /// - Returns: The open file.
    public func file(
        _ relative: String, _ flags: OpenFlags = .read, mode: UInt32 = 0o600
    ) throws(Failure) -> FileDescriptor {
        let at = try container(of: relative)
        let full = PathText.join(path, relative)
        let number = try checked(flags.action, full) {
            cl_openat(at.directory.descriptor.number, at.name, flags.rawValue | O_NOFOLLOW | O_CLOEXEC, mode)
        }
        return FileDescriptor(adopting: number, path: full)
    }

    /// Looks at a relative path without following a link there.
    ///
    /// - Parameter relative: Components joined by `/`.
    /// - Returns: The status, or nil when nothing is there.
    public func status(_ relative: String) throws(Failure) -> FileStatus? {
        do throws(Failure) {
            let at = try container(of: relative)
            var status = stat()
            try checked("look at", PathText.join(path, relative)) {
                fstatat(at.directory.descriptor.number, at.name, &status, AT_SYMLINK_NOFOLLOW)
            }
            return FileStatus(status)
        } catch {
            if error.errorNumber == ENOENT { return nil }
            throw error
        }
    }

    /// Makes a directory with exactly that mode, whatever the umask.
    ///
    /// Under an ordinary umask that is one call: a directory that a killed process leaves has its mode already.
    ///
    /// - Returns: Whether it was made; false when a directory is there already, whose mode is left alone.
    @discardableResult
    public func makeDirectory(_ relative: String, mode: UInt32 = 0o755) throws(Failure) -> Bool {
        let at = try container(of: relative)
        let full = PathText.join(path, relative)
        switch retrying({ mkdirat(at.directory.descriptor.number, at.name, mode) }) {
        case .success:
            do throws(Failure) {
                let made = try at.directory.child(at.name)
                if try made.descriptor.status().mode != mode { try made.descriptor.setMode(mode) }
            } catch {
                // Nobody would know that it was made here.
                unlinkat(at.directory.descriptor.number, at.name, AT_REMOVEDIR)
                throw error
            }
            return true
        case .failure(let error) where error.number == EEXIST:
            guard try at.directory.status(at.name)?.kind == .directory else {
                throw Failure.system("create the directory", full, EEXIST)
            }
            return false
        case .failure(let error): throw Failure.system("create the directory", full, error.number)
        }
    }

    /// Makes a directory and what is missing above it, below this one.
    ///
    /// - Returns: The paths that were made, outermost first.
    @discardableResult
    public func makeDirectories(_ relative: String, mode: UInt32 = 0o755) throws(Failure) -> [String] {
        var made: [String] = []
        var sofar = ""
        for part in relative.split(separator: "/") {
            sofar = sofar.isEmpty ? String(part) : sofar + "/" + part
            if try makeDirectory(sofar, mode: mode) { made.append(sofar) }
        }
        return made
    }

    /// Makes a symbolic link.
    public func makeLink(_ relative: String, target: String) throws(Failure) {
        let at = try container(of: relative)
        try checked("create the link", PathText.join(path, relative)) {
            symlinkat(target, at.directory.descriptor.number, at.name)
        }
    }

    /// Reads a symbolic link.
    ///
    /// - Returns: What it says, or nil when nothing or something else is there.
    public func linkTarget(_ relative: String) throws(Failure) -> String? {
        guard try status(relative)?.kind == .link else { return nil }
        let at = try container(of: relative)
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = try checked("read the link", PathText.join(path, relative)) {
            readlinkat(at.directory.descriptor.number, at.name, &bytes, bytes.count)
        }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Renames within this directory, replacing what is at `new`; renameat(2).
    public func rename(_ old: String, to new: String) throws(Failure) {
        let from = try container(of: old)
        let to = try container(of: new)
        try checked("rename to \(PathText.display(PathText.join(path, new)))", PathText.join(path, old)) {
            renameat(
                from.directory.descriptor.number, from.name, to.directory.descriptor.number, to.name)
        }
    }

    /// Removes a file or link.
    ///
    /// - Returns: Whether something was removed; false when nothing was there.
    @discardableResult
    public func removeFile(_ relative: String) throws(Failure) -> Bool { try remove(relative, flags: 0) }

    /// Removes an empty directory.
    ///
    /// - Returns: Whether something was removed; false when nothing was there.
    @discardableResult
    public func removeDirectory(_ relative: String) throws(Failure) -> Bool {
        try remove(relative, flags: AT_REMOVEDIR)
    }

    private func remove(_ relative: String, flags: Int32) throws(Failure) -> Bool {
        do throws(Failure) {
            let at = try container(of: relative)
            try checked("remove", PathText.join(path, relative)) {
                unlinkat(at.directory.descriptor.number, at.name, flags)
            }
            return true
        } catch {
            if error.errorNumber == ENOENT { return false }
            throw error
        }
    }

    /// The names in the directory, sorted by their bytes, without `.` and `..`.
    ///
    /// - Returns: The names; bytes that aren't UTF-8 are kept raw in `rawNames()` only.
    public func names() throws(Failure) -> [String] { try rawNames().map { String(decoding: $0, as: UTF8.self) } }

    /// The names in the directory as bytes, sorted, without `.` and `..`.
    ///
    /// - Returns: The names.
    public func rawNames() throws(Failure) -> [[UInt8]] {
        let copy = try checked("list", path) {
            cl_openat(descriptor.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        }
        guard let stream = fdopendir(copy) else {
            let number = errno
            close(copy)
            throw Failure.system("list", path, number)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        let number = errno
        guard number == 0 else { throw Failure.system("list", path, number) }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Sets the owner of what is at a relative path, a link itself included.
    public func setOwner(_ relative: String, user: UInt32, group: UInt32) throws(Failure) {
        let at = try container(of: relative)
        try checked("set the owner of", PathText.join(path, relative)) {
            fchownat(at.directory.descriptor.number, at.name, user, group, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Sets the times of what is at a relative path, a link itself included.
    public func setTime(_ relative: String, _ seconds: Int64) throws(Failure) {
        let at = try container(of: relative)
        let times = [timespec(tv_sec: Int(seconds), tv_nsec: 0), timespec(tv_sec: Int(seconds), tv_nsec: 0)]
        try checked("set the time of", PathText.join(path, relative)) {
            utimensat(at.directory.descriptor.number, at.name, times, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// Makes the directory's entries durable; fsync(2).
    ///
    /// File systems that can't do that for a directory, such as some network and FUSE ones, say EINVAL: there is nothing
    /// to be had from them, and nothing is wrong.
    public func sync() throws(Failure) {
        do throws(Failure) {
            try descriptor.sync()
        } catch {
            if error.errorNumber != EINVAL { throw error }
        }
    }

    private func child(_ name: String) throws(Failure) -> Directory {
        let full = PathText.join(path, name)
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        do throws(Failure) {
            let number = try checked("open the directory", full) { cl_openat(descriptor.number, name, flags, 0) }
            return Directory(FileDescriptor(adopting: number, path: full))
        } catch {
            var status = stat()
            guard fstatat(descriptor.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                FileStatus(status).kind == .link
            else { throw error }
            throw Failure(
                .failed, "\(PathText.display(full)) is a symbolic link, which isn't followed there",
                hints: ["Put a directory in its place, then run the command again."], errorNumber: error.errorNumber)
        }
    }

    /// A name in an open directory.
    private struct Place: ~Copyable {
        let directory: Directory
        let name: String
    }

    /// The directory that holds the last component of a relative path, and that component.
    private func container(of relative: String) throws(Failure) -> Place {
        let parts = relative.split(separator: "/", omittingEmptySubsequences: false)
        for part in parts where part.isEmpty || part == "." || part == ".." || part.utf8.contains(0) {
            throw Failure(
                .failed,
                "the path \(PathText.display(relative)) below \(PathText.display(path)) is not a plain relative path")
        }
        var directory = Directory(try descriptor.duplicate())
        for part in parts.dropLast() { directory = try directory.child(String(part)) }
        return Place(directory: directory, name: String(parts[parts.count - 1]))
    }
}
