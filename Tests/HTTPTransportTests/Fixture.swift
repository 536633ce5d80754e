import Foundation
import Testing

/// Where the programs are that these tests talk to.
enum Tools {
    static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("EndToEnd/server").path
    static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Whether the programs are there; under CI their absence is a failure of the tests that need them, not a skip.
    static let haveServer = isCI || all(["/usr/bin/python3", "/usr/bin/openssl"])
    static let haveProxy = isCI || (haveServer && (all(["/usr/bin/tinyproxy"]) || all(["/usr/sbin/tinyproxy"])))

    private static func all(_ paths: [String]) -> Bool {
        paths.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

struct FixtureProblem: Error { var text: String }

/// A program of `Tests/EndToEnd/server` that runs until this object ends.
final class Helper {
    let port: UInt16
    private let process = Process()
    private let input = Pipe()

    init(_ script: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["\(Tools.directory)/\(script)"] + arguments + ["--until-eof"]
        process.standardInput = input
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        guard
            let line = try JSONSerialization.jsonObject(with: output.fileHandleForReading.availableData)
                as? [String: Any],
            let port = line["port"] as? Int
        else { throw FixtureProblem(text: "\(script) did not say its port") }
        self.port = UInt16(port)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// A directory that is removed with the object.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "http-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
        return "\(path)/\(name)"
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
}

/// A test CA and its certificates, made once a run.
enum Certificates {
    static let directory = Result { () throws -> Scratch in
        let scratch = try Scratch()
        let process = try Process.run(
            URL(fileURLWithPath: "\(Tools.directory)/make_certificates.sh"), arguments: [scratch.path])
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw FixtureProblem(text: "make_certificates.sh failed") }
        return scratch
    }

    static func path(_ name: String) throws -> String { try directory.get().path + "/" + name }
}

/// A listening socket that takes connections and never answers.
final class SilentListener {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let port = withUnsafeMutablePointer(to: &address) { pointer -> UInt16? in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, size) == 0, listen(descriptor, 8) == 0,
                    getsockname(descriptor, address, &size) == 0
                else { return nil }
                return 0
            }
        }
        guard port != nil else { throw FixtureProblem(text: "can't listen") }
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
