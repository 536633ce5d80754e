import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import TestSupport
import Testing

@Suite struct IndexWriterTests {
    static let names = IndexFileNames(plain: "plain", gzip: "gz", xz: "xz")

    private func source(_ path: String, in directory: borrowing Directory) throws -> ByteSource {
        try SharedFile(path: PathText.join(directory.path, path)).source()
    }

    private func open<Grammar: IndexGrammar>(
        _ type: Grammar.Type, _ name: String, in directory: borrowing Directory, withPlain: Bool = true
    ) throws -> PublishedIndex<Grammar> {
        let plain = withPlain ? try source(name + "/plain", in: directory) : nil
        return try PublishedIndex(
            plain: plain, gzip: try source(name + "/gz", in: directory), xz: try source(name + "/xz", in: directory))
    }

    @discardableResult
    private func write<Grammar: IndexGrammar>(
        _ change: IndexChange<Grammar>, to old: PublishedIndex<Grammar>?, as name: String, threads: Int = 2,
        in directory: borrowing Directory
    ) throws -> WrittenIndex {
        try directory.makeDirectory(name)
        return try IndexWriter(Self.names, threads: threads).write(change, to: old, in: directory.directory(name))
    }

    private func bytes(_ path: String, in directory: borrowing Directory) throws -> [UInt8] {
        try readFile(PathText.join(directory.path, path), limit: 1 << 28)
    }

    private func expectEqual(_ left: String, _ right: String, in directory: borrowing Directory) throws {
        for name in ["plain", "gz", "xz"] {
            let same = try bytes(left + "/" + name, in: directory) == bytes(right + "/" + name, in: directory)
            #expect(same, "\(name) of \(left) and \(right)")
        }
    }

    private func stanzas(_ numbers: some Sequence<Int>, size: Int = 900) throws -> [IndexRecord<Stanzas>] {
        try numbers.map { try Stanzas.record("package-\(1_000_000 + $0)", size: size) }
    }

    @Test func `gzip and xz read what was written, sorted by key`() throws {
        try withScratch { scratch in
            let records = try stanzas((0..<3000).reversed())
            let written = try write(IndexChange(added: records), to: nil, as: "a", in: scratch)
            let text = records.sorted { $0.key < $1.key }.flatMap(\.bytes)
            #expect(try bytes("a/plain", in: scratch) == text)
            #expect(written.text == FileDigest(of: text))
            for (program, name) in [("gzip", "gz"), ("xz", "xz")] {
                let compressed = try bytes("a/" + name, in: scratch)
                let result = try Subprocess.run(["/usr/bin/" + program, "-dc"], input: compressed, limit: 1 << 26)
                #expect(result.output == text)
                #expect(FileDigest(of: compressed) == (name == "gz" ? written.gzip : written.xz))
            }
        }
    }

    @Test(arguments: [1, 3]) func `the bytes depend on the records alone, not on their history`(threads: Int) throws {
        try withScratch { scratch in
            let all = try stanzas(0..<4000)
            try write(IndexChange(added: all), to: nil, as: "whole", threads: threads, in: scratch)
            // Every third is added later, and some that came first are removed again.
            let extra = try stanzas((0..<40).map { 100_000 + $0 * 7 } + (5000..<5010))
            let first = all.enumerated().filter { $0.offset % 3 != 0 }.map(\.element) + extra
            let later = all.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
            try write(IndexChange(added: first), to: nil, as: "first", threads: threads, in: scratch)
            let change = IndexChange(removed: Set(extra.map(\.key)), added: later.shuffled())
            try write(
                change, to: try open(Stanzas.self, "first", in: scratch), as: "second", threads: threads, in: scratch)
            try expectEqual("whole", "second", in: scratch)
        }
    }

    @Test func `removing and adding one record at a time comes to the same bytes as at once`() throws {
        try withScratch { scratch in
            // Large records, so that many begin a segment.
            var records = try stanzas(0..<12, size: 300_000)
            try write(IndexChange(added: records), to: nil, as: "0", in: scratch)
            for step in 1...12 {
                let gone = records.remove(at: step * 5 % records.count)
                let come = try Stanzas.record("package-\(1_000_000 + step * 7 % 13)x", size: 250_000, seed: step)
                records.append(come)
                let change = IndexChange(removed: [gone.key], added: [come])
                try write(change, to: try open(Stanzas.self, "\(step - 1)", in: scratch), as: "\(step)", in: scratch)
                try write(IndexChange(added: records), to: nil, as: "whole-\(step)", in: scratch)
                try expectEqual("\(step)", "whole-\(step)", in: scratch)
            }
        }
    }

