public import Diagnostics
import LinuxIO
import SetupPlan
public import XZ

extension BinFile {
    /// Reads how each block of the payload was filtered and compressed.
    ///
    /// - Returns: The chains in the blocks' order; none for a config tool.
    /// - Throws: `.integrity` for a block without a header of ours.
    public func filterChains() throws(Failure) -> [XZFilterChain] {
        guard !isConfigTool else { return [] }
        var chains: [XZFilterChain] = []
        for (block, start) in zip(plan.blocks, blockOffsets()) {
            let count = min(block.storedSize, UInt64(XZBlockHeader.maximumSize))
            let bytes = try descriptor.read(Int(count), at: start)
            chains.append(try XZBlockHeader.chain(bytes.span.bytes))
        }
        return chains
    }

    /// Where each block starts in the file.
    func blockOffsets() -> [UInt64] {
        var offsets: [UInt64] = []
        var start = offset(ofBlock: 0)
        for block in plan.blocks {
            offsets.append(start)
            start += block.storedSize
        }
        return offsets
    }
}
