import Diagnostics
import IndexFiles
import LinuxIO
import SiteStorage
import TestSupport
import Testing

@Suite struct GenerationDraftTests {
    private func withSite(_ body: (borrowing SiteDirectory) throws -> Void) throws {
        try withScratch { scratch in
            let path = PathText.join(scratch.path, "deep/site")
            try SiteDirectory.create(path)
            try body(SiteDirectory(path))
        }
    }

    private func text(_ path: String, of site: borrowing SiteDirectory) throws -> String {
        String(decoding: try readFile(PathText.join(site.path, "public/" + path)), as: UTF8.self)
    }

    /// Publishes one state.
    @discardableResult
    private func publish(
        _ site: borrowing SiteDirectory, _ change: (inout GenerationDraft) throws -> Void
    ) throws -> Int {
        let lock = try SiteLock(site, lease: 600, wait: 0)
        try site.removeLeftovers(lock)
        var draft = try GenerationDraft(site, lock: lock)
        try change(&draft)
        return try draft.commit(lock)
    }

    @Test func `what isn't changed is the same file in the next generation`() throws {
        try withSite { site in
            #expect(try site.current() == nil)
            let first = try publish(site) { draft in
                try draft.write(Array("old".utf8), to: "apt/Release")
                try draft.write(Array("key".utf8), to: "key.asc")
                try draft.makeLink("apt/pool", target: "../../../store/deb")
                try draft.makeName("apt/by-hash/1", of: "apt/Release")
            }
            let second = try publish(site) { draft in
                try draft.write(Array("new".utf8), to: "apt/Release")
                try draft.makeName("apt/by-hash/2", of: "apt/Release")
            }
            #expect((first, second) == (1, 2))
            #expect(try site.current() == 2)
            #expect(try text("apt/Release", of: site) == "new")
            #expect(try text("apt/by-hash/1", of: site) == "old")
            #expect(try text("apt/by-hash/2", of: site) == "new")
            let times = try (1...2).map {
                try site.directory.status("generations/00000\($0)/apt/Release")?.modified.seconds
            }
            #expect(times[0] ?? 0 < times[1] ?? 0)
            let keys = try (1...2).map { try site.directory.status("generations/00000\($0)/key.asc") }
            #expect(keys[0]?.inode == keys[1]?.inode)
            #expect(try site.directory.linkTarget("generations/000002/apt/pool") == "../../../store/deb")
            #expect(try site.finished() == [1, 2])
        }
    }

    @Test func `a draft knows whether anything changes`() throws {
        try withSite { site in
            try publish(site) { draft in try draft.write(Array("same".utf8), to: "a/b") }
            let lock = try SiteLock(site, lease: 600, wait: 0)
            var draft = try GenerationDraft(site, lock: lock)
            try draft.write(Array("same".utf8), to: "a/b")
            var isChanged = draft.isChanged
            #expect(!isChanged)
            try draft.write(Array("other".utf8), to: "a/b")
            isChanged = draft.isChanged
            #expect(isChanged)
            #expect(try draft.open("a/b")?.read(5, at: 0) == Array("other".utf8))
        }
    }

    @Test func `a draft that ends without a commit leaves nothing`() throws {
        try withSite { site in
            try publish(site) { draft in try draft.write([1], to: "a") }
            do {
                let lock = try SiteLock(site, lease: 600, wait: 0)
                var draft = try GenerationDraft(site, lock: lock)
                try draft.write([2], to: "deep/b")
                #expect(try site.directory.directory("generations").names() == ["000001", "000002.new"])
            }
            #expect(try site.directory.directory("generations").names() == ["000001"])
            #expect(try site.current() == 1)
        }
    }

    @Test func `what a killed publisher left is removed`() throws {
        try withSite { site in
            try publish(site) { draft in try draft.write([1], to: "a") }
            try site.directory.makeDirectories("generations/000002/x")
            try site.directory.makeDirectories("generations/000002.new/x")
            try site.directory.makeLink(".public.new", target: "generations/000002")
            for name in ["store/.new-0123", "store/deb"] { _ = try site.directory.file(name, .create) }
            try publish(site) { draft in try draft.write([2], to: "a") }
            let generations = try site.directory.directory("generations")
            #expect(try generations.names() == ["000001", "000002"])
            #expect(try generations.directory("000002").names() == ["a"])
            #expect(try site.directory.names() == ["generations", "lock", "public", "store"])
            #expect(try site.directory.directory("store").names() == ["deb"])
        }
    }

    @Test func `a directory that is no site is refused`() throws {
        try withScratch { scratch in
            #expect { _ = try SiteDirectory(scratch.path) } throws: { ($0 as? Failure)?.code == .usage }
            try scratch.makeDirectory("home")
            #expect { try SiteDirectory.create(scratch.path) } throws: { ($0 as? Failure)?.code == .usage }
        }
    }

