import BlockStore
import Diagnostics
import Planning
import XZ

/// Fills all artifacts of a build in one pass: each block of a large file is made once, whoever needs it again copies it
/// from the file in which it is already.
///
/// Artifacts are filled one after the other, each in the order of its blocks. Blocks are made ahead, in parallel.
struct PackingLine {
    private struct Step {
        var output: Int
        var block: PlannedBlock
        /// The step that made the same block; nil makes it.
        var twin: Int?
    }

    /// Where a block that was made is, and how large.
    private struct Place {
        var output: Int
        var offset: UInt64
        var count: Int
        var size: XZBlockSize
    }

    private let outputs: [any ArtifactOutput]
    private var steps: [Step] = []

    /// Plans the pass.
    ///
    /// - Parameter outputs: The artifacts in the order in which they are filled.
    init(_ outputs: [any ArtifactOutput]) {
        self.outputs = outputs
        var makers: [BlockIdentity: Int] = [:]
        for (index, output) in outputs.enumerated() {
            for block in output.blocks {
                let twin = block.identity.flatMap { makers[$0] }
                if twin == nil, let identity = block.identity { makers[identity] = steps.count }
                steps.append(Step(output: index, block: block, twin: twin))
            }
        }
    }

    /// What is to be done.
    var progress: PackingProgress {
        let made = steps.filter { $0.twin == nil }
        return PackingProgress(totalBytes: made.reduce(0) { $0 + $1.block.size }, totalBlocks: made.count)
    }

    /// Makes and writes all blocks.
    ///
    /// - Parameters:
    ///   - store: Makes the blocks.
    ///   - report: Called after each block that was made.
    /// - Returns: What was done.
    func run(_ store: BlockStore, report: (PackingProgress) -> Void) throws(Failure) -> PackingProgress {
        let made = steps.indices.filter { steps[$0].twin == nil }
        let needed = Set(steps.compactMap(\.twin))
        var places: [Int: Place] = [:]
        var next = 0
        var state = progress

        func copy(before end: Int) throws(Failure) {
            while next < end {
                guard let twin = steps[next].twin, let place = places[twin] else {
                    throw Failure(.failed, "a block is needed before it is made")
                }
                let bytes = try outputs[place.output].read(place.count, at: place.offset)
                _ = try outputs[steps[next].output].append(bytes, size: place.size)
                next += 1
            }
        }

        try store.makeBlocks(made.map { BlockRequest(steps[$0].block) }) { index, block throws(Failure) in
            let number = made[index]
            try copy(before: number)
            let output = steps[number].output
            let offset = try outputs[output].append(block.bytes, size: block.size)
            if needed.contains(number) {
                places[number] = Place(output: output, offset: offset, count: block.bytes.count, size: block.size)
            }
            next = number + 1
            state.bytes += block.size.contentSize
            state.blocks += 1
            state.cachedBlocks += block.isCached ? 1 : 0
            report(state)
        }
        try copy(before: steps.count)
        return state
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
