import Diagnostics
import LinuxIO
import Testing

@testable import Planning

/// ELF files made by this machine's compiler, and the patient's means to break them.
enum ELFSamples {
    static let hasCompiler = (try? Subprocess.run(["/usr/bin/gcc", "--version"]).status) == 0

    /// Compiles C into a file of the tree.
    static func compile(_ code: String, to name: String, in tree: SourceTree, _ options: [String] = []) throws {
        try tree.file("code.c", code)
        let parent = PathText.parent(name)
        if parent != "." { try tree.directory(parent) }
        let command = ["/usr/bin/gcc", "-o", tree.path + "/" + name, tree.path + "/code.c"] + options
        let result = try Subprocess.run(command)
        try #require(result.status == 0, "\(result.errorText)")
    }

    static func read(_ path: String) throws -> ELFFile {
        try ELFFile(ByteSource(try readFile(path, limit: 1 << 30), name: path))
    }

    static func bytes(_ name: String, in tree: SourceTree) throws -> [UInt8] {
        try readFile(tree.path + "/" + name, limit: 1 << 24)
    }
}

extension Array where Element == UInt8 {
    /// Writes a little-endian number.
    mutating func put(_ value: UInt64, _ size: Int, at offset: Int) {
        for index in 0..<size { self[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
    }

    /// Reads a little-endian number.
    func get(_ size: Int, at offset: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
    }
}
