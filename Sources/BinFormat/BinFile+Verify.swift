import ByteIO
public import Diagnostics
import Digests
public import LinuxIO
import SetupPlan
import XZ

/// A file every byte of which was checked; only this can be extracted.
public struct VerifiedBinFile: ~Copyable {
    /// The file.
    public let file: BinFile
}

extension BinFile {
    /// Checks every byte that opening did not: head, blocks, frame.
    ///
    /// - Parameters:
    ///   - threads: How many threads hash.
    ///   - progress: Called from any of them, one at a time, with the bytes done so far.
    /// - Returns: The checked file.
    /// - Throws: `.integrity`, naming the damaged part.
    public consuming func verified(
        threads: Int = Threads.processorCount, progress: @Sendable @escaping (UInt64) -> Void = { _ in }
    ) throws(Failure) -> VerifiedBinFile {
        let parts = integrityParts()
        let next = Monitor((part: 0, done: UInt64(0)))
        let number = descriptor.number
        let path = descriptor.path
        try Threads.run(max(1, min(threads, parts.count))) { _ throws(Failure) in
            let file = FileDescriptor(adopting: number, path: path, closing: false)
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            while true {
                let index = next.with { state in
                    defer { state.part += 1 }
                    return state.part
                }
                guard index < parts.count else { return }
                let digest = SHA256()
                for range in parts[index].ranges {
                    var offset = range.lowerBound
                    while offset < range.upperBound {
                        let count = Int(min(UInt64(buffer.count), range.upperBound - offset))
                        try buffer.withMutableRawBytes { bytes throws(Failure) in
                            let piece = UnsafeMutableRawBufferPointer(rebasing: bytes[..<count])
                            try file.read(at: offset, into: piece)
                            digest.update(UnsafeRawBufferPointer(piece))
                        }
                        offset += UInt64(count)
                        next.with { state in
                            state.done += UInt64(count)
                            progress(state.done)
                        }
                    }
                }
                let found = digest.finish()
                guard found == parts[index].digest else {
                    // Later parts need no more hashing once one is damaged.
                    next.with { $0.part = parts.count }
                    throw Failure(
                        .integrity, "\(parts[index].name) is damaged: its SHA-256 is not the one stated",
                        cause: "from byte \(parts[index].ranges[0].lowerBound) on: expected "
                            + "\(parts[index].digest.hex), found \(found.hex)",
                        hints: ["Download the file again."])
                }
            }
        }
        return VerifiedBinFile(file: self)
    }

    /// A part of the file with one digest.
    private struct Part: Sendable {
        let name: String
        let ranges: [Range<UInt64>]
        let digest: SHA256Digest
    }

    private func integrityParts() -> [Part] {
        var parts = [Part(name: "the program", ranges: [0..<trailer.headLength], digest: trailer.headDigest)]
        guard !isConfigTool else { return parts }
        var offset = trailer.headLength + UInt64(XZFrame.headerSize)
        let names = blockNames()
        for (index, block) in plan.blocks.enumerated() {
            parts.append(
                Part(
                    name: "block \(index + 1) of \(plan.blocks.count) of the payload\(names[index])",
                    ranges: [offset..<offset + block.storedSize], digest: block.digest))
            offset += block.storedSize
        }
        parts.append(
            Part(
                name: "the payload's frame",
                ranges: [
                    trailer.headLength..<trailer.headLength + UInt64(XZFrame.headerSize),
                    offset..<trailer.headLength + trailer.payloadLength,
                ],
                digest: plan.frame))
        return parts
    }

    /// For messages: the first file that starts in each block.
    private func blockNames() -> [String] {
        var names = [String](repeating: "", count: plan.blocks.count)
        for entry in plan.entries {
            guard case .file(let size, _, let block, _) = entry.content, size > 0, names[block].isEmpty else {
                continue
            }
            names[block] = " (with \(PathText.display(entry.path)))"
        }
        return names
    }
}
