import ByteIO
public import Diagnostics
import Digests
public import LinuxIO
public import SetupPlan
import XZ

/// The numbers that an entry's owner and group stand for on a machine.
public struct FileOwner: Sendable, Equatable {
    /// The user.
    public var user: UInt32
    /// The group.
    public var group: UInt32

    /// Makes an owner.
    public init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}

extension VerifiedBinFile {
    /// Writes the plan's entries below a directory, with their modes, owners and times.
    ///
    /// Each block is hashed again as it is read, from the descriptor that was verified and against the plan in memory, so
    /// bytes that changed since are not written as if they were good. Nothing is synced; the caller knows when to.
    ///
    /// - Parameters:
    ///   - directory: Where to write; nothing of the plan may be there yet.
    ///   - selecting: Which entries to write; directories on the way must be among them or be there.
    ///   - owners: What an entry's owner and group mean here; nil leaves them to the kernel.
    ///   - threads: How many threads decompress.
    ///   - beforeBlock: Called from any of them before each block; what it throws ends the work.
    ///   - progress: Called from any of them, one at a time, with the plain bytes written so far.
    /// - Throws: `.integrity` for a block that changed or a file without a payload, or what the system reports.
    public func extract(
        to directory: borrowing Directory, selecting: (Entry) -> Bool = { _ in true },
        owners: (Entry) throws(Failure) -> FileOwner? = { _ in nil },
        threads: Int = Threads.processorCount,
        beforeBlock: @Sendable @escaping () throws(Failure) -> Void = { () throws(Failure) in },
        progress: @Sendable @escaping (UInt64) -> Void = { _ in }
    ) throws(Failure) {
        guard !file.isConfigTool else {
            throw Failure(.integrity, "\(PathText.display(file.descriptor.path)) has no payload to extract")
        }
        let entries = file.plan.entries.filter(selecting)
        for entry in entries {
            switch entry.content {
            case .directory: try directory.makeDirectory(entry.path, mode: 0o700)
            case .link(let target): try directory.makeLink(entry.path, target: target)
            case .file: _ = try directory.file(entry.path, [.write, .create, .exclusive], mode: 0o600).number
            }
        }
        try writeContents(of: entries, to: directory, threads: threads, beforeBlock: beforeBlock, progress: progress)
        // Children first: changing what a directory holds changes the directory's own time.
        for entry in entries.reversed() { try finish(entry, in: directory, owner: try owners(entry)) }
    }

    private func finish(
        _ entry: Entry, in directory: borrowing Directory, owner: FileOwner?
    ) throws(Failure) {
        if let owner { try directory.setOwner(entry.path, user: owner.user, group: owner.group) }
        switch entry.content {
        case .link: break
        case .directory: try directory.directory(entry.path).descriptor.setMode(entry.mode)
        case .file: try directory.file(entry.path, .nonBlocking).setMode(entry.mode)
        }
        try directory.setTime(entry.path, file.plan.product.timestamp)
    }

    /// A part of a block that belongs to a file.
    private struct Piece: Sendable {
        let path: String
        let range: Range<Int>
        let fileOffset: UInt64
    }

    private func pieces(of entries: [Entry]) -> [[Piece]] {
        var pieces = [[Piece]](repeating: [], count: file.plan.blocks.count)
        for entry in entries {
            guard case .file(let size, _, var block, var offset) = entry.content else { continue }
            var done: UInt64 = 0
            while done < size {
                let count = min(size - done, file.plan.blocks[block].contentSize - offset)
                pieces[block].append(
                    Piece(path: entry.path, range: Int(offset)..<Int(offset + count), fileOffset: done))
                done += count
                block += 1
                offset = 0
            }
        }
        return pieces
    }

    private func writeContents(
        of entries: [Entry], to directory: borrowing Directory, threads: Int,
        beforeBlock: @Sendable @escaping () throws(Failure) -> Void, progress: @Sendable @escaping (UInt64) -> Void
    ) throws(Failure) {
        let pieces = pieces(of: entries)
        let blocks = file.plan.blocks
        // The largest first, so that no thread starts a long one when the others are about to end.
        let order = blocks.indices.filter { !pieces[$0].isEmpty }
            .sorted { (blocks[$0].contentSize, $1) > (blocks[$1].contentSize, $0) }
        let offsets = file.blockOffsets()
        let next = Monitor((index: 0, done: UInt64(0)))
        // Each thread has a few files and directories open at a time; many processors must not use up a low limit.
        let threads = min(threads, (System.openFileLimit - 16) / 8)
        let source = (number: file.descriptor.number, path: file.descriptor.path)
        let target = (number: directory.descriptor.number, path: directory.path)
        try Threads.run(max(1, min(threads, order.count))) { _ throws(Failure) in
            let input = FileDescriptor(adopting: source.number, path: source.path, closing: false)
            let output = Directory(FileDescriptor(adopting: target.number, path: target.path, closing: false))
            var decoder = XZBlockDecoder()
            var content = [UInt8](repeating: 0, count: Int(order.map { blocks[$0].contentSize }.max() ?? 0))
            while true {
                let position = next.with { state in
                    defer { state.index += 1 }
                    return state.index
                }
                guard position < order.count else { return }
                try beforeBlock()
                let block = order[position]
                let stored = try input.read(Int(blocks[block].storedSize), at: offsets[block])
                guard SHA256.digest(stored) == blocks[block].digest else {
                    throw Failure(
                        .integrity, "block \(block + 1) of the payload changed since it was checked",
                        hints: [
                            "Something replaces the file's bytes while it runs; copy it to a local disk and try again."
                        ])
                }
                let size = Int(blocks[block].contentSize)
                try content.withMutableRawBytes { bytes throws(Failure) in
                    let plain = UnsafeMutableRawBufferPointer(rebasing: bytes[..<size])
                    try decoder.decode(stored.span.bytes, into: plain)
                    for piece in pieces[block] {
                        try output.file(piece.path, .write).write(
                            UnsafeRawBufferPointer(rebasing: plain[piece.range]), at: piece.fileOffset)
                    }
                }
                next.with { state in
                    state.done += UInt64(size)
                    progress(state.done)
                }
            }
        }
    }
}
