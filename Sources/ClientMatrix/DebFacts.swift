/// What of a Debian package decides who installs it.
public struct DebFacts: Sendable, Equatable {
    /// An archive in the package.
    public struct Archive: Sendable, Equatable {
        /// The member's name: `data.tar.xz`.
        public var name: String
        /// How it is compressed: `none`, `gzip`, `xz`, `zstd`, `bzip2`, `lzma`, or the name's end for another.
        public var compression: String
        /// The filters of its xz blocks.
        public var filters: Set<XZFilter>
        /// The type of the first header in it that dpkg's reader of tar refuses: `x`, `g`, `S`; nil for none, or where it
        /// can't be read here.
        public var foreignType: Character?

        /// Describes an archive.
        public init(
            name: String, compression: String, filters: Set<XZFilter> = [.lzma2], foreignType: Character? = nil
        ) {
            self.name = name
            self.compression = compression
            self.filters = filters
            self.foreignType = foreignType
        }
    }

    /// The control archive.
    public var control: Archive
    /// The archive of files.
    public var data: Archive
    /// Bytes of the largest file; 0 where that isn't known.
    public var largestFile: UInt64
    /// Whether a configuration file is marked `remove-on-upgrade`.
    public var removesConffiles: Bool
    /// Whether it provides something with a version.
    public var hasVersionedProvides: Bool

    /// Describes a package; what isn't said is as in every package.
    public init(
        control: Archive = Archive(name: "control.tar.gz", compression: "gzip"),
        data: Archive = Archive(name: "data.tar.xz", compression: "xz"), largestFile: UInt64 = 0,
        removesConffiles: Bool = false, hasVersionedProvides: Bool = false
    ) {
        self.control = control
        self.data = data
        self.largestFile = largestFile
        self.removesConffiles = removesConffiles
        self.hasVersionedProvides = hasVersionedProvides
    }

    /// The two archives.
    var archives: [Archive] { [control, data] }
}
