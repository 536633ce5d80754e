public import Diagnostics

extension Directory {
    /// Removes what is at a relative path with everything below it, without following links or leaving the file system.
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
        for name in try names() {
            guard let status = try status(name) else { continue }
            if status.kind == .directory {
                guard status.device == device else {
                    throw Failure(
                        .failed, "\(PathText.display(PathText.join(path, name))) is a mount point, so it isn't removed",
                        hints: ["Unmount it, then run the command again."])
                }
                count += try directory(name).removeContents(device: device)
                count += try removeDirectory(name) ? 1 : 0
            } else {
                count += try removeFile(name) ? 1 : 0
            }
        }
        return count
    }
}
