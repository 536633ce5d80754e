import CGPGME
import Diagnostics
import Glibc
import LinuxIO

/// Bytes that gpg reads piece by piece; nothing is held but the piece.
final class GPGSource {
    private(set) var data: gpgme_data_t?
    private let content: ByteSource
    private let start: [UInt8]
    private var offset: UInt64 = 0
    private var failure: Failure?

    /// Starts at the first byte.
    ///
    /// - Throws: What reading the first bytes throws. GPGME doesn't wait for a gpg that it gives up, and one that starts
    ///   while its home goes would start an agent there, so content that can't be read must not get so far.
    init(_ content: ByteSource) throws(Failure) {
        self.content = content
        start = try content.read(Int(min(content.size, 1 << 16)), at: 0)
        try GPGME.check(gpgme_data_new_from_cbs(&data, &Self.callbacks, selfPointer), "give gpg data")
        // Otherwise GPGME asks for 512 bytes at a time; one before 1.16 doesn't know the flag, and is slow.
        _ = gpgme_data_set_flag(data, "io-buffer-size", "262144")
    }

    deinit { gpgme_data_release(data) }

    private var selfPointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// What reading the content threw, if it did.
    func check() throws(Failure) { if let failure { throw failure } }

    private func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        if offset < start.count {
            let part = start[Int(offset)...].prefix(buffer.count)
            buffer.copyBytes(from: part)
            offset += UInt64(part.count)
            return part.count
        }
        let count = Int(min(UInt64(buffer.count), content.size - offset))
        do throws(Failure) {
            try content.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        } catch {
            failure = error
            errno = EIO
            return -1
        }
        offset += UInt64(count)
        return count
    }

    // GPGME keeps the pointer but never writes there.
    nonisolated(unsafe) private static var callbacks = gpgme_data_cbs(
        read: { handle, buffer, count in
            guard let handle else { return -1 }
            return Unmanaged<GPGSource>.fromOpaque(handle).takeUnretainedValue().read(
                UnsafeMutableRawBufferPointer(start: buffer, count: count))
        }, write: nil, seek: nil, release: nil)
}

/// Bytes that gpg writes, up to a limit.
final class GPGSink {
    private(set) var data: gpgme_data_t?
    private let limit: Int
    private var content: [UInt8] = []
    private var isTooLarge = false

    /// Takes nothing yet.
    ///
    /// - Parameter limit: The most bytes to take.
    init(limit: Int) throws(Failure) {
        self.limit = limit
        try GPGME.check(
            gpgme_data_new_from_cbs(&data, &Self.callbacks, Unmanaged.passUnretained(self).toOpaque()),
            "take data from gpg")
    }

    deinit { gpgme_data_release(data) }

    /// What gpg wrote.
    ///
    /// - Throws: `.failed` when it was more than the limit.
    func bytes() throws(Failure) -> [UInt8] {
        guard !isTooLarge else { throw Failure(.failed, "gpg wrote more than \(limit) bytes") }
        return content
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count <= limit - content.count else {
            isTooLarge = true
            errno = EFBIG
            return -1
        }
        content += bytes
        return bytes.count
    }

    nonisolated(unsafe) private static var callbacks = gpgme_data_cbs(
        read: nil,
        write: { handle, buffer, count in
            guard let handle else { return -1 }
            return Unmanaged<GPGSink>.fromOpaque(handle).takeUnretainedValue().write(
                UnsafeRawBufferPointer(start: buffer, count: count))
        }, seek: nil, release: nil)
}
