import BinFormat
import DebFormat
public import Diagnostics
public import LinuxIO
import RPMFormat
import SetupPlan

/// An open file of a known format, nothing of which was checked yet.
public struct OpenArtifact: ~Copyable {
    /// The path it was opened by.
    public let path: String
    /// What it is; `bin` stands for a config tool, too, until it is read.
    public let format: ArtifactFormat
    /// Its bytes; all reads go to the one open file, so that one put in its place isn't read.
    public let source: ByteSource
    private let descriptor: FileDescriptor

    /// Opens a file and recognises it.
    ///
    /// - Parameter path: The file; its name doesn't matter.
    /// - Throws: `.failed` for what can't be read, `.integrity` for a file of another format.
    public init(_ path: String) throws(Failure) {
        let file = try FileDescriptor.open(path)
        let format = try Recognition.format(of: file)
        let source = try SharedFile(try file.duplicate()).source()
        self.format = format
        self.source = source
        self.path = path
        descriptor = file
    }

    /// What the file says of itself.
    ///
    /// - Parameter listsPaths: Whether a Debian package's payload is decompressed for the list of its paths.
    /// - Throws: `.integrity` with the offset.
    public func description(listsPaths: Bool = true) throws(Failure) -> Artifact {
        do throws(Failure) {
            switch format {
            case .bin, .configTool: return try Artifact(installer(), path: path)
            case .deb: return try Artifact(DebFile(source), path: path, listsPaths: listsPaths)
            case .rpm: return try Artifact(RPMFile(source), path: path)
            }
        } catch {
            throw error.naming(path)
        }
    }

    /// The installer, with its trailer and plan checked.
    func installer() throws(Failure) -> BinFile {
        let trailer: Trailer
        do throws(Failure) {
            trailer = try BinFile.trailer(of: descriptor)
        } catch {
            throw error.located("in the trailer, which starts at byte \(source.size - min(source.size, 256))")
        }
        do throws(Failure) {
            return try BinFile(reading: descriptor.duplicate(), trailer: trailer)
        } catch {
            throw error.located("in the plan, which starts at byte \(trailer.headLength + trailer.payloadLength)")
        }
    }
}
