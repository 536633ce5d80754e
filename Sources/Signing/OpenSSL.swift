import COpenSSL
import Diagnostics

/// The little of OpenSSL's plumbing that key files need.
enum OpenSSL {
    /// What OpenSSL's queue of errors says of the last failure, and clears it.
    static func cause() -> String? {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let text = ERR_reason_error_string(code) else { return nil }
        return String(cString: text)
    }

    /// The bytes that `write` puts into a memory BIO, which wipes them when it goes.
    ///
    /// - Parameters:
    ///   - write: Writes; returns whether it could.
    ///   - body: Gets the bytes; must not keep the pointer.
    static func withText<R>(
        _ write: (OpaquePointer) -> Bool, _ body: (UnsafeRawBufferPointer) throws(Failure) -> R
    ) throws(Failure) -> R {
        guard let bio = BIO_new(BIO_s_mem()) else { throw Failure(.failed, "out of memory") }
        defer { BIO_free(bio) }
        guard write(bio) else { throw Failure(.failed, "can't write a key as PEM", cause: cause()) }
        var start: UnsafeMutableRawPointer?
        // `BIO_get_mem_data`.
        let count = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &start)
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// A BIO that reads bytes where they are.
    ///
    /// - Parameter body: Must not keep the BIO.
    static func withReader<R>(
        _ bytes: UnsafeRawBufferPointer, _ body: (OpaquePointer) throws(Failure) -> R
    ) throws(Failure) -> R {
        guard let bio = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else {
            throw Failure(.failed, "out of memory")
        }
        defer { BIO_free(bio) }
        return try body(bio)
    }
}
