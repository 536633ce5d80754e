import Diagnostics
import LinuxIO

/// The files of the machine a service is for, by absolute path: the running system's, or those of an image.
struct HostFiles: Sendable {
    /// `/`, or the image's directory.
    let basePath: String

    /// The directory at an absolute path.
    ///
    /// - Returns: The directory and what was made for it, or nil when there is none and none was to be made.
    func directory(_ path: String, creating: Bool = false) throws(Failure) -> TrustedDirectory? {
        do throws(Failure) {
            return try TrustedPath.open(path, base: try Directory.open(basePath), creating: creating)
        } catch {
            if Self.isAbsence(error) { return nil }
            throw error
        }
    }

    /// What is at an absolute path; a link there isn't followed.
    func status(_ path: String) throws(Failure) -> FileStatus? {
        guard let parent = try directory(PathText.parent(path)) else { return nil }
        return try parent.directory.status(PathText.lastComponent(path))
    }

    /// Whether an absolute path leads to a directory.
    func hasDirectory(_ path: String) throws(Failure) -> Bool {
        switch try directory(path) {
        case .some: true
        case .none: false
        }
    }

    /// What a link at an absolute path points to.
    ///
    /// - Returns: The target as written, or nil when there is no link.
    func linkTarget(_ path: String) throws(Failure) -> String? {
        guard try status(path)?.kind == .link, let parent = try directory(PathText.parent(path)) else { return nil }
        return try parent.directory.linkTarget(PathText.lastComponent(path))
    }

    /// The text of a small file.
    ///
    /// - Returns: The text, or nil when there is no regular file.
    func text(_ path: String) throws(Failure) -> String? {
        guard try status(path)?.kind == .file, let parent = try directory(PathText.parent(path)) else { return nil }
        let file: FileDescriptor
        do throws(Failure) { file = try parent.directory.file(PathText.lastComponent(path), .nonBlocking) } catch {
            // A supervisor that ends removes its file at any time.
            if Self.isAbsence(error) { return nil }
            throw error
        }
        return String(decoding: try file.readToEnd(limit: 1 << 20), as: UTF8.self)
    }

    /// Writes a file whole, where it isn't that already.
    ///
    /// - Returns: Whether it was written.
    @discardableResult
    func write(_ text: String, to path: String, mode: UInt32) throws(Failure) -> Bool {
        if let status = try status(path), status.kind == .file, status.mode == mode, status.user == 0,
            try self.text(path) == text
        {
            return false
        }
        guard let parent = try directory(PathText.parent(path), creating: true) else { return false }
        let file = try StagedFile(replacing: PathText.lastComponent(path), in: parent.directory, mode: mode)
        try file.write(text)
        try file.commit()
        return true
    }

    /// Removes a file or link.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    func remove(_ path: String) throws(Failure) -> Bool {
        guard let parent = try directory(PathText.parent(path)) else { return false }
        return try parent.directory.removeFile(PathText.lastComponent(path))
    }

    /// Removes what a run that was killed staged for a file.
    func removeStaged(_ path: String) throws(Failure) {
        guard let parent = try directory(PathText.parent(path)) else { return }
        try StagedFile.removeStaged(for: PathText.lastComponent(path), in: parent.directory)
    }

    /// Makes the names in a directory durable, where there is one.
    func sync(_ path: String) throws(Failure) { try directory(path)?.directory.sync() }

    private static func isAbsence(_ failure: Failure) -> Bool {
        // ENOENT
        failure.errorNumber == 2
    }
}
