/// A path of a package, as its header has it.
public struct RPMFileRecord: Sendable, Equatable {
    /// What is there.
    public enum Kind: Sendable, Equatable {
        /// A regular file.
        case file
        /// A directory.
        case directory
        /// A symbolic link and what it says.
        case link(target: String)
        /// A device, pipe or socket: its type among the bits of its mode, and the device's number.
        case special(type: UInt16, device: UInt16)
    }

    /// The path; absolute, but in source packages.
    public let path: String
    /// What is there.
    public let kind: Kind
    /// The permission bits, with set-user-ID, set-group-ID and sticky.
    public let mode: UInt32
    /// The owner's name.
    public let owner: String
    /// The group's name.
    public let group: String
    /// Bytes.
    public let size: UInt64
    /// Seconds since 1970.
    public let time: UInt32
    /// The digest of a file, by the algorithm that the header names; nil where there is none.
    public let digest: [UInt8]?
    /// `FILEFLAGS`.
    public let flags: RPMFileFlags
    /// `FILEVERIFYFLAGS`; all bits set verify everything.
    public let verifyFlags: UInt32
    /// `FILECAPS`, as cap_to_text(3) writes it.
    public let capabilities: String?
    /// Device and inode at build time: equal for hard links.
    let identity: UInt64

    /// The bits of `FILEMODES`: type and permissions.
    var fullMode: UInt16 {
        let type: UInt16 =
            switch kind {
            case .file: 0o100000
            case .directory: 0o040000
            case .link: 0o120000
            case .special(let type, _): type
            }
        return type | UInt16(truncatingIfNeeded: mode)
    }
}

extension RPMFileFlags {
    /// The flags' names as a spec file has them.
    public var names: [String] {
        [
            (RPMFileFlags.config, "config"), (.doc, "doc"), (.missingOK, "missingok"), (.noReplace, "noreplace"),
            (.ghost, "ghost"), (.license, "license"), (.readme, "readme"),
        ].filter { contains($0.0) }.map(\.1)
    }
}
