public import Diagnostics
import Glibc

/// A directory for our own use, 0700, that goes with the value and all it holds, or at a signal; see `Leftovers`.
public final class TemporaryDirectory: Sendable {
    /// Its path, below `TMPDIR` or `/tmp`.
    public let path: String

    /// Makes one; mkdtemp(3).
    ///
    /// - Parameter prefix: What its name begins with.
    public init(prefix: String) throws(Failure) {
        let parent = System.environment("TMPDIR").flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        // mkdtemp(3) puts other letters in the place of six X.
        let random = String(repeating: "X", count: 6)
        var template = Array(PathText.join(parent, "\(prefix).\(random)").utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure.system("make a directory in", parent, errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        Leftovers.note(path)
    }

    deinit {
        _ = try? Directory.open(PathText.parent(path)).removeTree(PathText.lastComponent(path))
        Leftovers.forget(path)
    }

    /// Writes a file in it, readable by nobody else.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - bytes: Its content.
    /// - Returns: Its path.
    @discardableResult
    public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws(Failure) -> String {
        let file = try StagedFile(replacing: PathText.join(path, name), mode: 0o600)
        try file.write(Array(bytes))
        try file.commit()
        return PathText.join(path, name)
    }
}
