import Diagnostics
import LinuxIO

/// A staged file that the source which a signer reads can share.
final class StagedOutput {
    private var file: StagedFile?

    init(_ file: consuming StagedFile) { self.file = consume file }

    func write(_ bytes: [UInt8]) throws(Failure) { try file?.write(bytes) }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(Failure) { try file?.write(bytes, at: offset) }

    func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try file?.read(count, at: offset) ?? []
    }

    /// Lets the file appear; nothing can be written afterwards.
    func commit() throws(Failure) {
        guard let file = file.take() else { return }
        try file.commit()
    }

    /// What was written, as bytes that a signer can read.
    ///
    /// - Parameter range: The part.
    func source(_ range: Range<UInt64>, name: String) -> ByteSource {
        ByteSource(size: range.upperBound - range.lowerBound, name: name) { offset, buffer throws(Failure) in
            buffer.copyBytes(from: try self.read(buffer.count, at: range.lowerBound + offset))
        }
    }
}
