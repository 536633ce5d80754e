import Foundation

/// The built tool, which lies beside the tests, with a directory of its own to run in.
struct Tool: ~Copyable {
    let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "agentpack-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs a command to its end.
    func run(_ arguments: String...) throws -> (status: Int32, output: String, errors: String) {
        try run(arguments: arguments)
    }

    /// Runs a command to its end.
    func run(arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(filePath: tests).deletingLastPathComponent().appending(path: "agentpack")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = [:]
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: said, as: UTF8.self),
            String(decoding: complained, as: UTF8.self)
        )
    }

    /// What is in the directory, sorted.
    func contents(_ path: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory + "/" + path).sorted()
    }

    func write(_ text: String, to path: String) throws {
        try text.write(toFile: directory + "/" + path, atomically: true, encoding: .utf8)
    }
}
