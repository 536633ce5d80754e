import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import TestSupport
import Testing
import XZ

@testable import BinFormat

@Suite struct ConfigToolImageTests {
    private func plan(_ format: PackageFormat = .deb) -> Plan {
        Plan(
            generator: "test",
            product: ProductIdentity(
                name: "demo", title: "Demo", vendor: "V", description: "D", version: "1", release: 1,
                architecture: "amd64", timestamp: 946_684_800),
            paths: ProductPaths(root: "/opt/demo", state: "/var/opt/demo", options: "/etc/opt/demo"),
            configTool: "demo-config",
            entries: [
                Entry(
                    path: "agent", content: .file(size: 5, digest: SHA256.digest([1]), block: 0, offset: 0), mode: 0o755
                )
            ], format: format, package: "demo")
    }

    private func writeSetup(_ scratch: borrowing Directory, size: Int) throws {
        var setup = [UInt8](repeating: 7, count: size)
        setup.replaceSubrange(
            0..<20, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 12) + [62, 0])
        try scratch.file("setup", [.write, .create, .truncate]).write(setup)
    }

    private static func sign(_ message: [UInt8]) throws(Failure) -> PlanSignature {
        // RFC 8032's second test key.
        let seed = Hexadecimal.bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb") ?? []
        let key = Hexadecimal.bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c") ?? []
        return PlanSignature(publicKey: key, signature: try Ed25519.sign(message, seed: seed))
    }

    @Test(arguments: [4095, 4096, 5000]) func `what an image says is what a strict reader finds`(size: Int) throws {
        try withScratch { scratch in
            try writeSetup(scratch, size: size)
            let image = try ConfigToolImage.make(
                runtime: scratch.path + "/setup", plan: plan(), sign: { m throws(Failure) in try Self.sign(m) })
            #expect(image.head.setupLength == UInt64(size))
            #expect(image.head.headLength == (size <= 4096 ? 4096 : 8192))
            let source = try image.source()
            let bytes = try source.read(Int(source.size), at: 0)
            #expect(bytes.count == Int(image.size))
            #expect(SHA256.digest(bytes) == image.sha256)
            #expect(try MessageDigest.digest(bytes, .md5) == image.md5)
            try scratch.file("tool", [.write, .create]).write(bytes)
            let verified = try BinFile(reading: try scratch.file("tool")).verified(threads: 1)
            let (isConfigTool, found, trailer) = (
                verified.file.isConfigTool, verified.file.plan, verified.file.trailer
            )
            #expect(isConfigTool && found == plan())
            #expect(trailer == image.trailer && trailer.isSignatureValid == true)
            try verified.checkContents(threads: 1)
        }
    }

    @Test func `two builds give the same image`() throws {
        try withScratch { scratch in
            try writeSetup(scratch, size: 5000)
            let one = try ConfigToolImage.make(runtime: scratch.path + "/setup", plan: plan(.rpm))
            let two = try ConfigToolImage.make(runtime: scratch.path + "/setup", plan: plan(.rpm))
            #expect(one.tail == two.tail && one.sha256 == two.sha256 && one.trailer.signature == nil)
        }
    }

    @Test func `a program that isn't the bare runtime is refused`() throws {
        try withScratch { scratch in
            try scratch.file("script", [.write, .create]).write(Array("#!/bin/sh\necho hello, hello\n".utf8))
            #expect(throws: Failure.self) {
                try ConfigToolImage.make(runtime: scratch.path + "/script", plan: plan())
            }
            try writeSetup(scratch, size: 5000)
            let source = try ConfigToolImage.make(runtime: scratch.path + "/setup", plan: plan()).source()
            let bytes = try source.read(Int(source.size), at: 0)
            try scratch.file("setup", [.write, .truncate]).write(bytes)
            let failure = #expect(throws: Failure.self) {
                try ConfigToolImage.make(runtime: scratch.path + "/setup", plan: plan())
            }
            #expect(failure?.code == .requirement)
        }
    }

    @Test func `a runtime that changes after it was described is noticed`() throws {
        try withScratch { scratch in
            try writeSetup(scratch, size: 5000)
            let image = try ConfigToolImage.make(runtime: scratch.path + "/setup", plan: plan())
            try writeSetup(scratch, size: 5001)
            #expect(throws: Failure.self) { try image.source() }
        }
    }

    @Test func `a package's plan behind a payload is refused, and a config tool has nothing to extract`() throws {
        try withScratch { scratch in
            try writeSetup(scratch, size: 5000)
            let image = try ConfigToolImage.make(runtime: scratch.path + "/setup", plan: plan())
            let source = try image.source()
            let bytes = try source.read(Int(source.size), at: 0)
            try scratch.file("tool", [.write, .create]).write(bytes)
            let verified = try BinFile(reading: try scratch.file("tool")).verified(threads: 1)
            #expect(throws: Failure.self) { try verified.extract(to: scratch) }
            var trailer = image.trailer
            let payload = [UInt8](repeating: 0, count: 32)
            trailer.payloadLength = UInt64(payload.count)
            try scratch.file("tool", [.write, .truncate]).write(
                Array(bytes[..<Int(image.head.headLength)]) + payload + image.tail.dropLast(Trailer.byteCount)
                    + trailer.bytes)
            let failure = #expect(throws: Failure.self) {
                let file = try BinFile(reading: try scratch.file("tool"))
                _ = file.size
            }
            #expect(failure?.code == .integrity)
        }
    }
}
