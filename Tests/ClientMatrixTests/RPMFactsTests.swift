import Diagnostics
import Digests
import LinuxIO
import OpenPGP
import TestSupport
import Testing
import XZ

@testable import ClientMatrix
@testable import RPMFormat

@Suite struct RPMFactsTests {
    /// A package with one file, written as agentpack writes them.
    private func facts(_ change: (inout RPMPackage) -> Void = { _ in }) throws -> RPMFacts {
        var package = RPMPackage(
            name: "demo", version: "1.0", release: "1", architecture: "x86_64", summary: "A demo", description: "d",
            license: "MIT", timestamp: 946_684_800)
        let content = Array("demo\n".utf8)
        package.entries = [
            RPMEntry(
                path: "/etc/demo", content: .file(size: UInt64(content.count), digest: SHA256.digest(content)),
                mode: 0o644)
        ]
        change(&package)
        var stream: [UInt8] = []
        for index in package.payloadEntries {
            stream += try package.header(ofEntryAt: index)
            guard case .file(let size, _) = package.entries[index].content else { continue }
            stream += content + [UInt8](repeating: 0, count: package.padding(after: size))
        }
        stream += package.payloadEnd
        var result: RPMFacts?
        try withScratch { scratch in
            var writer = try RPMWriter(replacing: "x.rpm", in: scratch, package: package)
            var encoder = try XZBlockEncoder()
            let block = try encoder.encode(stream.span.bytes, chain: .lzma2)
            _ = try writer.append(block.bytes, size: block.size)
            try writer.finish(payloadDigest: SHA256.digest(stream), payloadSize: UInt64(stream.count), sign: nil)
            let file = try SharedFile(path: PathText.join(scratch.path, "x.rpm"))
            result = try RPMFacts(RPMFile(file.source()))
        }
        return try #require(result)
    }

    @Test func `a package of ours is as every client wants it, but for its signatures`() throws {
        let facts = try facts()
        var wanted = RPMFacts(
            features: facts.features, signatures: [], signatureRoom: facts.signatureRoom, largestFile: 5)
        wanted.version = "1.0"
        #expect(facts == wanted)
        #expect(facts.features.isSuperset(of: ["CompressedFileNames", "FileDigests", "PayloadIsXz"]))
        #expect(facts.signatureRoom > 1000 && facts.signatureRoom <= 8192)
        let verdicts = ClientMatrix.verdicts(facts)
        #expect(verdicts.allSatisfy { $0.findings.filter { $0.severity != .ok }.count == 1 })
        #expect(
            Set(verdicts.flatMap(\.findings).filter { $0.severity != .ok }.map(\.rule))
                == ["rpm-unsigned", "rpm-unsigned-zypper"])
    }

    @Test func `requirements of rpm are read`() throws {
        let facts = try facts { $0.relations = [RPMRelation(.recommends, "(a if b)")] }
        #expect(facts.features.contains("RichDependencies"))
        #expect(!(try self.facts().features.contains("RichDependencies")))
    }
}
