public import Diagnostics
public import LinuxIO

/// The lines of `logs/install.log`: kept in memory until the directory for it exists, then appended to it.
///
/// Nothing secret is ever passed to it: steps, paths and versions only.
public final class InstallLog: Sendable {
    private struct State {
        var lines: [String] = []
        var files: [Sink] = []
    }

    private struct Sink {
        let number: Int32
        let path: String
    }

    private let state = Monitor(State())

    /// Makes an empty log.
    public init() {}

    deinit {
        state.with { state in
            for sink in state.files { _ = FileDescriptor(adopting: sink.number, path: sink.path).number }
        }
    }

    /// Adds a line with the time, to be written at once to every attached file.
    public func add(_ text: String) {
        let line = "\(UTCTime(seconds: System.now).text) \(PathText.display(text))\n"
        state.with { state in
            state.lines.append(line)
            for sink in state.files { Self.write(line, to: sink) }
        }
    }

    /// Appends all lines so far, and those to come, to a file.
    ///
    /// - Parameter file: A file open for appending; the log keeps a descriptor of its own.
    public func attach(_ file: borrowing FileDescriptor) throws(Failure) {
        let sink = Sink(number: try file.duplicateNumber(), path: file.path)
        state.with { state in
            for line in state.lines { Self.write(line, to: sink) }
            state.files.append(sink)
        }
    }

    /// A log that can't be written must not stop an installation.
    private static func write(_ line: String, to sink: Sink) {
        let file = FileDescriptor(adopting: sink.number, path: sink.path, closing: false)
        _ = try? file.write(line)
    }
}
