/// One member of an archive.
public struct ArchiveEntry: Sendable, Equatable {
    /// What a member is.
    public enum Kind: Sendable, Equatable {
        /// A directory.
        case directory
        /// A regular file; `ArchiveReader.readContent` gives its bytes.
        case file(size: UInt64)
        /// A symbolic link and the bytes of what it says.
        case link(target: [UInt8])
        /// A further name of an earlier member, whose path is given in the same form as `ArchiveEntry.path`.
        case hardLink(to: [UInt8])
        /// Nothing that may be unpacked, and why: a device, a pipe, a path that leaves the archive.
        case refused(reason: String)
    }

    /// The path's bytes: components joined by `/` without `.`, `..` or empty ones; empty for the archive's own top.
    ///
    /// Refused members keep the name that the archive gives them.
    public var path: [UInt8]
    /// What it is.
    public var kind: Kind
    /// The lower twelve bits of the mode.
    public var mode: UInt32

    /// Makes an entry.
    public init(path: [UInt8], kind: Kind, mode: UInt32) {
        self.path = path
        self.kind = kind
        self.mode = mode
    }

    /// The member as `--strip-components` of tar would name it.
    ///
    /// - Parameter count: How many leading components to drop, from the paths of hard links' targets too.
    /// - Returns: The renamed member; nil when the path has no component left. Refused members come back unchanged.
    public func strippingComponents(_ count: Int) -> ArchiveEntry? {
        if count == 0 { return self }
        var entry = self
        switch kind {
        case .refused: return self
        case .hardLink(let target):
            // A target that has nothing left was dropped from the archive's content: the link can't be followed.
            guard let rest = Self.dropping(count, from: target) else { return nil }
            entry.kind = .hardLink(to: rest)
        case .directory, .file, .link: break
        }
        guard let rest = Self.dropping(count, from: path) else { return nil }
        entry.path = rest
        return entry
    }

    private static func dropping(_ count: Int, from path: [UInt8]) -> [UInt8]? {
        let parts = path.split(separator: UInt8(ascii: "/"))
        return parts.count > count ? Array(parts.dropFirst(count).joined(separator: [UInt8(ascii: "/")])) : nil
    }
}
