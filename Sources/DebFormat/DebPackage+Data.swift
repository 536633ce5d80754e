public import Diagnostics
public import TarFormat

extension DebPackage {
    /// The path as the archive of the package's files has it: `./opt/my-agent/lib/`, with a slash behind a directory.
    ///
    /// - Parameter index: A position in `entries`.
    /// - Returns: The header's fields, root's number for every owner: dpkg goes by the name (lib/dpkg/tarfn.c,
    ///   `tar_entry_update_from_system`).
    public func tarEntry(at index: Int) -> TarEntry {
        let entry = entries[index]
        var member: TarEntry
        switch entry.content {
        case .directory:
            member = TarEntry(path: ".\(entry.path)/", content: .directory, mode: entry.mode, time: timestamp)
        case .file(let size, _):
            member = TarEntry(path: ".\(entry.path)", content: .file(size: size), mode: entry.mode, time: timestamp)
        case .link(let target):
            member = TarEntry(path: ".\(entry.path)", content: .link(target: target), mode: 0o777, time: timestamp)
        }
        member.userName = entry.owner
        member.groupName = entry.group
        return member
    }

    /// The tar bytes before those of the first entry: the directory `./`, which dpkg-deb's archives begin with too.
    public func dataStart() throws(Failure) -> [UInt8] {
        try TarEntry(path: "./", content: .directory, mode: 0o755, time: timestamp).header()
    }

    /// The tar bytes of an entry before its content.
    ///
    /// - Parameter index: A position in `entries`.
    /// - Returns: Whole blocks of 512 bytes.
    /// - Throws: `.usage` when tar or dpkg can't take the name or size; the message names the path.
    public func header(ofEntryAt index: Int) throws(Failure) -> [UInt8] { try tarEntry(at: index).header() }

    /// The zeros behind a file's bytes.
    ///
    /// - Parameter size: The file's bytes.
    /// - Returns: 0 to 511.
    public func padding(after size: UInt64) -> Int { Tar.padding(after: size) }

    /// The tar bytes behind those of the last entry: two blocks of zeros.
    public var dataEnd: [UInt8] { Tar.end }

    /// What `Installed-Size` says, in KiB: each file and link rounded up, 1 for each directory; dpkg-gencontrol(1).
    ///
    /// - Parameter entries: All paths; `/` is counted besides.
    public static func installedSize(_ entries: [DebEntry]) -> UInt64 {
        entries.reduce(1) { sum, entry in
            switch entry.content {
            case .directory: sum + 1
            case .file(let size, _): sum + size / 1024 + (size.isMultiple(of: 1024) ? 0 : 1)
            case .link(let target): sum + UInt64((target.utf8.count + 1023) / 1024)
            }
        }
    }
}
