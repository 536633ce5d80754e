import CArchive
public import Diagnostics
import Glibc
import LinuxIO

/// Reads a tar archive (plain, gzip, xz, zstd, bzip2) or a zip archive from its first member to its last.
///
/// The format is found by content, not by name. Nothing is unpacked: members come one at a time, and what a hostile
/// archive could do to a file system (absolute paths, `..`, devices, links out of the tree) is either a refused member
/// or the caller's to judge. libarchive reads the bytes; libarchive(3), archive_read(3).
public struct ArchiveReader: ~Copyable {
    private let handle: OpaquePointer
    private let file: FileDescriptor
    private let limits: ArchiveLimits
    private var members = 0
    private var memberBytes: UInt64 = 0
    private var current: (name: [UInt8], size: UInt64)?

    /// Opens an archive.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limits: What it may expand to.
    /// - Throws: `.failed` when it can't be opened, or is no archive of these kinds.
    public init(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws(Failure) {
        guard let handle = archive_read_new() else { throw Failure(.failed, "libarchive has no memory left") }
        do throws(Failure) {
            let file = try FileDescriptor.open(path)
            try Self.enableFormats(handle)
            let opened = NameLocale.run { archive_read_open_fd(handle, file.number, 1 << 16) }
            guard opened == ARCHIVE_OK else {
                throw Failure(
                    .failed, "\(PathText.display(path)) can't be read as an archive", cause: Self.reason(handle),
                    hints: ["Supported are zip, and tar plain or compressed with gzip, xz, zstd or bzip2."])
            }
            self.handle = handle
            self.file = file
            self.limits = limits
        } catch {
            archive_read_free(handle)
            throw error
        }
    }

    deinit { archive_read_free(handle) }

    /// Moves to the next member; what was left of the current one's content is passed over.
    ///
    /// - Returns: The member, or nil after the last.
    /// - Throws: `.failed` when the archive is damaged, cut off or larger than the limits; it can't be read on then.
    public mutating func next() throws(Failure) -> ArchiveEntry? {
        current = nil
        var entry: OpaquePointer?
        let handle = handle
        let result = NameLocale.run { archive_read_next_header(handle, &entry) }
        try checkSize()
        if result == ARCHIVE_EOF {
            try checkEnd()
            return nil
        }
        // A warning concerns metadata that we don't use, or a name that isn't UTF-8, which the caller sees anyway.
        guard result == ARCHIVE_OK || result == ARCHIVE_WARN, let entry else { throw damaged() }
        members += 1
        guard members <= limits.members else {
            throw Failure(.failed, "\(PathText.display(file.path)) has more than \(limits.members) members, the limit")
        }
        let member = NameLocale.run { Self.describe(entry) }
        if case .file(let size) = member.kind { current = (member.path, size) }
        return member
    }

    /// Reads the content of the file that `next` returned.
    ///
    /// - Parameters:
    ///   - chunk: The most bytes to hand over at once.
    ///   - body: Takes the bytes in order.
    /// - Throws: `.failed` when the archive is damaged or the content isn't as long as announced, or what `body` throws.
    public mutating func readContent(
        chunk: Int = 1 << 18, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        guard let (name, size) = current else { return }
        current = nil
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 16)
        defer { buffer.deallocate() }
        var total: UInt64 = 0
        while true {
            let count = archive_read_data(handle, buffer.baseAddress, chunk)
            guard count >= 0 else { throw damaged() }
            try checkSize()
            if count == 0 { break }
            total += UInt64(count)
            guard total <= size else { break }
            // Sparse members expand without anything being decompressed.
            memberBytes += UInt64(count)
            guard memberBytes <= limits.bytes else { throw tooLarge() }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        guard total == size else {
            throw Failure(
                .failed,
                "\(PathText.display(file.path)) is damaged: \(PathText.display(name)) holds "
                    + "\(total > size ? "more than" : "\(total) instead of") \(size) bytes")
        }
    }

    private func checkSize() throws(Failure) {
        guard archive_filter_bytes(handle, 0) <= Int64(clamping: limits.bytes) else { throw tooLarge() }
    }

    private func tooLarge() -> Failure {
        Failure(.failed, "\(PathText.display(file.path)) expands to more than \(limits.bytes) bytes, the limit")
    }

    private func damaged() -> Failure {
        Failure(.failed, "\(PathText.display(file.path)) is damaged", cause: Self.reason(handle))
    }

    /// A plain tar archive that was cut off between two members looks complete to libarchive; its end is a block of
    /// zeros, which every writer of tar puts there.
    private func checkEnd() throws(Failure) {
        let isTar = archive_format(handle) & ARCHIVE_FORMAT_BASE_MASK == ARCHIVE_FORMAT_TAR
        guard isTar, archive_filter_code(handle, 0) == ARCHIVE_FILTER_NONE else { return }
        let size = try file.status().size
        let tail = size < 512 ? [1] : try file.read(512, at: size - 512)
        guard tail.allSatisfy({ $0 == 0 }) else {
            throw Failure(
                .failed, "\(PathText.display(file.path)) is cut off: a tar archive ends with a block of zeros")
        }
    }

    private static func enableFormats(_ handle: OpaquePointer) throws(Failure) {
        let enabled = [
            archive_read_support_format_tar(handle), archive_read_support_format_zip(handle),
            archive_read_support_filter_gzip(handle), archive_read_support_filter_xz(handle),
            archive_read_support_filter_zstd(handle), archive_read_support_filter_bzip2(handle),
        ]
        // A warning means that libarchive would start an external program.
        guard enabled.allSatisfy({ $0 == ARCHIVE_OK }) else {
            throw Failure(.requirement, "this libarchive lacks a compression", cause: reason(handle))
        }
    }

    private static func reason(_ handle: OpaquePointer) -> String? {
        archive_error_string(handle).map { PathText.display(String(cString: $0)) }
    }

    private static func describe(_ entry: OpaquePointer) -> ArchiveEntry {
        let raw = bytes(archive_entry_pathname(entry))
        let mode = UInt32(archive_entry_perm(entry)) & 0o7777
        switch MemberPath.normalised(raw) {
        case .success(let path): return ArchiveEntry(path: path, kind: kind(of: entry), mode: mode)
        case .failure(let refusal):
            return ArchiveEntry(path: raw, kind: .refused(reason: refusal.reason), mode: mode)
        }
    }

    private static func kind(of entry: OpaquePointer) -> ArchiveEntry.Kind {
        let hardLink = bytes(archive_entry_hardlink(entry))
        if !hardLink.isEmpty {
            switch MemberPath.normalised(hardLink) {
            case .success(let path): return .hardLink(to: path)
            case .failure: return .refused(reason: "it is a hard link to a path outside the archive")
            }
        }
        if archive_entry_is_encrypted(entry) != 0 { return .refused(reason: "it is encrypted") }
        switch archive_entry_filetype(entry) {
        case S_IFDIR: return .directory
        case S_IFREG:
            guard archive_entry_size_is_set(entry) != 0 else { return .refused(reason: "its size isn't recorded") }
            return .file(size: UInt64(clamping: archive_entry_size(entry)))
        case S_IFLNK:
            let target = bytes(archive_entry_symlink(entry))
            return target.isEmpty ? .refused(reason: "it is a link that says nothing") : .link(target: target)
        case S_IFCHR: return .refused(reason: "it is a character device")
        case S_IFBLK: return .refused(reason: "it is a block device")
        case S_IFIFO: return .refused(reason: "it is a named pipe")
        case S_IFSOCK: return .refused(reason: "it is a socket")
        default: return .refused(reason: "it is of an unknown kind")
        }
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        guard let text else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}
