import BlockStore
import Building
import ByteIO
import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@Suite struct NativeBuildTests {
    private static let all: Set<PackageFormat> = [.bin, .deb, .rpm]

    @Test func `one pass makes every format, and each large file once`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            let bin = try product.build(to: "bin")
            let alone = try product.build(to: "deb", formats: [.deb])
            let built = try product.build(to: "all", formats: Self.all)
            #expect(built.artifacts.map(\.format) == [.bin, .deb, .rpm])
            #expect(
                built.files.map(\.name) == [
                    "sample-1.2~rc3.bin", "sample.bin", "sample_1.2~rc3-1_amd64.deb", "sample-1.2~rc3-1.x86_64.rpm",
                ])
            // The same bytes as alone.
            #expect(built.artifacts[0] == bin.artifacts[0])
            #expect(built.artifacts[1] == alone.artifacts[0])
            // Beside the installer's blocks: the runtime's, and what lies between large files. The large files, 400,000,
            // 700,000 (twice) and 300,000 bytes, come once.
            let large: UInt64 = 400_000 + 700_000 + 300_000
            #expect(built.packing.bytes < bin.packing.bytes + 2 * 200_000)
            #expect(alone.packing.bytes >= large && alone.packing.bytes < large + 200_000)
        }
    }

    @Test func `dpkg-deb and rpm2cpio unpack what the source tree holds`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            let built = try product.build(formats: Self.all)
            let out = PathText.join(scratch.path, "out")
            try scratch.makeDirectories("out/deb")
            try scratch.makeDirectories("out/rpm")
            let files = built.files.map { PathText.join(built.directory, $0.name) }
            try run(["dpkg-deb", "-x", files[2], out + "/deb"])
            try run(["sh", "-c", "cd \(out)/rpm && rpm2cpio \(files[3]) | cpio -idm --quiet"])
            for kind in ["deb", "rpm"] {
                let root = try scratch.directory("out/\(kind)/opt/sample")
                for name in ["bin/program", "lib/large", "lib/copy", "lib/other", "lib/noise", "lib/empty"] {
                    let unpacked = try root.file(name).readToEnd(limit: 1 << 20)
                    #expect(try unpacked == scratch.file("p/tree/" + name).readToEnd(limit: 1 << 20), "\(kind) \(name)")
                }
                #expect(try root.linkTarget("lib/link") == "large")
                #expect(try root.linkTarget("sample-config") == "bin/start-agent")
                #expect(try root.status("bin/start-agent")?.mode == 0o755)
            }
        }
    }

    @Test func `directories, threads and the cache's state change no byte of packages`() throws {
        try withScratch { scratch in
            let one = try SampleProduct("one", in: scratch)
            try scratch.makeDirectories("some/where")
            let two = try SampleProduct("some/where/else", in: scratch)
            let expected = try one.build(threads: 1, formats: Self.all).files
            let store = PathText.join(scratch.path, "cache")
            #expect(try two.build(threads: 5, formats: Self.all).files == expected)
            #expect(try two.build(cache: cache(store), formats: Self.all).files == expected)
            let warm = try one.build(cache: cache(store), threads: 3, formats: Self.all)
            #expect(warm.files == expected)
            #expect(warm.packing.cachedBlocks == warm.packing.totalBlocks)
        }
    }

    private func cache(_ path: String) throws(Failure) -> BlockCache {
        try BlockCache(path: path, secret: CacheSecret(digits: String(repeating: "2", count: 64))) { _ in }
    }

    private func run(_ command: [String]) throws {
        let program = try #require(Subprocess.find(command[0]), "\(command[0]) is needed")
        let result = try Subprocess.run([program] + command.dropFirst())
        #expect(result.status == 0, "\(command): \(result.errorText)")
    }
}