    @Test func `one more record changes one segment of each form`() throws {
        try withScratch { scratch in
            try write(IndexChange(added: try stanzas((0..<6000).map { $0 * 2 })), to: nil, as: "a", in: scratch)
            try write(
                IndexChange(added: try stanzas([6001])), to: try open(Stanzas.self, "a", in: scratch), as: "b",
                in: scratch)
            let old = try Set(open(Stanzas.self, "a", in: scratch).segmentDigests())
            let new = try open(Stanzas.self, "b", in: scratch).segmentDigests()
            #expect(new.count > 5)
            #expect(new.count { !old.contains($0) } <= 2)
        }
    }

    @Test func `a replaced record takes the place of the old one`() throws {
        try withScratch { scratch in
            let key = "package-\(1_000_000 + 77)"
            let change = IndexChange(removed: [key], added: [try Stanzas.record(key, size: 500, seed: 9)])
            try write(IndexChange(added: try stanzas(0..<200)), to: nil, as: "a", in: scratch)
            try write(change, to: try open(Stanzas.self, "a", in: scratch), as: "b", in: scratch)
            let index = try open(Stanzas.self, "b", in: scratch)
            #expect(try index.record(key) == change.added[0].bytes)
            #expect(try index.count() == 200)
        }
    }

    @Test func `a mistake in the change is an error`() throws {
        try withScratch { scratch in
            let records = try stanzas(0..<50)
            try write(IndexChange(added: records), to: nil, as: "a", in: scratch)
            let index = try open(Stanzas.self, "a", in: scratch)
            #expect(throws: Failure(.integrity, "the index has no record to remove: package-1000099")) {
                try write(IndexChange(removed: ["package-1000099"]), to: index, as: "b", in: scratch)
            }
            #expect(
                throws: Failure(.failed, "the index has a record already that is to be added: package-1000007")
            ) {
                try write(IndexChange(added: [records[7]]), to: index, as: "c", in: scratch)
            }
        }
    }

    @Test func `an index without records is whole`() throws {
        try withScratch { scratch in
            try write(IndexChange<Stanzas>(), to: nil, as: "a", in: scratch)
            #expect(try bytes("a/plain", in: scratch).isEmpty)
            for (program, name) in [("gzip", "gz"), ("xz", "xz")] {
                let input = try bytes("a/" + name, in: scratch)
                let result = try Subprocess.run(["/usr/bin/" + program, "-dc"], input: input, limit: 1 << 20)
                #expect(result.status == 0 && result.output.isEmpty)
            }
            let one = try stanzas([1])
            try write(IndexChange(added: one), to: try open(Stanzas.self, "a", in: scratch), as: "b", in: scratch)
            #expect(try bytes("b/plain", in: scratch) == one[0].bytes)
            let gone = IndexChange<Stanzas>(removed: [one[0].key])
            try write(gone, to: try open(Stanzas.self, "b", in: scratch), as: "c", in: scratch)
            try expectEqual("a", "c", in: scratch)
        }
    }

    @Test func `a frame states the number of records`() throws {
        try withScratch { scratch in
            let records = try (0..<9000).map { try Elements.record($0 * 3) }
            try write(IndexChange(added: records), to: nil, as: "a", in: scratch)
            let index = try open(Elements.self, "a", in: scratch, withPlain: false)
            #expect(try index.count() == 9000)
            try write(
                IndexChange(removed: [0, 300], added: [try Elements.record(7)]), to: index, as: "b", in: scratch)
            let text = String(decoding: try bytes("b/plain", in: scratch), as: UTF8.self)
            #expect(text.hasPrefix("<list count=\"8999\">\n<i 3 "))
            #expect(text.hasSuffix("/>\n</list>\n"))
            var keys: [Int] = []
            try open(Elements.self, "b", in: scratch, withPlain: false).forEachRecord(from: 20_000) { key, _ in
                keys.append(key)
                return keys.count < 3
            }
            #expect(keys == [20_001, 20_004, 20_007])
            try write(
                IndexChange(removed: Set(records.map(\.key))), to: index, as: "none", in: scratch)
            #expect(try bytes("none/plain", in: scratch) == Array("<list count=\"0\">\n</list>\n".utf8))
            #expect(try open(Elements.self, "none", in: scratch, withPlain: false).record(3) == nil)
        }
    }

    @Test func `an index that somebody else compressed becomes ours`() throws {
        try withScratch { scratch in
            let records = try (0..<5000).map { try Elements.record($0) }
            try write(IndexChange(added: records), to: nil, as: "ours", in: scratch)
            let text = try bytes("ours/plain", in: scratch)
            try scratch.makeDirectory("theirs")
            let gzip = try Subprocess.run(["/usr/bin/gzip", "-9nc"], input: text, limit: 1 << 26).output
            try NewFile.write(gzip, to: "theirs/gz", in: scratch)
            let index = try PublishedIndex<Elements>(
                plain: nil, gzip: try source("theirs/gz", in: scratch), xz: nil)
            #expect(try index.count() == 5000)
            #expect(try index.record(4321) == records[4321].bytes)
            try write(IndexChange(), to: index, as: "again", in: scratch)
            try expectEqual("ours", "again", in: scratch)
        }
    }
}
