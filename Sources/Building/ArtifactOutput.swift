import BinFormat
import DebFormat
import Diagnostics
import Digests
import LinuxIO
import Packaging
import Planning
import RPMFormat
import SetupPlan
import XZ

/// An artifact while it is written, block by block.
protocol ArtifactOutput: AnyObject {
    /// The plain blocks of its payload, in their order.
    var blocks: [PlannedBlock] { get }

    /// Writes the next block.
    ///
    /// - Returns: Where it starts in the file.
    func append(_ bytes: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64

    /// Reads what was written.
    func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8]

    /// Writes what follows the blocks; the file appears under its name.
    func finish() throws(Failure)
}

extension ArtifactOutput {
    /// What a writer returned, which is there until the file is finished.
    fileprivate static func opened<T>(_ result: T?) throws(Failure) -> T {
        guard let result else { throw Failure(.failed, "an artifact was written to after it was finished") }
        return result
    }
}

/// A self-extracting installer.
final class BinOutput: ArtifactOutput {
    let blocks: [PlannedBlock]
    private let plan: InstallPlan
    private let layout: BlockLayout
    private let sign: PlanSigning?
    private var writer: BinWriter?
    private var records: [Block] = []
    /// The trailer, once the file is finished.
    private(set) var trailer: Trailer?

    init(path: String, setup: String, plan: InstallPlan, layout: BlockLayout, sign: PlanSigning?) throws(Failure) {
        blocks = layout.blocks
        self.plan = plan
        self.layout = layout
        self.sign = sign
        writer = try BinWriter(path: path, runtime: try FileDescriptor.open(setup))
    }

    func append(_ bytes: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64 {
        records.append(
            Block(storedSize: UInt64(bytes.count), contentSize: size.contentSize, digest: SHA256.digest(bytes)))
        return try Self.opened(try writer?.append(bytes, size: size))
    }

    func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try Self.opened(try writer?.read(count, at: offset))
    }

    func finish() throws(Failure) {
        // The writer fills in the frame, which it knows when the last block is written.
        let runtimePlan = try plan.runtimePlan(
            generator: ToolVersion.generator, layout: layout, blocks: records, frame: .zero)
        trailer = try Self.opened(try writer.take()?.finish(plan: runtimePlan, sign: sign))
    }
}

/// A Debian package.
final class DebOutput: ArtifactOutput {
    let blocks: [PlannedBlock]
    private var writer: DebWriter?

    init(_ package: NativeDeb, in directory: borrowing Directory) throws(Failure) {
        let deb = package.description
        var layout = StreamLayout()
        layout.append([.shared(BlockSegment(try deb.dataStart()))], path: "")
        for (index, entry) in deb.entries.enumerated() {
            var parts = [StreamPart.shared(BlockSegment(try deb.header(ofEntryAt: index)))]
            if let file = package.files[index] {
                parts += file.parts
                parts.append(.shared(BlockSegment([UInt8](repeating: 0, count: deb.padding(after: file.size)))))
            }
            layout.append(parts, path: entry.path)
        }
        layout.finish(deb.dataEnd)
        blocks = layout.blocks
        writer = try DebWriter(replacing: package.fileName, in: directory, package: deb)
    }

    func append(_ bytes: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64 {
        try Self.opened(try writer?.append(bytes, size: size))
    }

    func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try Self.opened(try writer?.read(count, at: offset))
    }

    func finish() throws(Failure) { try Self.opened(try writer.take()?.finish()) }
}

/// An RPM package.
final class RPMOutput: ArtifactOutput {
    let blocks: [PlannedBlock]
    private let size: UInt64
    private let sign: OpenPGPSigning?
    private var writer: RPMWriter?

    init(_ package: NativeRPM, in directory: borrowing Directory, sign: OpenPGPSigning?) throws(Failure) {
        let rpm = package.description
        var layout = StreamLayout()
        for index in rpm.payloadEntries {
            var parts = [StreamPart.shared(BlockSegment(try rpm.header(ofEntryAt: index)))]
            if let file = package.files[index] {
                parts += file.parts
                parts.append(.shared(BlockSegment([UInt8](repeating: 0, count: rpm.padding(after: file.size)))))
            }
            layout.append(parts, path: rpm.entries[index].path)
        }
        layout.finish(rpm.payloadEnd)
        blocks = layout.blocks
        size = layout.size
        self.sign = sign
        writer = try RPMWriter(replacing: package.fileName, in: directory, package: rpm)
    }

    func append(_ bytes: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64 {
        try Self.opened(try writer?.append(bytes, size: size))
    }

    func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try Self.opened(try writer?.read(count, at: offset))
    }

    func finish() throws(Failure) {
        let digest = try plainDigest()
        try Self.opened(try writer.take()?.finish(payloadDigest: digest, payloadSize: size, sign: sign))
    }

    /// SHA-256 of the archive before it was compressed.
    private func plainDigest() throws(Failure) -> SHA256Digest {
        let digest = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        for block in blocks { try block.forEachPiece(buffer) { digest.update($0) } }
        return digest.finish()
    }
}
