import Diagnostics
import Digests
import TestSupport
import Testing

@testable import RPMFormat

/// What no package can be.
@Suite struct RefusalTests {
    private func refuse(
        _ hint: String, sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout SampleRPM) -> Void
    ) throws {
        var sample = SampleRPM.demo()
        change(&sample)
        let error = #expect(throws: Failure.self, sourceLocation: sourceLocation) { try sample.package.check() }
        #expect(error?.code == .usage, sourceLocation: sourceLocation)
        #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }

    @Test func `files from 4 GiB on are refused by name`() throws {
        try refuse("/opt/huge has 4294967295 bytes; an RPM takes files below 4 GiB") { sample in
            sample.add(
                RPMEntry(path: "/opt/huge", content: .file(size: 0xFFFF_FFFF, digest: .zero), mode: 0o644))
        }
        var package = SampleRPM().package
        package.entries = [RPMEntry(path: "/opt/huge", content: .file(size: 1 << 32, digest: .zero), mode: 0o644)]
        #expect(throws: Failure.self) { try package.header(ofEntryAt: 0) }
        #expect(throws: Failure.self) { try package.header(ofEntryAt: 1) }
        #expect(throws: Failure.self) { try SampleRPM.demo().package.header(ofEntryAt: 8) }
    }

    @Test func `names, versions and relations follow rpm's grammar`() throws {
        for name in ["", "-a", "a b", "a/b", "a\n", "ä"] { try refuse("name") { $0.package.name = name } }
        for version in ["", "1-2", "1:2", "1 2", "1/2"] {
            try refuse("version") { $0.package.version = version }
            try refuse("release") { $0.package.release = version }
        }
        try refuse("architecture") { $0.package.architecture = "x86-64" }
        try refuse("time") { $0.package.timestamp = -1 }
        try refuse("time") { $0.package.timestamp = 1 << 32 }
        try refuse("time of a change") { $0.package.changes = [RPMChange(timestamp: -1, author: "", text: "")] }
        try refuse("NUL") { $0.package.summary = "a\0b" }
        try refuse("NUL") { $0.package.scripts[1].body = "a\0b" }
        try refuse("interpreter") { $0.package.scripts[1].program = ["sh"] }
        try refuse("interpreter") { $0.package.scripts[1].program = [] }
        try refuse("two scriptlets") { $0.package.scripts.append(RPMScriptlet(.pre, body: "")) }
        try refuse("a b") { $0.package.relations.append(RPMRelation(.requires, "a b")) }
        try refuse("version of a") { $0.package.relations.append(RPMRelation(.requires, "a", version: (.less, "1-"))) }
        try refuse("stages") { $0.package.relations.append(RPMRelation(.conflicts, "a", stages: [.pre])) }
    }

    @Test func `paths are plain, sorted and there once`() throws {
        for path in [
            "opt", "/opt//a", "/opt/./a", "/opt/../a", "/opt/a/", "/", "/opt/a\0",
            "/" + String(repeating: "x/", count: 2050) + "x",
        ] {
            try refuse("absolute path") { $0.add(RPMEntry(path: path, content: .directory, mode: 0o755)) }
        }
        try refuse("has 247 bytes; rpm can unpack 246") { $0.addFile("/opt/" + String(repeating: "x", count: 247), "") }
        try refuse("sorted") { $0.package.entries.swapAt(1, 2) }
        try refuse("sorted") { $0.addDirectory("/opt/demo") }
        try refuse("mode") { $0.addDirectory("/opt/zzz", mode: 0o100755) }
        try refuse("owner") { $0.add(RPMEntry(path: "/opt/z", content: .directory, mode: 0, owner: "")) }
        try refuse("target") { $0.add(RPMEntry(path: "/opt/z", content: .link(target: ""), mode: 0o777)) }
        try refuse("ghost") {
            $0.add(RPMEntry(path: "/opt/z", content: .file(size: 1, digest: .zero), mode: 0, flags: .ghost))
        }
        try refuse("capabilities") {
            $0.add(RPMEntry(path: "/opt/z", content: .directory, mode: 0, capabilities: "cap_kill=ep"))
        }
    }
}
