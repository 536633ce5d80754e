import ArgumentParser
import BlockStore
import Diagnostics
import Product

/// Where compressed blocks are kept between builds.
struct CacheOptions: ParsableArguments {
    @Option(
        name: .customLong("cache"),
        help: ArgumentHelp(
            "Keep compressed blocks in this directory instead of $XDG_CACHE_HOME/agentpack.", valueName: "directory"),
        completion: .directory)
    var directory: String?

    @Flag(help: "Compress everything and keep nothing.")
    var noCache = false

    @Option(
        name: .customLong("cache-size"),
        help: ArgumentHelp("Let the cache have this size at most, as in 5GB.", valueName: "size"),
        transform: { text in
            guard let size = ByteSize.parse(text) else { throw ValidationError("expected \(ByteSize.expected)") }
            return size
        })
    var sizeLimit = BlockCache.defaultSizeLimit

    func validate() throws {
        if noCache, directory != nil { throw ValidationError("--cache and --no-cache exclude each other.") }
    }

    /// The cache, or nil where there is to be none or it can't be had.
    ///
    /// - Parameter warn: Told of what is odd.
    func open(_ warn: @escaping @Sendable (String) -> Void) throws(Failure) -> BlockCache? {
        guard !noCache else { return nil }
        return try BlockCache.open(path: directory, sizeLimit: sizeLimit) { warn($0.text) }
    }
}
