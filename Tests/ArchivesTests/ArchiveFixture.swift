import CArchive
import LinuxIO
import Testing

@testable import Archives

/// A member to write into an archive, hostile ones included; libarchive's writer checks nothing.
struct Member {
    /// The file type bits of a mode, as libarchive spells them.
    enum Kind: UInt32 {
        case fifo = 0o010000, character = 0o020000, directory = 0o040000, block = 0o060000, file = 0o100000
        case link = 0o120000
    }

    var path: [UInt8]
    var type: Kind
    var mode: UInt32 = 0o644
    var content: [UInt8] = []
    var link: String?
    var hardLink: String?

    init(
        _ path: String, type: Kind = .file, mode: UInt32 = 0o644, content: String = "", link: String? = nil,
        hardLink: String? = nil
    ) {
        self.path = Array(path.utf8)
        self.type = type
        self.mode = mode
        self.content = Array(content.utf8)
        self.link = link
        self.hardLink = hardLink
    }
}

/// A directory that goes when the value does.
final class Scratch {
    let path: String

    init() throws {
        path = "/tmp/agentpack-archives-\(System.processID)-\(UInt64.random(in: 0 ... .max))"
        try Directory.open("/tmp").makeDirectory(PathText.lastComponent(path), mode: 0o700)
    }

    deinit { _ = try? Directory.open("/tmp").removeTree(PathText.lastComponent(path)) }

    /// Writes an archive with libarchive.
    ///
    /// - Parameters:
    ///   - members: What is in it, in order.
    ///   - format: `pax`, `gnutar` or `zip`.
    ///   - filter: `none`, `gzip`, `xz`, `zstd` or `bzip2`.
    ///   - passphrase: Encrypts a zip archive.
    func archive(
        _ members: [Member], format: String = "gnutar", filter: String = "none", passphrase: String? = nil
    ) throws -> String {
        let file = "\(path)/\(UInt64.random(in: 0 ... .max))"
        let handle = try #require(archive_write_new())
        defer { archive_write_free(handle) }
        try #require(archive_write_set_format_by_name(handle, format) == ARCHIVE_OK)
        if filter != "none" { try #require(archive_write_add_filter_by_name(handle, filter) == ARCHIVE_OK) }
        if let passphrase {
            try #require(archive_write_set_options(handle, "zip:encryption=traditional") == ARCHIVE_OK)
            try #require(archive_write_set_passphrase(handle, passphrase) == ARCHIVE_OK)
        }
        try #require(archive_write_open_filename(handle, file) == ARCHIVE_OK)
        for member in members {
            let entry = try #require(archive_entry_new())
            defer { archive_entry_free(entry) }
            archive_entry_copy_pathname(entry, member.path.map { CChar(bitPattern: $0) } + [0])
            archive_entry_set_filetype(entry, member.type.rawValue)
            archive_entry_set_perm(entry, member.mode)
            archive_entry_set_size(entry, Int64(member.content.count))
            if let link = member.link { archive_entry_copy_symlink(entry, link) }
            if let hardLink = member.hardLink { archive_entry_copy_hardlink(entry, hardLink) }
            try #require(NameLocale.run { archive_write_header(handle, entry) } == ARCHIVE_OK)
            if !member.content.isEmpty {
                try #require(archive_write_data(handle, member.content, member.content.count) == member.content.count)
            }
        }
        try #require(archive_write_close(handle) == ARCHIVE_OK)
        return file
    }
}
