public import Diagnostics
import Glibc

extension Directory {
    /// Gives a file in this directory a second name in it; linkat(2).
    ///
    /// - Parameters:
    ///   - name: The file, one component.
    ///   - other: Its second name, one component, which must not be taken.
    /// - Returns: False where the file system has no hard links.
    /// - Throws: What linkat(2) reports otherwise.
    public func makeHardLink(_ name: String, as other: String) throws(Failure) -> Bool {
        switch retrying({ linkat(descriptor.number, name, descriptor.number, other, 0) }) {
        case .success: return true
        case .failure(let error) where [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.number): return false
        case .failure(let error): throw Failure.system("create the link", PathText.join(path, other), error.number)
        }
    }
}

extension Directory {
    /// Gives a file one more name in this directory; linkat(2).
    ///
    /// Where the file system has no hard links it is copied.
    ///
    /// - Parameters:
    ///   - path: The file, relative to `other`; reached without following links.
    ///   - other: The directory that `path` is relative to.
    ///   - name: The new name, components joined by `/`; must not be taken.
    /// - Throws: What linkat(2), reading or writing reports.
    public func link(_ path: String, of other: borrowing Directory, as name: String) throws(Failure) {
        let source = try other.directory(of: path)
        let target = try directory(of: name)
        let result = retrying {
            linkat(
                source.descriptor.number, PathText.lastComponent(path), target.descriptor.number,
                PathText.lastComponent(name), 0)
        }
        switch result {
        case .success: return
        case .failure(let error) where [EPERM, EOPNOTSUPP, ENOSYS, EMLINK, EXDEV].contains(error.number):
            try copy(path, of: other, as: name)
        case .failure(let error):
            throw Failure.system("create the link", PathText.join(self.path, name), error.number)
        }
    }

    private func directory(of path: String) throws(Failure) -> Directory {
        let parent = PathText.parent(path)
        return try directory(parent == "." ? "" : parent)
    }

    private func copy(_ path: String, of other: borrowing Directory, as name: String) throws(Failure) {
        let source = try other.file(path)
        let status = try source.status()
        let target = try file(name, [.readWrite, .create, .exclusive], mode: status.mode)
        try target.setMode(status.mode)
        while case let piece = try source.read(upTo: 1 << 18), !piece.isEmpty { try target.write(piece) }
        try target.setTime(status.modified.seconds)
        try target.sync()
    }
}
