public import Diagnostics

extension [UInt8] {
    /// The array's bytes as raw memory for the time of a call that throws `Failure`.
    ///
    /// The standard library's own `withUnsafeBytes` loses the type of what is thrown.
    ///
    /// - Parameter body: Must not keep the pointer.
    /// - Returns: What `body` returns.
    public func withRawBytes<R>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> R) throws(Failure) -> R {
        try unsafe withUnsafeBytes { buffer in
            Result { () throws(Failure) -> R in try unsafe body(buffer) }
        }.get()
    }

    /// The array's bytes as raw memory that can be changed, for the time of a call that throws `Failure`.
    ///
    /// - Parameter body: Must not keep the pointer.
    /// - Returns: What `body` returns.
    public mutating func withMutableRawBytes<R>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> R
    ) throws(Failure) -> R {
        try unsafe withUnsafeMutableBytes { buffer in
            Result { () throws(Failure) -> R in try unsafe body(buffer) }
        }.get()
    }
}
