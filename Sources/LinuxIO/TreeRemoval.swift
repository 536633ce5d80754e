import CLinux
public import Diagnostics
import Glibc

extension Directory {
    /// Removes what is at a relative path with everything below it, without following links or leaving the file system.
    ///
    /// What is below may have any name, UTF-8 or not: programs choose what they call their files.
    ///
    /// - Parameter relative: Components joined by `/`.
    /// - Returns: The number of files, links and directories removed.
    /// - Throws: `.failed` at a mount point, or what the system reports.
    @discardableResult
    public func removeTree(_ relative: String) throws(Failure) -> Int {
        guard let status = try status(relative) else { return 0 }
        guard status.kind == .directory else { return try removeFile(relative) ? 1 : 0 }
        let directory = try directory(relative)
        let count = try directory.removeContents(device: status.device)
        try removeDirectory(relative)
        return count + 1
    }

    /// Removes everything below this directory, which itself stays.
    ///
    /// - Parameter device: The device that every directory below must be on.
    /// - Returns: The number of files, links and directories removed.
    private func removeContents(device: UInt64) throws(Failure) -> Int {
        var count = 0
        for name in try rawNames() {
            let entry = RawEntry(name)
            guard let status = try status(of: entry) else { continue }
            if status.kind == .directory {
                guard status.device == device else {
                    throw Failure(
                        .failed,
                        "\(PathText.display(PathText.join(path, entry.text))) is a mount point, so it isn't removed",
                        hints: ["Unmount it, then run the command again."])
                }
                count += try directory(at: entry).removeContents(device: device)
                count += try remove(entry, flags: AT_REMOVEDIR) ? 1 : 0
            } else {
                count += try remove(entry, flags: 0) ? 1 : 0
            }
        }
        return count
    }

    /// A name as the kernel gave it.
    private struct RawEntry {
        /// The bytes and a zero.
        let name: [CChar]
        /// The name for messages only.
        let text: String

        init(_ bytes: [UInt8]) {
            name = bytes.map { CChar(bitPattern: $0) } + [0]
            text = String(decoding: bytes, as: UTF8.self)
        }
    }

    private func status(of entry: RawEntry) throws(Failure) -> FileStatus? {
        var status = stat()
        switch retrying({ fstatat(descriptor.number, entry.name, &status, AT_SYMLINK_NOFOLLOW) }) {
        case .success: return FileStatus(status)
        case .failure(let error) where error.number == ENOENT: return nil
        case .failure(let error): throw Failure.system("look at", PathText.join(path, entry.text), error.number)
        }
    }

    private func directory(at entry: RawEntry) throws(Failure) -> Directory {
        let full = PathText.join(path, entry.text)
        let number = try checked("open the directory", full) {
            cl_openat(descriptor.number, entry.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        }
        return Directory(FileDescriptor(adopting: number, path: full))
    }

    private func remove(_ entry: RawEntry, flags: Int32) throws(Failure) -> Bool {
        switch retrying({ unlinkat(descriptor.number, entry.name, flags) }) {
        case .success: return true
        case .failure(let error) where error.number == ENOENT: return false
        case .failure(let error): throw Failure.system("remove", PathText.join(path, entry.text), error.number)
        }
    }
}
