public import Diagnostics
import Glibc

/// Secret bytes in memory of their own, wiped when the value goes; nothing copies them unasked.
public final class SecretBytes: @unchecked Sendable {
    // Never written after `init`.
    private let memory: UnsafeMutableRawBufferPointer
    /// The number of bytes.
    public let count: Int

    /// Makes a value of at most `capacity` bytes.
    ///
    /// - Parameters:
    ///   - capacity: Bytes of memory to take.
    ///   - fill: Fills the memory and returns how many bytes count.
    /// - Throws: What `fill` throws.
    public init(
        capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        memory = .allocate(byteCount: capacity, alignment: 16)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        do throws(Failure) {
            count = try fill(memory)
        } catch {
            Self.wipe(memory)
            throw error
        }
        precondition(count <= capacity, "what was filled is at most the capacity")
    }

    deinit { Self.wipe(memory) }

    /// Reads a file to its end.
    ///
    /// - Parameters:
    ///   - file: The open file.
    ///   - limit: The most bytes to accept.
    /// - Throws: `failed` when there are more, or what read(2) reports.
    public convenience init(reading file: borrowing FileDescriptor, limit: Int) throws(Failure) {
        // Room for one byte more, by which a longer file is known.
        try self.init(capacity: limit + 1) { memory throws(Failure) in
            var done = 0
            while done < memory.count {
                let got = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: memory[done...]))
                if got == 0 { return done }
                done += got
            }
            throw Failure(.failed, "\(PathText.display(file.path)) is larger than \(limit) bytes, the limit for it")
        }
    }

    /// Reads the bytes.
    ///
    /// - Parameter body: Must not keep the pointer.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> R) throws(Failure) -> R {
        try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    private static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        if let base = memory.baseAddress { explicit_bzero(base, memory.count) }
        memory.deallocate()
    }
}
