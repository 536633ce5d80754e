import DefinitionFiles
import Diagnostics
import Planning
import SetupPlan
import Testing

@testable import Product

/// What the files of a product need, compared with what the manifest promises.
@Suite(.enabled(if: ELFSamples.hasCompiler)) struct `ELF checks` {
    private let tree: SourceTree
    /// Uses a symbol that glibc has since 2.2.5 and start-up code that this machine's linker chose.
    private static let program = "#include <stdio.h>\nint main(void) { puts(\"x\"); return 0; }\n"
    /// Needs glibc 2.25 for certain.
    private static let getrandom = """
        #include <sys/random.h>
        int fill(void *place) { return getrandom(place, 8, 0); }

        """
    private static let library = "int answer(void) { return 42; }\n"
    private static let caller = "int answer(void);\nint main(void) { return answer(); }\n"

    init() throws { tree = try SourceTree() }

    private func plan(_ packages: String, _ more: String = "") throws -> InstallPlan {
        let manifest = try Manifest(
            parsing: """
                name: my-agent
                version: 2.0.0
                vendor: Example
                maintainer: Example <support@example.com>
                description: Watches things.
                packages:
                \(packages)
                \(more)
                """, file: "product.yaml")
        return try Planner(
            manifest, directory: tree.path, environment: PlanningEnvironment(sourceDateEpoch: "1700000000")
        ).plan(for: .amd64)
    }

    /// The messages without their places.
    private func findings(_ packages: String, _ more: String = "") throws -> [String] {
        do {
            _ = try plan(packages, more)
        } catch let failure as Failure {
            #expect(failure.code == .usage)
            return (failure.cause ?? "").split(separator: "\n").map { line in
                String(line.split(separator: ": ", maxSplits: 2, omittingEmptySubsequences: false).last ?? "")
            }
        }
        return []
    }

    private static let one = "  - { name: my-agent, contents: [{ source: agent/ }] }"

    @Test func `the C library is no newer than the oldest system's`() throws {
        try ELFSamples.compile(
            Self.getrandom, to: "agent/lib/libfill.so", in: tree, ["-shared", "-fPIC", "-nostartfiles"])
        #expect(try findings(Self.one) == [], "nothing is promised")
        #expect(try findings(Self.one, "requirements: { os: [debian, ubuntu>=18.04, plan9>=4] }") == [])
        #expect(
            try findings(Self.one, "requirements: { os: [debian>=10, ubuntu>=14.04, el>=7.9, sles>=15] }") == [
                "lib/libfill.so needs GLIBC_2.25 (getrandom, libc.so.6), while el>=7.9 has glibc 2.17"
            ])
        #expect(
            try findings(Self.one, "requirements: { os: [rocky>=8, debian>=5] }") == [
                "lib/libfill.so needs GLIBC_2.25 (getrandom, libc.so.6), while debian>=5 has glibc 2.11 or an older one"
            ])
        let waived = try plan(
            Self.one,
            "requirements: { os: [el>=7] }\nelf: { waive: [{ file: \"lib*.so\", check: glibc, reason: newer ones only }] }"
        )
        #expect(waived.warnings == [])
    }

    @Test func `libraries are in the package or in one that it depends on`() throws {
        try ELFSamples.compile(
            Self.library, to: "build/libanswer.so", in: tree, ["-shared", "-fPIC", "-Wl,-soname,libanswer.so.1"])
        try ELFSamples.compile(Self.caller, to: "agent/bin/agent", in: tree, [tree.path + "/build/libanswer.so"])
        #expect(
            try findings(Self.one) == [
                "bin/agent needs libanswer.so.1, which is neither in the product nor on every system"
            ])
        // The name that counts is in the library, whatever its file is called.
        try tree.bytes("agent/lib/libanswer.so.1.2.3", try ELFSamples.bytes("build/libanswer.so", in: tree))
        #expect(try findings(Self.one) == [])
        // Or it is a link's.
        try tree.file("agent/lib/libanswer.so.1.2.3", "not ELF")
        #expect(try findings(Self.one).count == 1)
        try tree.link("agent/lib/libanswer.so.1", "libanswer.so.1.2.3")
        #expect(try findings(Self.one) == [])

        let two = """
              - { name: my-agent, DEPENDS, contents: [{ source: agent/bin, to: bin }] }
              - { name: middle, depends: [my-lib], contents: [{ source: build/libanswer.so, to: other/ }] }
              - { name: my-lib, contents: [{ source: agent/lib, to: lib }] }
            """
        #expect(
            try findings(two.replacing("DEPENDS", with: "depends: [elsewhere]")) == [
                "bin/agent needs libanswer.so.1 from the package middle, on which my-agent doesn't depend"
            ])
        #expect(try findings(two.replacing("DEPENDS", with: "depends: [middle]")) == [])
        #expect(try findings(two.replacing("DEPENDS", with: "depends: [my-lib]")) == [])
    }

    @Test func `libraries of the system are named in the manifest`() throws {
        try ELFSamples.compile(
            Self.library, to: "build/libanswer.so", in: tree, ["-shared", "-fPIC", "-Wl,-soname,libanswer.so.1"])
        try ELFSamples.compile(Self.caller, to: "agent/agent", in: tree, [tree.path + "/build/libanswer.so", "-lm"])
        #expect(try findings(Self.one, "elf: { libraries: [libanswer.so.1] }") == [])
        #expect(try findings(Self.one, "elf: { libraries: [\"libans*.so.[0-9]\"] }") == [])
        #expect(try findings(Self.one, "elf: { libraries: [libanswer.so] }").count == 1)
        let waiver = "elf: { waive: [{ file: agent, check: needed, reason: the plugin is optional }] }"
        #expect(try findings(Self.one, waiver) == [])
        // A path, not a name.
        try ELFSamples.compile(Self.library, to: "build/plain.so", in: tree, ["-shared", "-fPIC"])
        try ELFSamples.compile(Self.caller, to: "agent/agent", in: tree, [tree.path + "/build/plain.so"])
        #expect(
            try findings(Self.one) == ["agent needs \(tree.path)/build/plain.so, a path that isn't the product's"])
    }

    @Test func `libraries are looked for inside the product`() throws {
        func compile(_ path: String, _ name: String = "bin/agent", old: Bool = false) throws {
            let tags = old ? "--disable-new-dtags" : "--enable-new-dtags"
            try ELFSamples.compile(Self.program, to: "agent/" + name, in: tree, ["-Wl,\(tags),-rpath," + path])
        }
        for path in ["$ORIGIN", "$ORIGIN/../lib", "${ORIGIN}/..", "/opt/my-agent/lib:$ORIGIN/x/../..", "/opt/my-agent"]
        {
            try compile(path)
            #expect(try findings(Self.one) == [], "\(path)")
        }
        for (path, reason) in [
            ("$ORIGIN/../..", "which is outside the product"), ("${ORIGIN}/../../lib", "which is outside the product"),
            ("$ORIGIN/../../bin", "which is outside the product"),
            ("/opt/my-agent/../lib", "which is outside the product"), ("/usr/local/lib", "which isn't the product's"),
            ("/opt/my-agent-2/lib", "which isn't the product's"),
            ("$ORIGINAL/lib", "which depends on the directory where it is started"),
            ("lib", "which depends on the directory where it is started"),
        ] {
            try compile("$ORIGIN:" + path)
            #expect(try findings(Self.one) == ["bin/agent looks for libraries in \"\(path)\", \(reason)"], "\(path)")
        }
        try compile("$ORIGIN::$ORIGIN", old: true)
        #expect(
            try findings(Self.one) == [
                "bin/agent looks for libraries in \"\", which depends on the directory where it is started"
            ])
        #expect(
            try findings(Self.one, "elf: { waive: [{ file: bin/agent, check: rpath, reason: harmless }] }") == [])
    }

    @Test func `programs are started by the system's loader or the product's own`() throws {
        try ELFSamples.compile(
            Self.program, to: "agent/agent", in: tree, ["-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1"])
        #expect(
            try findings(Self.one) == [
                "agent starts through musl's, \"/lib/ld-musl-x86_64.so.1\", which isn't the loader of the supported "
                    + "systems"
            ])
        try ELFSamples.compile(
            Self.program, to: "agent/agent", in: tree, ["-Wl,--dynamic-linker=/opt/my-agent/lib/loader"])
        #expect(try findings(Self.one).count == 1)
        try tree.file("agent/lib/loader")
        #expect(try findings(Self.one) == [])
    }

    @Test func `machines and damage are found, and nothing else in such files`() throws {
        try ELFSamples.compile(Self.program, to: "agent/cut", in: tree)
        let whole = try ELFSamples.bytes("agent/cut", in: tree)
        try tree.bytes("agent/cut", Array(whole[..<5000]))
        var arm = whole
        arm[18] = 183
        try tree.bytes("agent/arm", arm)
        var x32 = [UInt8](whole[..<52])
        x32[4] = 1
        for index in 40..<52 { x32[index] = 0 }
        for index in 28..<36 { x32[index] = 0 }
        try tree.bytes("agent/x32", x32)
        let found = try findings(Self.one)
        #expect(found.count == 3, "\(found)")
        #expect(found.first == "arm is made for arm64, while the product is for amd64")
        #expect(found[1].hasPrefix("cut is damaged: "), "\(found)")
        #expect(found[1].hasSuffix("but the file ends at byte 5000"), "\(found)")
        #expect(found.last == "x32 is made for x32, which kernels seldom run, while the product is for amd64")
        #expect(try findings(Self.one, "elf: { waive: [{ file: \"*\", check: machine, reason: test }] }") == [])
    }

    @Test func `each finding stands at its entry, with what to do about it`() throws {
        try ELFSamples.compile(Self.getrandom, to: "fill.so", in: tree, ["-shared", "-fPIC"])
        let failure = #expect(throws: Failure.self) {
            try plan(
                "  - { name: my-agent, contents: [{ source: fill.so, to: a }, { source: fill.so, to: b }] }",
                "requirements: { os: [el>=7] }")
        }
        let lines = (failure?.cause ?? "").split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("product.yaml:7:34: packages[0].contents[0]: a needs GLIBC_2.25"), "\(lines)")
        #expect(lines[1].hasPrefix("product.yaml:7:62: packages[0].contents[1]: b needs GLIBC_2.25"), "\(lines)")
        #expect(failure?.hints.count == 1, "one hint for a kind")
        #expect(failure?.hints.first?.contains("elf: { waive: [{ file: GLOB, check: glibc, reason: TEXT }] }") == true)
    }

    @Test func `what is taken from the system is known by package`() throws {
        try ELFSamples.compile(Self.library, to: "build/libown.so", in: tree, ["-shared", "-fPIC", "-nostdlib"])
        try ELFSamples.compile(
            Self.library, to: "build/libother.so", in: tree,
            ["-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libother.so.3"])
        try ELFSamples.compile(
            Self.getrandom, to: "agent/libfill.so", in: tree,
            [
                "-shared", "-fPIC", "-nostartfiles", "-Wl,--no-as-needed", "-L" + tree.path + "/build", "-lown",
                "-lother",
            ])
        let plan = try plan(
            """
              - { name: my-agent, depends: [own], contents: [{ source: agent/ }] }
              - { name: own, contents: [{ source: build/libown.so, to: lib/ }] }
            """, "elf: { libraries: [libother.so.3] }")
        #expect(plan.packages[0].systemLibraries.map(\.name) == ["libc.so.6", "libother.so.3"])
        #expect(plan.packages[0].systemLibraries[0].versions.contains("GLIBC_2.25"))
        #expect(plan.packages[0].needsGNUHash && !plan.packages[1].needsGNUHash)
        #expect(plan.packages[0].systemLibraries[1].versions == [])
        #expect(plan.packages[1].systemLibraries == [])
        // A manifest may say that nothing is asked for.
        let silent = try self.plan(
            "  - { name: my-agent, contents: [{ source: build/ }] }",
            "elf: { relations: false, libraries: [\"*\"] }")
        #expect(silent.packages[0].systemLibraries == [] && !silent.packages[0].needsGNUHash)
        // What is waived isn't asked for.
        let old = try self.plan(
            "  - { name: my-agent, contents: [{ source: agent/ }] }",
            """
            requirements: { os: [el>=7] }
            elf:
              waive:
                - { file: libfill.so, check: glibc, reason: test }
                - { file: libfill.so, check: needed, reason: test }
            """)
        #expect(old.packages[0].systemLibraries.map(\.name) == ["libc.so.6"])
        #expect(!old.packages[0].systemLibraries[0].versions.contains("GLIBC_2.25"))
    }

    @Test func `problems are there without a plan, too`() throws {
        try ELFSamples.compile(Self.getrandom, to: "agent/libfill.so", in: tree, ["-shared", "-fPIC"])
        let text = Self.one + "\nrequirements: { os: [el>=7] }\nelf: { waive: [{ file: x, check: rpath, reason: y }] }"
        let head = "name: my-agent\nversion: 1\nvendor: x\nmaintainer: x <x@y.z>\ndescription: x\npackages:\n"
        let manifest = try Manifest(parsing: head + text, file: "product.yaml")
        let found = try Planner(manifest, directory: tree.path).check(for: .amd64)
        #expect(found.problems.map(\.location.line) == [7])
        #expect(found.warnings == [])
        var waived = manifest
        waived.requirements.systems = []
        let fine = try Planner(waived, directory: tree.path).check(for: .amd64)
        #expect(fine.problems == [])
        #expect(fine.warnings.count == 1)
    }

    @Test func `a waiver that matches nothing warns`() throws {
        try ELFSamples.compile(Self.program, to: "agent/agent", in: tree)
        let plan = try plan(
            Self.one,
            """
            elf:
              waive:
                - { file: "lib/**", check: needed, reason: no longer }
                - { file: agent, check: rpath, reason: no longer }
            """)
        #expect(
            plan.warnings == [
                "product.yaml:10:15: elf.waive[0].file: the check needed finds nothing in \"lib/**\" to waive",
                "product.yaml:11:15: elf.waive[1].file: the check rpath finds nothing in \"agent\" to waive",
            ])
    }
}