    @Test func `a second publisher is told who is at work`() throws {
        try withSite { site in
            let lock = try SiteLock(site, lease: 600, wait: 0)
            var told = 0
            #expect(throws: Failure(.conflict, "another publisher is at work on \(site.path)")) {
                _ = try SiteLock(site, lease: 600, wait: 1) { holder in
                    told += holder?.process == Int64(System.processID) ? 1 : 100
                }
            }
            #expect(told == 1)
            try lock.check()
        }
    }

    @Test func `a lock without a holder is free, and so is a lease of a kernel that was started again`() throws {
        try withSite { site in
            let path = PathText.join(site.path, "lock")
            let now = System.now
            for (renewed, lease, isFree) in [(now - 1000, 600, true), (now - 1000, 1600, false), (now, 600, false)] {
                let file = try StagedFile(replacing: path, mode: 0o644)
                try file.write(
                    """
                    {"host":"other","process":1,"renewed":\(renewed),"lease":\(lease),"boot":"elsewhere","token":"x"}
                    """)
                try file.commit()
                if isFree {
                    _ = try SiteLock(site, lease: 600, wait: 0)
                    #expect(try readFile(path).isEmpty)
                } else {
                    #expect {
                        _ = try SiteLock(site, lease: 600, wait: 0)
                    } throws: { error in
                        guard let failure = error as? Failure else { return false }
                        return failure.code == .conflict && failure.cause?.contains("process 1 on other") == true
                            && failure.cause?.contains("a lease that runs out in") == true && failure.hints.count == 2
                    }
                }
            }
        }
    }

    @Test func `a lease that somebody took over is left to them`() throws {
        try withSite { site in
            let path = PathText.join(site.path, "lock")
            let other = #"{"host":"other","process":1,"renewed":1,"lease":1,"boot":"elsewhere","token":"x"}"#
            do {
                let lock = try SiteLock(site, lease: 600, wait: 0)
                let file = try site.directory.file("lock", .readWrite)
                try file.truncate(to: 0)
                try file.write(other)
                #expect { try lock.check() } throws: { ($0 as? Failure)?.code == .conflict }
            }
            #expect(try readFile(path) == Array(other.utf8))
        }
    }

    @Test func `the store takes a file once`() throws {
        try withSite { site in
            let store = try PackageStore(site)
            let content = Array("package".utf8)
            let digest = FileDigest(of: content)
            let source = ByteSource(content, name: "x.deb")
            try add(source, digest, as: "deb/x/x.deb", to: store) { #expect($0) }
            try add(source, digest, as: "deb/x/x.deb", to: store) { #expect(!$0) }
            #expect(try store.status("deb/x/x.deb")?.mode == 0o644)
            #expect(try store.files(below: "deb") == ["deb/x/x.deb"])
            #expect(try store.open("deb/none/x") == nil)
            #expect { try add(source, FileDigest(of: [1]), as: "deb/y", to: store) } throws: {
                ($0 as? Failure)?.code == .integrity
            }
            #expect { try add(ByteSource([2], name: "y"), FileDigest(of: [2]), as: "deb/x/x.deb", to: store) } throws: {
                ($0 as? Failure)?.code == .conflict
            }
            #expect(try store.files(below: "deb") == ["deb/x/x.deb"])
            #expect(try site.directory.directory("store").names() == ["deb"])
            try store.remove("deb/x/x.deb")
            #expect(try store.files(below: "deb").isEmpty)
        }
    }

    @Test func `a directory whose maker was killed before it set the mode gets it`() throws {
        try withSite { site in
            try site.directory.makeDirectory("store/deb", mode: 0o700)
            try site.directory.makeDirectory("store/deb/x", mode: 0o2770)
            let content = Array("package".utf8)
            try add(
                ByteSource(content, name: "x.deb"), FileDigest(of: content), as: "deb/x/x.deb",
                to: try PackageStore(site))
            #expect(try site.directory.status("store/deb")?.mode == 0o755)
            #expect(try site.directory.status("store/deb/x")?.mode == 0o2775)
            try site.directory.directory("generations").descriptor.setMode(0o700)
            try SiteDirectory.create(site.path)
            #expect(try site.directory.status("generations")?.mode == 0o755)
        }
    }

    @Test(arguments: [3, 100])
    func `a batch puts all files in their places or leaves none`(count: Int) throws {
        try withSite { site in
            let store = try PackageStore(site)
            let names = (100..<100 + count).map { "deb/x/\($0).deb" }
            for isCommitted in [false, true] {
                var batch = try StoreBatch(store)
                for name in names {
                    let content = Array(name.utf8)
                    try batch.add(ByteSource(content, name: name), digest: FileDigest(of: content), as: name, time: 7)
                }
                #expect(try store.files(below: "deb").isEmpty)
                if isCommitted { try batch.commit() }
            }
            #expect(try store.files(below: "deb") == names)
            #expect(try store.status(names[0])?.modified.seconds == 7)
            #expect(try site.directory.directory("store").names() == ["deb"])
        }
    }

    private func add(
        _ source: ByteSource, _ digest: FileDigest, as path: String, to store: borrowing PackageStore,
        _ check: (Bool) -> Void = { _ in }
    ) throws {
        var batch = try StoreBatch(store)
        check(try batch.add(source, digest: digest, as: path, time: 1))
        try batch.commit()
    }
}
