import Foundation
import XZ

/// Content that tests compress.
enum TestContent {
    /// Bytes that don't compress: a xorshift generator's.
    static func random(_ count: Int, seed: UInt64 = 0x9E37_79B9_7F4A_7C15) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state)
        }
    }

    /// Text that compresses well.
    static func text(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var line = 0
        while bytes.count < count {
            bytes += Array("line \(line) of \(line &* 2_654_435_761)\n".utf8)
            line += 1
        }
        return Array(bytes.prefix(count))
    }

    /// A program of this machine.
    static func program() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "/bin/bash"))) }
}

/// The xz command, which judges what we write.
enum XZCommand {
    /// Runs `xz` with arguments on a file that holds `stream`.
    ///
    /// - Returns: Its exit status and standard output.
    static func run(_ arguments: [String], on stream: [UInt8]) throws -> (status: Int32, output: [UInt8]) {
        let file = FileManager.default.temporaryDirectory.appending(path: "xz-\(UUID().uuidString).xz")
        try Data(stream).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/xz")
        process.arguments = arguments + [file.path()]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, Array(bytes))
    }
}

extension [UInt8] {
    /// The bytes as one block, from a fresh encoder.
    func block(_ chain: XZFilterChain = .lzma2) throws -> XZEncodedBlock {
        var encoder = try XZBlockEncoder()
        return try encoder.encode(span.bytes, chain: chain)
    }

    /// The sizes that a decoder finds in the block that these bytes are.
    func decodedSize(contentSize: Int) throws -> XZBlockSize {
        var decoder = XZBlockDecoder()
        var content = [UInt8](repeating: 0, count: contentSize)
        return try content.withUnsafeMutableBytes { room in try decoder.decode(span.bytes, into: room) }
    }

    /// The content of the block that these bytes are.
    func decoded(contentSize: Int) throws -> [UInt8] {
        var decoder = XZBlockDecoder()
        var content = [UInt8](repeating: 0xAA, count: contentSize)
        _ = try content.withUnsafeMutableBytes { room in try decoder.decode(span.bytes, into: room) }
        return content
    }
}
