import Diagnostics
import LinuxIO

/// The unpacked files of an archive, back to back in one temporary file without a name.
///
/// Archives can only be read from front to back, blocks are made in path order: so members are unpacked once. The file
/// is unlinked before anything is written to it; its room comes back when the last `FileSource` of the plan is gone,
/// also after a crash, and nobody else can open it.
public final class Spool: Sendable {
    private let file: FileDescriptor

    /// Makes an empty spool.
    ///
    /// - Parameter directory: The directory that gives the room.
    /// - Throws: `.failed` when no file can be made there.
    init(in directory: String) throws(Failure) {
        let name = "agentpack-\(System.processID)-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let parent = try Directory.open(directory)
        file = try parent.file(name, [.readWrite, .create, .exclusive], mode: 0o600)
        try parent.removeFile(name)
    }

    /// Adds bytes at the end.
    func append(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        do throws(Failure) {
            try file.write(bytes)
        } catch {
            throw Failure(
                error.code, "the archive's content can't be unpacked", cause: "\(error.message): \(error.cause ?? "")",
                hints: ["Set TMPDIR to a directory with enough room."], errorNumber: error.errorNumber)
        }
    }

    /// A descriptor of its own for a reader; reading at offsets is safe on several threads at once.
    func descriptor() throws(Failure) -> FileDescriptor { try file.duplicate() }
}
