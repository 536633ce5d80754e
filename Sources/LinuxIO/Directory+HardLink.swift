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
