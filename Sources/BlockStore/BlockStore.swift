public import Diagnostics
public import LinuxIO
import XZ

/// Makes xz blocks from content, in parallel and in order, and each only once: what was made before is in a cache.
///
/// The blocks depend on content, filters and liblzma's version, never on threads, time or what the cache holds. Memory
/// doesn't grow with the payload: so many blocks are under way at once and no more.
public struct BlockStore: Sendable {
    /// The largest content of a block: what every thread keeps room for.
    public static let maximumContentSize = 24 << 20

    private let cache: BlockCache?
    private let filters: BlockFilters
    private let threads: Int

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - cache: Where blocks are kept between runs; nil keeps none.
    ///   - filters: Which filters blocks may have.
    ///   - threads: How many blocks are made at once.
    public init(
        cache: BlockCache?, filters: BlockFilters = .automatic, threads: Int = Threads.processorCount
    ) {
        self.cache = cache
        self.filters = filters
        self.threads = max(1, threads)
    }

    /// Makes blocks and hands them over in the order of the requests.
    ///
    /// - Parameters:
    ///   - requests: The blocks to make, none larger than `maximumContentSize`.
    ///   - sink: Takes each block with its index; never called twice at a time, but on any thread.
    /// - Throws: The failure of the first request, in their order, that could not be read or made, or the sink's. No
    ///   block behind it reaches the sink.
    public func makeBlocks(
        _ requests: [BlockRequest], sink: (Int, StoredBlock) throws(Failure) -> Void
    ) throws(Failure) {
        var largest = 0
        for (index, request) in requests.enumerated() {
            guard (0...Self.maximumContentSize).contains(request.contentSize) else {
                throw Failure(
                    .failed,
                    "block \(index) has \(request.contentSize) bytes of content; at most \(Self.maximumContentSize) fit"
                )
            }
            largest = max(largest, request.contentSize)
        }
        let room = largest
        let workers = min(threads, max(1, requests.count))
        let result = withoutActuallyEscaping(sink) { sink in
            let line = AssemblyLine(
                sizes: requests.map(\.contentSize), budget: 2 * workers * room, sink: sink)
            return Result { () throws(Failure) in
                try Threads.run(workers) { _ throws(Failure) in
                    var maker = try BlockMaker(cache: cache, filters: filters, room: room)
                    line.work { index throws(Failure) in try maker.make(requests[index]) }
                }
                try line.finish()
            }
        }
        cache?.evict()
        try result.get()
    }
}
