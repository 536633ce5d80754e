import Diagnostics
import LinuxIO

extension Failure {
    /// The same failure with the file's name before its message, unless it is there already.
    ///
    /// Layers below know a payload or a stream, not the file; whoever checks several must learn which one it is.
    ///
    /// - Parameter path: The file.
    func naming(_ path: String) -> Failure {
        let shown = Array(PathText.display(path).utf8)
        let words = Array(message.utf8)
        let isNamed = words.indices.contains { words[$0...].starts(with: shown) }
        if isNamed { return self }
        var failure = self
        failure.message = "\(PathText.display(path)): \(message)"
        return failure
    }
}
