import Diagnostics
import Foundation
import LinuxIO

/// A directory that goes with the value.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "agentpack-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file below the directory.
    ///
    /// - Returns: Its path.
    func file(_ name: String, _ text: some Sequence<UInt8>, mode: Int = 0o600) throws -> String {
        let file = path + "/" + name
        guard mode & 0o100 == 0 else {
            // A program that this process wrote can't be run while a child of another test still has its descriptor.
            let copy = try self.file(name + ".text", text)
            let result = try run("/usr/bin/install", ["-m", String(mode, radix: 8), copy, file])
            guard result.status == 0 else { throw Failure(.failed, result.text) }
            return file
        }
        try Data(text).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// The bytes of a file below the directory.
    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path + "/" + name))) }
}

/// The openssl command, which judges what we write.
func openssl(_ arguments: String...) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
}

/// A secret from a text.
func secret(_ text: String) throws(Failure) -> SecretBytes {
    try SecretBytes(capacity: text.utf8.count) { memory in
        memory.copyBytes(from: Array(text.utf8))
        return text.utf8.count
    }
}

/// The text of a secret.
func text(_ secret: SecretBytes) throws(Failure) -> String {
    try secret.withBytes { String(decoding: $0, as: UTF8.self) }
}
