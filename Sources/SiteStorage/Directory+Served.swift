import Diagnostics
import LinuxIO

extension Directory {
    /// Makes a directory that web servers can read, unless it is there.
    ///
    /// A publisher may have been killed before it set the mode: that is made good.
    ///
    /// - Returns: Whether it was made.
    @discardableResult
    func makeServedDirectory(_ path: String) throws(Failure) -> Bool {
        if try makeDirectory(path) { return true }
        let there = try directory(path)
        let mode = try there.descriptor.status().mode
        if mode & 0o555 != 0o555 { try there.descriptor.setMode(mode | 0o755) }
        return false
    }
}
