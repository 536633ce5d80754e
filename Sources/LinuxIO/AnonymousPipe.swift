public import Diagnostics
import Glibc

/// The two ends of a pipe, both closed when a program is executed; pipe(2).
public struct AnonymousPipe: ~Copyable {
    /// Where bytes come out; at its end once every writer is closed.
    public let reader: FileDescriptor
    /// Where bytes go in.
    public let writer: FileDescriptor

    /// Makes a pipe.
    ///
    /// - Parameter name: What it is for, for messages.
    public init(_ name: String) throws(Failure) {
        var ends: [Int32] = [0, 0]
        try checked("make a pipe for", name) { Glibc.pipe(&ends) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reader = FileDescriptor(adopting: ends[0], path: name)
        writer = FileDescriptor(adopting: ends[1], path: name)
    }

    /// Closes the writer.
    ///
    /// - Returns: The reader.
    public consuming func takeReader() -> FileDescriptor { reader }

    /// Closes the reader.
    ///
    /// - Returns: The writer.
    public consuming func takeWriter() -> FileDescriptor { writer }
}
