import Diagnostics
import Glibc
import TestSupport
import Testing

@testable import LinuxIO

struct ServiceNotificationTests {
    /// Listens at an address, has it notified, and takes what came.
    private func received(at name: [UInt8], notifying: String) throws -> String? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        try ServiceNotification.send("READY=1\nSTATUS=well", to: notifying)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    @Test func `a path and an abstract name are reached`() throws {
        try withScratch { (scratch) throws in
            let path = scratch.path + "/socket"
            #expect(try received(at: Array(path.utf8), notifying: path) == "READY=1\nSTATUS=well")
        }
        let name = "agentpack-test-\(System.processID)"
        #expect(try received(at: [0] + name.utf8, notifying: "@" + name) == "READY=1\nSTATUS=well")
    }

    @Test(arguments: [
        "", "@", "/", "relative", "/nobody/listens", "@nobody-listens", "/" + String(repeating: "x", count: 107),
    ])
    func `an address that nobody listens at is a failure`(address: String) {
        #expect(throws: Failure.self) { try ServiceNotification.send("READY=1", to: address) }
    }
}
