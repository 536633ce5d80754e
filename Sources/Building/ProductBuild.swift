import BinFormat
public import BlockStore
import ByteIO
public import Diagnostics
import Digests
import LinuxIO
public import Planning
public import Product
import SetupPlan
public import Signing
import XZ

/// The making of one installer: first the plan with its blocks, then the file.
public struct InstallerBuild: Sendable {
    /// The product as it will be on a machine.
    public let plan: InstallPlan
    /// How its content is cut into blocks.
    public let layout: BlockLayout

    /// Reads the sources and plans; writes nothing.
    ///
    /// - Parameters:
    ///   - manifest: The product.
    ///   - directory: The directory of the manifest's file.
    ///   - environment: What else decides about the plan.
    /// - Throws: `.usage` with every problem of the manifest's sources.
    public init(
        _ manifest: Manifest, directory: String, environment: PlanningEnvironment = .process()
    ) throws(Failure) {
        // The one architecture that a manifest can have and `setup` is built for.
        plan = try Planner(manifest, directory: directory, environment: environment).plan(for: .amd64)
        layout = BlockLayout(plan.entries, x86Filter: plan.x86Filter)
    }

    /// The installer's file name, `name-version.bin`.
    public var fileName: String { "\(plan.product.name)-\(plan.product.version).bin" }

    /// The name under which users download the newest version, `name.bin`.
    public var shortFileName: String { "\(plan.product.name).bin" }

    /// Bytes of content in all blocks; equal files count once.
    public var contentSize: UInt64 { layout.blocks.reduce(0) { $0 + $1.size } }

    /// Which filters the blocks may have.
    public var filters: BlockFilters { plan.x86Filter ? .automatic : .none }

    /// Makes the installer.
    ///
    /// The bytes depend on the plan, `setup`, the signer and liblzma's version, on nothing else.
    ///
    /// - Parameters:
    ///   - directory: Where the files appear, all at the end: the installer under both names, and the SHA-256 of each.
    ///   - setup: The executable that it starts with.
    ///   - store: Makes the blocks.
    ///   - signer: Signs program and plan; nil leaves them unsigned.
    ///   - progress: Called after each block, on any thread but never twice at once.
    /// - Returns: What was made.
    public func write(
        to directory: String, setup: String, store: BlockStore, signer: Signer?,
        progress: (PackingProgress) -> Void = { _ in }
    ) throws(Failure) -> BuiltInstaller {
        let output = try OutputSet(in: directory)
        var writer = try BinWriter(
            path: PathText.join(output.staging.path, fileName), runtime: try FileDescriptor.open(setup))
        var records: [Block] = []
        var state = PackingProgress(totalBytes: contentSize, totalBlocks: layout.blocks.count)
        try store.makeBlocks(layout.blocks.map(BlockRequest.init)) { _, block throws(Failure) in
            try writer.append(block.bytes, size: block.size)
            records.append(
                Block(
                    storedSize: UInt64(block.bytes.count), contentSize: block.size.contentSize, digest: block.digest))
            state.bytes += block.size.contentSize
            state.blocks += 1
            state.cachedBlocks += block.isCached ? 1 : 0
            progress(state)
        }
        // The writer fills in the frame, which it knows when the last block is written.
        let runtimePlan = try plan.runtimePlan(
            generator: ToolVersion.generator, layout: layout, blocks: records, frame: .zero)
        let trailer = try writer.finish(plan: runtimePlan, sign: signer.map(Self.signature))
        let files = try addSecondName(in: output.staging)
        try output.publish(files.flatMap { [$0.name, $0.name + BuiltFile.digestSuffix] })
        return BuiltInstaller(directory: directory, files: files, trailer: trailer, packing: state)
    }

    private static func signature(of signer: Signer) -> ([UInt8]) throws(Failure) -> PlanSignature {
        { message throws(Failure) in
            PlanSignature(publicKey: signer.publicKey.bytes, signature: try signer.sign(message))
        }
    }

    /// Gives the installer its second name, and each name a file in the form of sha256sum(1).
    private func addSecondName(in staging: borrowing Directory) throws(Failure) -> [BuiltFile] {
        let (size, digest) = try Self.measure(try staging.file(fileName))
        if try !staging.makeHardLink(fileName, as: shortFileName) { try copy(fileName, to: shortFileName, in: staging) }
        let files = [fileName, shortFileName].map { BuiltFile(name: $0, size: size, digest: digest) }
        for file in files {
            let list = try StagedFile(replacing: file.name + BuiltFile.digestSuffix, in: staging, mode: 0o644)
            try list.write("\(file.digest.hex)  \(file.name)\n")
            try list.commit()
        }
        return files
    }

    private func copy(_ name: String, to other: String, in staging: borrowing Directory) throws(Failure) {
        let source = try staging.file(name)
        let target = try StagedFile(replacing: other, in: staging, mode: 0o755)
        while true {
            let piece = try source.read(upTo: 1 << 20)
            if piece.isEmpty { break }
            try target.write(piece)
        }
        try target.commit()
    }

    private static func measure(_ file: borrowing FileDescriptor) throws(Failure) -> (UInt64, SHA256Digest) {
        let size = try file.status().size
        let digest = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var offset: UInt64 = 0
        while offset < size {
            let count = Int(min(UInt64(buffer.count), size - offset))
            try buffer.withMutableRawBytes { bytes throws(Failure) in
                let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
                try file.read(at: offset, into: piece)
                digest.update(UnsafeRawBufferPointer(piece))
            }
            offset += UInt64(count)
        }
        return (size, digest.finish())
    }
}

extension BlockRequest {
    /// The request for a block of a layout.
    fileprivate init(_ block: PlannedBlock) {
        self.init(contentSize: Int(block.size), isX86: block.isX86) { buffer throws(Failure) in
            try block.read(into: buffer)
        }
    }
}
