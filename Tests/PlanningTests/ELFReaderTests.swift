import Diagnostics
import LinuxIO
import Testing

@testable import Planning

/// The reader beside readelf(1), and beside files that lie.
@Suite(.enabled(if: ELFSamples.hasCompiler)) struct `The ELF reader` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    /// What binutils says of a file: libraries, name, paths, versions.
    private func readelf(
        _ path: String
    ) throws -> (
        needed: [String], soname: [String], paths: [String], versions: Set<String>, loader: [String]
    ) {
        let result = try Subprocess.run(["/usr/bin/readelf", "-lWdV", path])
        try #require(result.status == 0)
        var (needed, soname, paths, loader) = ([String](), [String](), [String](), [String]())
        var versions: Set<String> = []
        var file = ""
        for line in result.text.split(separator: "\n") {
            func bracketed() -> String {
                String(line[line.index(after: line.firstIndex(of: "[") ?? line.startIndex)...].prefix { $0 != "]" })
            }
            let words = line.split(separator: " ").map(String.init)
            if line.contains("(NEEDED)") { needed.append(bracketed()) }
            if line.contains("(SONAME)") { soname.append(bracketed()) }
            if line.contains("(RPATH)") || line.contains("(RUNPATH)") { paths.append(bracketed()) }
            if line.contains("[Requesting program interpreter: ") {
                loader.append(String(bracketed().split(separator: " ").last ?? ""))
            }
            if line.hasPrefix("Version definition section") { file = "" }
            if let index = words.firstIndex(of: "File:"), words.contains("Version:") { file = words[index + 1] }
            if let index = words.firstIndex(of: "Name:"), words.contains("Flags:"), file != "" {
                versions.insert(file + " " + words[index + 1])
            }
        }
        return (needed, soname, paths, versions, loader)
    }

    private func compare(_ path: String) throws {
        let file = try ELFSamples.read(path)
        let other = try readelf(path)
        #expect(file.needed == other.needed, "\(path)")
        #expect([file.soname].compactMap { $0 } == other.soname, "\(path)")
        #expect(file.searchPaths == other.paths, "\(path)")
        #expect(Set(file.versions.map { $0.library + " " + $0.version }) == other.versions, "\(path)")
        #expect([file.interpreter].compactMap { $0 } == other.loader, "\(path)")
    }

    @Test func `agrees with readelf on this system's own files`() throws {
        let names = try Directory.open("/usr/bin").names().sorted()
        let files = names.map { "/usr/bin/" + $0 }.filter { path in
            guard let status = fileStatus(path), status.kind == .file, status.size < 4 << 20 else { return false }
            guard let head = try? readFile(path, limit: 4 << 20).prefix(4) else { return false }
            return head.elementsEqual([0x7F, 0x45, 0x4C, 0x46])
        }
        try #require(files.count > 20)
        for path in files.enumerated().filter({ $0.offset % (files.count / 20) == 0 }).map(\.element) {
            try compare(path)
        }
        for name in ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6"] {
            let directory = "/usr/lib/x86_64-linux-gnu/"
            guard fileStatus(directory + name) != nil else { continue }
            try compare(directory + name)
        }
    }

    @Test func `agrees with readelf on what linkers make`() throws {
        let code = "#include <stdio.h>\nint main(void) { puts(\"x\"); return 0; }\n"
        let variants: [(String, [String])] = [
            ("plain", []), ("static", ["-static"]), ("fixed", ["-no-pie"]),
            ("runpath", ["-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib:/opt/x"]),
            ("rpath", ["-Wl,--disable-new-dtags,-rpath,$ORIGIN"]), ("sysv", ["-Wl,--hash-style=sysv"]),
            ("stripped", ["-s"]), ("loader", ["-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1"]),
            ("library", ["-shared", "-fPIC", "-Wl,-soname,liblib.so.2"]), ("object", ["-c"]),
        ]
        for (name, options) in variants {
            try ELFSamples.compile(code, to: name, in: tree, options)
            try compare(tree.path + "/" + name)
        }
        let plain = try ELFSamples.read(tree.path + "/plain")
        #expect(plain.is64 && plain.machine == 62 && plain.type == 3)
        #expect(try ELFSamples.read(tree.path + "/object").type == 1)
        for name in ["plain", "fixed", "sysv", "stripped"] {
            let symbols = try ELFSamples.read(tree.path + "/" + name).versions.compactMap(\.symbol)
            #expect(symbols.contains("puts"), "\(name): \(symbols)")
            #expect(symbols.contains("__libc_start_main"), "\(name): \(symbols)")
        }
    }

    @Test func `reads what was put aside for debuggers`() throws {
        try ELFSamples.compile("int main(void) { return 0; }\n", to: "plain", in: tree, ["-g"])
        let debug = tree.path + "/plain.debug"
        try #require(
            Subprocess.run(["/usr/bin/objcopy", "--only-keep-debug", tree.path + "/plain", debug]).status == 0)
        #expect(try ELFSamples.read(debug).needed == [])
        // Other tools leave the program headers as they were.
        var bytes = try readFile(debug, limit: 1 << 20)
        let headers = Int(bytes.get(8, at: 32))
        for index in 0..<Int(bytes.get(2, at: 56)) { bytes.put(1 << 30, 8, at: headers + 56 * index + 32) }
        #expect(try ELFFile(ByteSource(bytes, name: "x")).versions == [])
    }

    @Test func `finds every truncation, with the byte where the file ends`() throws {
        try ELFSamples.compile("int main(void) { return 0; }\n", to: "x", in: tree, ["-s", "-Wl,-rpath,$ORIGIN"])
        let whole = try ELFSamples.bytes("x", in: tree)
        // Each length near something, and enough of the rest.
        for length in 0..<whole.count where length < 1200 || length > whole.count - 2200 || length % 13 == 0 {
            let cut = ByteSource(Array(whole[..<length]), name: "x")
            let failure = #expect(throws: Failure.self, "\(length)") { try ELFFile(cut) }
            #expect(failure?.code == .integrity)
            #expect(failure?.message.contains("ends at byte \(length)") == true, "\(failure?.message ?? "")")
        }
        _ = try ELFFile(ByteSource(whole, name: "x"))
    }

    @Test func `survives any byte changed to any of the worst`() throws {
        try ELFSamples.compile(
            "#include <stdio.h>\nint main(void) { puts(\"x\"); return 0; }\n", to: "x", in: tree, ["-s"])
        let whole = try ELFSamples.bytes("x", in: tree)
        var patient = whole
        var failures = 0
        func examine(_ range: Range<Int>) {
            for offset in range {
                for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                    patient[offset] = value
                    do { _ = try ELFFile(ByteSource(patient, name: "x")) } catch {
                        failures += 1
                        #expect(error.code == .integrity, "\(offset)")
                    }
                }
                patient[offset] = whole[offset]
            }
        }
        // The headers, what lies before the code, and the dynamic section.
        examine(0..<min(0x800, whole.count))
        let headers = Int(whole.get(8, at: 32))
        for index in 0..<Int(whole.get(2, at: 56)) where whole.get(4, at: headers + 56 * index) == 2 {
            let start = Int(whole.get(8, at: headers + 56 * index + 8))
            examine(start..<start + Int(whole.get(8, at: headers + 56 * index + 32)))
        }
        #expect(failures > 100)
    }

    /// A file whose dynamic section, strings and versions are where a test puts them.
    private func crafted(_ change: (inout [UInt8]) -> Void) -> ByteSource {
        var bytes = [UInt8](repeating: 0, count: 0x1000)
        bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1])
        bytes.put(3, 2, at: 16)
        bytes.put(62, 2, at: 18)
        bytes.put(64, 8, at: 32)
        bytes.put(56, 2, at: 54)
        bytes.put(2, 2, at: 56)
        // Everything at address 0; the dynamic section at 0x100.
        bytes.put(1, 4, at: 64)
        bytes.put(0x1000, 8, at: 64 + 32)
        bytes.put(2, 4, at: 120)
        bytes.put(0x100, 8, at: 120 + 8)
        bytes.put(0x100, 8, at: 120 + 16)
        bytes.put(0x100, 8, at: 120 + 32)
        let dynamic: [(UInt64, UInt64)] = [
            (5, 0x400), (10, 0x100), (1, 1), (0x6FFF_FFFE, 0x600), (0x6FFF_FFFF, 1), (6, 0x800), (0x6FFF_FFF0, 0xA00),
        ]
        for (index, entry) in dynamic.enumerated() {
            bytes.put(entry.0, 8, at: 0x100 + 16 * index)
            bytes.put(entry.1, 8, at: 0x108 + 16 * index)
        }
        bytes.replaceSubrange(0x401..<0x406, with: Array("lib.1".utf8))
        bytes.replaceSubrange(0x410..<0x41A, with: Array("GLIBC_2.99".utf8))
        bytes.replaceSubrange(0x420..<0x424, with: Array("call".utf8))
        // One Verneed with one Vernaux, index 7; symbol 1 has it.
        bytes.put(1, 2, at: 0x600)
        bytes.put(1, 2, at: 0x602)
        bytes.put(1, 4, at: 0x604)
        bytes.put(16, 4, at: 0x608)
        bytes.put(7, 2, at: 0x616)
        bytes.put(0x10, 4, at: 0x618)
        bytes.put(0x20, 4, at: 0x818)
        bytes.put(7, 2, at: 0xA02)
        change(&bytes)
        return ByteSource(bytes, name: "crafted")
    }

    @Test func `reads a crafted file`() throws {
        let file = try ELFFile(crafted { _ in })
        #expect(file.needed == ["lib.1"])
        #expect(file.versions == [.init(library: "lib.1", version: "GLIBC_2.99", symbol: "call")])
    }

    private func expectDamage(_ words: String, _ change: (inout [UInt8]) -> Void) {
        let failure = #expect(throws: Failure.self, "\(words)") { try ELFFile(crafted(change)) }
        #expect(failure?.code == .integrity)
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test func `refuses lies, with the place`() {
        expectDamage("program headers have 8 bytes") { $0.put(8, 2, at: 54) }
        expectDamage("65535 program headers") { $0.put(0xFFFF, 2, at: 56) }
        expectDamage("expected at byte 18446744073709551615") { $0.put(.max, 8, at: 32) }
        expectDamage("a segment is expected at byte 0 with 18446744073709551615 bytes") { $0.put(.max, 8, at: 96) }
        expectDamage("a segment is expected at byte 18446744073709551615") { $0.put(.max, 8, at: 128) }
        expectDamage("the table of sections is expected at byte 4096") {
            $0.put(0x1000, 8, at: 40)
            $0.put(64, 2, at: 58)
            $0.put(1, 2, at: 60)
        }
        expectDamage("address 0xffffffffffffffff, where the file has nothing") { $0.put(.max, 8, at: 0x108) }
        expectDamage("byte 300 of the table of strings, which has 256") { $0.put(300, 8, at: 0x128) }
        expectDamage("names strings, but has no table of them") { $0.put(99, 8, at: 0x100) }
        expectDamage("has no end") { bytes in for index in 0x400..<0x1000 { bytes[index] = 65 } }
        expectDamage("leads to its byte 4294967295") { $0.put(0xFFFF_FFFF, 4, at: 0x608) }
        expectDamage("leads to its byte 4294967295") { $0.put(0xFFFF_FFFF, 4, at: 0x60C) }
        expectDamage("the table of versions is said to be at address") { $0.put(1 << 40, 8, at: 0x138) }
    }

    @Test func `ends where tables go round`() throws {
        // Each record leads to the next byte; a lying count asks for 65,535 more.
        let file = try? ELFFile(
            crafted { bytes in
                for offset in 0x600..<0x1000 { bytes[offset] = 0 }
                for offset in stride(from: 0x600, to: 0x1000, by: 16) { bytes.put(16, 4, at: offset + 12) }
            })
        #expect(file == nil, "the last record leads behind the segment")
        let loop = try ELFFile(crafted { $0.put(0xFFFF, 2, at: 0x602) })
        #expect(loop.versions.count == 1, "an offset of 0 ends a list, whatever the count says")
    }

    @Test func `reads both word sizes and byte orders`() throws {
        // An empty 32-bit big-endian executable.
        var bytes = [UInt8](repeating: 0, count: 52)
        bytes.replaceSubrange(0..<7, with: [0x7F, 0x45, 0x4C, 0x46, 1, 2, 1])
        bytes[17] = 2
        bytes[19] = 20
        let file = try ELFFile(ByteSource(bytes, name: "x"))
        #expect(!file.is64 && file.machine == 20 && file.type == 2)
    }
}
