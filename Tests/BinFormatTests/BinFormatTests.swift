import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import TestSupport
import Testing
import XZ

@testable import BinFormat

@Suite struct BinFormatTests {
    /// A `.bin` around a head that has just an ELF header, with files in two blocks.
    func build(in scratch: borrowing Directory) throws -> Plan {
        var head = [UInt8](repeating: 7, count: 5000)
        head.replaceSubrange(
            0..<20, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 12) + [62, 0])
        try scratch.file("setup", [.write, .create]).write(head)
        let first = Array("hello world".utf8)
        let second = [UInt8](repeating: 9, count: 1000)
        var encoder = try XZBlockEncoder()
        let blocks = [
            try encoder.encode(first.span.bytes, chain: .lzma2), try encoder.encode(second.span.bytes, chain: .lzma2),
        ]
        var plan = Plan(
            generator: "test",
            product: ProductIdentity(
                name: "demo", title: "Demo", vendor: "V", description: "D", version: "1", release: 1,
                architecture: "amd64", timestamp: 946_684_800),
            paths: ProductPaths(root: "/opt/demo", state: "/var/opt/demo", options: "/etc/opt/demo"),
            configTool: "demo-config")
        plan.entries = [
            Entry(path: "d", content: .directory, mode: 0o751),
            Entry(path: "d/across", content: .file(size: 505, digest: .zero, block: 0, offset: 6), mode: 0o640),
            Entry(path: "d/hello", content: .file(size: 5, digest: .zero, block: 0, offset: 0), mode: 0o4755),
            Entry(path: "d/link", content: .link(target: "hello"), mode: 0o777),
            Entry(path: "empty", content: .file(size: 0, digest: .zero, block: 0, offset: 0), mode: 0o644),
        ]
        var writer = try BinWriter(path: scratch.path + "/x.bin", runtime: try scratch.file("setup"))
        for block in blocks { try writer.append(block.bytes, size: block.size) }
        try writer.finish(plan: plan)
        return plan
    }

    @Test func `what was packed comes out, with its modes and times`() throws {
        try withScratch { scratch in
            _ = try build(in: scratch)
            let verified = try BinFile(reading: try scratch.file("x.bin")).verified()
            try scratch.makeDirectory("out")
            try verified.extract(to: try scratch.directory("out"), threads: 2)
            #expect(try scratch.file("out/d/hello").readToEnd(limit: 100) == Array("hello".utf8))
            #expect(
                try scratch.file("out/d/across").readToEnd(limit: 1000)
                    == Array("world".utf8) + [UInt8](repeating: 9, count: 500))
            #expect(try scratch.status("out/d/hello")?.mode == 0o4755)
            #expect(try scratch.status("out/d")?.mode == 0o751)
            #expect(try scratch.status("out/d")?.modified == Timestamp(seconds: 946_684_800))
            #expect(try scratch.status("out/d/link")?.modified == Timestamp(seconds: 946_684_800))
            #expect(try scratch.linkTarget("out/d/link") == "hello")
            #expect(try scratch.status("out/empty")?.size == 0)
        }
    }

    private func isRefused(in scratch: borrowing Directory, _ bytes: [UInt8]) throws -> Bool {
        let file = try scratch.file("y.bin", [.readWrite, .create, .truncate])
        try file.write(bytes)
        do throws(Failure) {
            let verified = try BinFile(reading: file).verified(threads: 1)
            return verified.file.size == 0
        } catch {
            return error.code == .integrity
        }
    }

    @Test func `every flipped byte, every truncation and every appended byte is noticed`() throws {
        try withScratch { scratch in
            _ = try build(in: scratch)
            let good = try scratch.file("x.bin").readToEnd(limit: 1 << 20)
            #expect(try !isRefused(in: scratch, good))
            for index in good.indices where index % 7 == 0 || index > 8192 {
                var bad = good
                bad[index] ^= 0x40
                #expect(try isRefused(in: scratch, bad), "byte \(index)")
            }
            for length in stride(from: 0, to: good.count, by: 97) {
                #expect(try isRefused(in: scratch, Array(good.prefix(length))))
            }
            #expect(try isRefused(in: scratch, good + [0]))
        }
    }

    @Test func `the config tool is the same file without its payload`() throws {
        try withScratch { scratch in
            let original = try build(in: scratch)
            let verified = try BinFile(reading: try scratch.file("x.bin")).verified()
            try verified.writeConfigTool(to: "tool", in: scratch)
            let tool = try BinFile(reading: try scratch.file("tool")).verified()
            let (isConfigTool, plan) = (tool.file.isConfigTool, tool.file.plan)
            #expect(isConfigTool)
            #expect(plan.entries == original.entries)
            #expect(try scratch.status("tool")?.mode == 0o755)
        }
    }

    @Test func `bytes that change between check and extraction are caught`() throws {
        try withScratch { scratch in
            _ = try build(in: scratch)
            let verified = try BinFile(reading: try scratch.file("x.bin")).verified()
            let writable = try scratch.file("x.bin", .readWrite)
            // Block 0 starts after the head and the 12 bytes of the stream header.
            try writable.seek(to: 8192 + 12 + 10)
            try writable.write([0xAA, 0xBB])
            try scratch.makeDirectory("out")
            let out = try scratch.directory("out")
            #expect(throws: Failure(.integrity, "block 1 of the payload changed since it was checked")) {
                try verified.extract(to: out)
            }
        }
    }

    @Test func `a plan that unpacks to far more than it takes is refused`() throws {
        #expect(BinFile.planTextLimit(packed: 100) == 6400 + 1 << 20)
        #expect(BinFile.planTextLimit(packed: 64 << 20) == 256 << 20)
        try withScratch { scratch in
            _ = try build(in: scratch)
            let good = try scratch.file("x.bin").readToEnd(limit: 1 << 20)
            var trailer = try Trailer(parsing: Array(good.suffix(256)), fileSize: UInt64(good.count))
            let packed = try XZ.compress([UInt8](repeating: 32, count: 8 << 20).span.bytes)
            trailer.planLength = UInt64(packed.count)
            trailer.planDigest = SHA256.digest(packed)
            let front = good.prefix(Int(trailer.headLength + trailer.payloadLength))
            try scratch.file("bomb", [.write, .create]).write(Array(front) + packed + trailer.bytes)
            do throws(Failure) {
                _ = try BinFile(reading: try scratch.file("bomb")).size
                Issue.record("the plan was read")
            } catch {
                #expect(error.code == .integrity)
                #expect(error.message.contains("of content; at most"), "\(error.message)")
            }
        }
    }

    @Test func `a runtime that isn't one, or that carries a plan already, is refused`() throws {
        try withScratch { scratch in
            try scratch.file("script", [.write, .create]).write("#!/bin/sh\necho this is not the runtime\n")
            #expect(throws: Failure.self) {
                _ = try BinWriter(path: scratch.path + "/a", runtime: try scratch.file("script")).finish(
                    plan: fullOrEmpty)
            }
            _ = try build(in: scratch)
            #expect(throws: Failure.self) {
                _ = try BinWriter(path: scratch.path + "/a", runtime: try scratch.file("x.bin")).finish(
                    plan: fullOrEmpty)
            }
            #expect(try scratch.status("a") == nil)
        }
    }

    @Test func `xz reads the payload as one stream`() throws {
        try withScratch { scratch in
            _ = try build(in: scratch)
            let bytes = try scratch.file("x.bin").readToEnd(limit: 1 << 20)
            let trailer = try Trailer(parsing: Array(bytes.suffix(256)), fileSize: UInt64(bytes.count))
            let payload = bytes[Int(trailer.headLength)..<Int(trailer.headLength + trailer.payloadLength)]
            let result = try Subprocess.run(["/usr/bin/xz", "-dc"], input: Array(payload))
            #expect(result.status == 0)
            #expect(result.output == Array("hello world".utf8) + [UInt8](repeating: 9, count: 1000))
        }
    }

    private var fullOrEmpty: Plan {
        Plan(
            generator: "test",
            product: ProductIdentity(
                name: "demo", title: "Demo", vendor: "V", description: "D", version: "1", release: 1,
                architecture: "amd64", timestamp: 0),
            paths: ProductPaths(root: "/opt/demo", state: "/var/opt/demo", options: "/etc/opt/demo"),
            configTool: "demo-config")
    }
}
