import CArchive
import Diagnostics
import LinuxIO

/// Decodes what other tools compress metadata with, bzip2 and zstd, by libarchive; archive_read(3), archive_read_format(3).
final class ForeignDecoder {
    /// What libarchive's callback is given.
    private final class Input {
        let source: ByteSource
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        var place: UInt64 = 0
        var failure: Failure?

        init(_ source: ByteSource) { self.source = source }
        deinit { room.deallocate() }

        func next() -> Int {
            let count = Int(min(UInt64(room.count), source.size - place))
            do throws(Failure) {
                try source.read(at: place, into: UnsafeMutableRawBufferPointer(rebasing: room[..<count]))
            } catch {
                failure = error
                return -1
            }
            place += UInt64(count)
            return count
        }
    }

    private let handle: OpaquePointer
    private let input: Input

    /// Starts before the first byte.
    ///
    /// - Throws: `.integrity` for what isn't compressed in one of these ways.
    init(_ source: ByteSource) throws(Failure) {
        guard let handle = archive_read_new() else { throw Failure(.failed, "libarchive has no memory left") }
        self.handle = handle
        input = Input(source)
        archive_read_support_filter_bzip2(handle)
        archive_read_support_filter_zstd(handle)
        archive_read_support_format_raw(handle)
        let opened = archive_read_open(
            handle, Unmanaged.passUnretained(input).toOpaque(), nil,
            { _, data, place in
                guard let data else { return -1 }
                let input = Unmanaged<Input>.fromOpaque(data).takeUnretainedValue()
                place?.pointee = UnsafeRawPointer(input.room.baseAddress)
                return input.next()
            }, nil)
        var entry: OpaquePointer?
        guard opened == ARCHIVE_OK, archive_read_next_header(handle, &entry) == ARCHIVE_OK else {
            throw damage()
        }
        guard archive_filter_count(handle) > 1 else {
            throw Failure(.integrity, "\(source.name) is not compressed as its name says")
        }
    }

    deinit { archive_read_free(handle) }

    /// Takes the next bytes.
    ///
    /// - Returns: How many; 0 at the end.
    /// - Throws: `.integrity` for damage.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        let count = archive_read_data(handle, buffer.baseAddress, buffer.count)
        guard count >= 0 else { throw damage() }
        return count
    }

    private func damage() -> Failure {
        input.failure
            ?? Failure(
                .integrity, "\(input.source.name) can't be decompressed",
                cause: archive_error_string(handle).map { String(cString: $0) })
    }
}
