import Diagnostics
import Digests
import LinuxIO
import SetupPlan

/// The runtime's executable as the first part of a file: its bytes, then zeros up to a multiple of 4096.
enum RuntimeHead {
    /// Checks that a file can be a head.
    ///
    /// - Throws: `.requirement` when it is no x86-64 ELF or carries a plan already.
    static func check(_ runtime: borrowing FileDescriptor, size: UInt64) throws(Failure) {
        let magic = size >= 20 ? try runtime.read(20, at: 0) : []
        // e_ident: magic, ELFCLASS64, ELFDATA2LSB; e_machine 62 is EM_X86_64 (elf(5)).
        guard magic.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), magic[18] == 62, magic[19] == 0 else {
            throw Failure(
                .requirement,
                "\(PathText.display(runtime.path)) is not an x86-64 executable, so it can't be the runtime",
                hints: ["Set AGENTPACK_SETUP to the setup executable that came with agentpack."])
        }
        let tail =
            size >= UInt64(Trailer.byteCount)
            ? try runtime.read(Trailer.magic.count, at: size - UInt64(Trailer.byteCount)) : []
        guard tail != Trailer.magic else {
            throw Failure(
                .requirement,
                "\(PathText.display(runtime.path)) carries a plan already; the bare setup executable is needed")
        }
    }

    /// The length of a head around an executable of some size.
    static func paddedLength(_ size: UInt64) -> UInt64 {
        (size + BinFile.headAlignment - 1) / BinFile.headAlignment * BinFile.headAlignment
    }

    /// Hands out a head's bytes in their order, padding included.
    ///
    /// - Parameters:
    ///   - source: The executable.
    ///   - size: How many bytes it has.
    ///   - body: Gets each piece.
    /// - Returns: The head's digest.
    static func forEachPiece(
        of source: borrowing FileDescriptor, size: UInt64, _ body: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> SHA256Digest {
        let digest = SHA256()
        var offset: UInt64 = 0
        while offset < size {
            let piece = try source.read(Int(min(1 << 20, size - offset)), at: offset)
            digest.update(piece)
            try body(piece)
            offset += UInt64(piece.count)
        }
        let zeros = [UInt8](repeating: 0, count: Int(paddedLength(size) - size))
        digest.update(zeros)
        try body(zeros)
        return digest.finish()
    }
}
