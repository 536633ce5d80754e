import Digests
import SetupPlan

/// What to hash while a payload's blocks are decoded, and which blocks must be decoded in a row.
struct ContentChecks: Sendable {
    /// The content of one file, or of several equal ones.
    struct Content: Sendable {
        let path: String
        let digest: SHA256Digest
        let size: UInt64
        /// Where it starts in the plain bytes of its first block.
        let offset: UInt64
    }

    /// By block: what starts in it.
    private(set) var starting: [[Content]]
    /// Blocks that no file connects with others, in order, covering all of them.
    private(set) var runs: [Range<Int>] = []
    /// The path of an empty file with another digest than that of nothing.
    private(set) var wrongEmptyFile: String?

    /// Sorts out a valid plan.
    init(_ plan: Plan) {
        struct Key: Hashable {
            let block: Int
            let offset: UInt64
            let size: UInt64
            let digest: SHA256Digest
        }
        let nothing = SHA256.digest([])
        var known: Set<Key> = []
        starting = [[Content]](repeating: [], count: plan.blocks.count)
        for entry in plan.entries {
            guard case .file(let size, let digest, let block, let offset) = entry.content else { continue }
            guard size > 0 else {
                if digest != nothing { wrongEmptyFile = wrongEmptyFile ?? entry.path }
                continue
            }
            guard plan.format == .bin else { continue }
            guard known.insert(Key(block: block, offset: offset, size: size, digest: digest)).inserted else { continue }
            starting[block].append(Content(path: entry.path, digest: digest, size: size, offset: offset))
        }
        var start = 0
        var last = 0
        for block in plan.blocks.indices {
            last = max(last, block)
            for content in starting[block] { last = max(last, Self.lastBlock(of: content, from: block, plan.blocks)) }
            if last == block {
                runs.append(start..<block + 1)
                start = block + 1
            }
        }
    }

    private static func lastBlock(of content: Content, from block: Int, _ blocks: [Block]) -> Int {
        var last = block
        var reached = blocks[block].contentSize - content.offset
        while reached < content.size {
            last += 1
            reached += blocks[last].contentSize
        }
        return last
    }
}
