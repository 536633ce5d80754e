import Archives
import Diagnostics
import LinuxIO
import Testing

/// A member with its content, as read.
struct Read: Equatable {
    var path: String
    var kind: ArchiveEntry.Kind
    var mode: UInt32
    var content = ""
}

func read(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws(Failure) -> [Read] {
    var reader = try ArchiveReader(path, limits: limits)
    var all: [Read] = []
    while let entry = try reader.next() {
        var bytes: [UInt8] = []
        try reader.readContent { chunk throws(Failure) in bytes += chunk }
        all.append(
            Read(
                path: PathText.display(entry.path), kind: entry.kind, mode: entry.mode,
                content: String(decoding: bytes, as: UTF8.self)))
    }
    return all
}

@Suite struct `Archive reader` {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private var ordinary: [Member] {
        [
            Member("./jdk/", type: .directory, mode: 0o755), Member("jdk//bin/./java", mode: 0o755, content: "java"),
            Member("jdk/empty"), Member("jdk/lib/libx.so", type: .link, mode: 0o777, link: "../bin/java"),
            Member("jdk/spaced name\n", content: String(repeating: "long ", count: 100_000)),
            Member("jdk/é", content: "accent"),
        ]
    }

    private func expected(_ all: [Read]) -> [Read] {
        [
            Read(path: "jdk", kind: .directory, mode: 0o755),
            Read(path: "jdk/bin/java", kind: .file(size: 4), mode: 0o755, content: "java"),
            Read(path: "jdk/empty", kind: .file(size: 0), mode: 0o644),
            Read(path: "jdk/lib/libx.so", kind: .link(target: Array("../bin/java".utf8)), mode: 0o777),
            Read(
                path: "jdk/spaced name\\n", kind: .file(size: 500_000), mode: 0o644,
                content: String(repeating: "long ", count: 100_000)),
            Read(path: "jdk/é", kind: .file(size: 6), mode: 0o644, content: "accent"),
        ]
    }

    @Test(arguments: ["none", "gzip", "xz", "zstd", "bzip2"], ["gnutar", "pax"])
    func `reads tar under each compression`(filter: String, format: String) throws {
        let all = try read(try scratch.archive(ordinary, format: format, filter: filter))
        #expect(all == expected(all))
    }

    @Test func `reads zip with modes and links`() throws {
        let all = try read(try scratch.archive(ordinary, format: "zip"))
        #expect(all == expected(all))
    }

    @Test(arguments: ["gnutar", "pax"]) func `reads names that need extension headers`(format: String) throws {
        let long = Array(repeating: "ünï-" + String(repeating: "x", count: 90), count: 5).joined(separator: "/")
        let all = try read(try scratch.archive([Member(long, content: "x")], format: format))
        #expect(all.map(\.path) == [long])
    }

    @Test func `hands over names that aren't UTF-8 as bytes`() throws {
        var member = Member("x")
        member.path = [0x61, 0xE9, 0x62]
        var reader = try ArchiveReader(try scratch.archive([member]))
        #expect(try reader.next()?.path == [0x61, 0xE9, 0x62])
    }

    @Test(arguments: [
        ("/etc/passwd", "its path is absolute"), ("a/../../b", "its path leads upwards with \"..\""),
        ("..", "its path leads upwards with \"..\""),
    ])
    func `refuses paths that leave the archive`(path: String, reason: String) throws {
        for format in ["gnutar", "zip"] {
            let all = try read(try scratch.archive([Member(path, content: "x"), Member("ok")], format: format))
            #expect(all.map(\.kind) == [.refused(reason: reason), .file(size: 0)])
        }
    }

    @Test(arguments: [
        (Member.Kind.character, "it is a character device"), (.block, "it is a block device"),
        (.fifo, "it is a named pipe"),
    ])
    func `refuses special files`(type: Member.Kind, reason: String) throws {
        let all = try read(try scratch.archive([Member("x", type: type)]))
        #expect(all.map(\.kind) == [.refused(reason: reason)])
    }

    @Test func `follows hard links to a path in the same form`() throws {
        let all = try read(
            try scratch.archive([Member("./a/one", content: "1"), Member("./two", hardLink: "./a/one")]))
        #expect(all.map(\.kind) == [.file(size: 1), .hardLink(to: Array("a/one".utf8))])
        let outside = try read(try scratch.archive([Member("two", hardLink: "../../etc/passwd")]))
        #expect(outside.map(\.kind) == [.refused(reason: "it is a hard link to a path outside the archive")])
    }

    @Test func `stops at the limits`() throws {
        let bomb = try scratch.archive(
            [Member("zeros", content: String(repeating: "\0", count: 3 << 20))], filter: "xz")
        #expect(throws: Failure(.failed, "\(bomb) expands to more than 1048576 bytes, the limit")) {
            try read(bomb, limits: ArchiveLimits(bytes: 1 << 20))
        }
        let many = try scratch.archive((0..<20).map { Member("\($0)") })
        #expect(throws: Failure(.failed, "\(many) has more than 10 members, the limit")) {
            try read(many, limits: ArchiveLimits(members: 10))
        }
    }

    @Test(arguments: ["none", "gzip", "xz", "zstd", "bzip2"])
    func `notices an archive that was cut off`(filter: String) throws {
        let whole = try readFile(try scratch.archive(ordinary, filter: filter))
        let cut = scratch.path + "/cut"
        for length in [whole.count / 2, whole.count - 10240, whole.count - 12].filter({ $0 > 0 }) {
            try write(Array(whole[..<length]), to: cut)
            if filter == "none", length == whole.count - 12 { continue }
            #expect(throws: Failure.self, "\(length) of \(whole.count)") { try read(cut) }
        }
    }

    @Test func `notices a plain tar that was cut off between two members`() throws {
        let whole = try readFile(try scratch.archive([Member("a", content: "1"), Member("b", content: "2")]))
        let cut = scratch.path + "/cut"
        try write(Array(whole[..<1024]), to: cut)
        #expect(throws: Failure(.failed, "\(cut) is cut off: a tar archive ends with a block of zeros")) {
            try read(cut)
        }
    }

    @Test func `refuses what is no archive`() throws {
        let text = scratch.path + "/text"
        for content in ["", "just text\n"] {
            try write(Array(content.utf8), to: text)
            #expect(throws: Failure.self) { try read(text) }
        }
        #expect(throws: Failure.self) { try read("/nonexistent") }
    }

    @Test func `refuses encrypted members`() throws {
        let archive = try scratch.archive([Member("x", content: "secret")], format: "zip", passphrase: "p")
        var reader = try ArchiveReader(archive)
        #expect(try reader.next()?.kind == .refused(reason: "it is encrypted"))
    }

    @Test(arguments: [("zip", "none"), ("gnutar", "none"), ("pax", "gzip"), ("gnutar", "xz")])
    func `ends with entries or a failure whatever is damaged`(format: String, filter: String) throws {
        let whole = try readFile(try scratch.archive(ordinary, format: format, filter: filter))
        let damaged = scratch.path + "/damaged"
        for position in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
            var bytes = whole
            bytes[position] ^= 0x55
            try write(bytes, to: damaged)
            _ = try? read(damaged)
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        try FileDescriptor.open(path, [.write, .create, .truncate]).write(bytes)
    }
}

@Suite struct `Stripped components` {
    private func file(_ path: String) -> ArchiveEntry {
        ArchiveEntry(path: Array(path.utf8), kind: .file(size: 1), mode: 0o644)
    }

    @Test func `drop from paths and hard links`() {
        #expect(file("a/b/c").strippingComponents(1) == file("b/c"))
        #expect(file("a/b/c").strippingComponents(0) == file("a/b/c"))
        #expect(file("a/b/c").strippingComponents(3) == nil)
        var link = file("top/x")
        link.kind = .hardLink(to: Array("top/y".utf8))
        #expect(link.strippingComponents(1)?.kind == .hardLink(to: Array("y".utf8)))
        link.kind = .link(target: Array("../y".utf8))
        #expect(link.strippingComponents(1)?.kind == .link(target: Array("../y".utf8)))
    }
}
