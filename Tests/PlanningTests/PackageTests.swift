import DefinitionFiles
import Diagnostics
import LinuxIO
import Planning
import SetupPlan
import Testing

@testable import Product

@Suite struct `Packages of a plan` {
    private let tree: SourceTree

    init() throws { tree = try SourceTree() }

    private func manifest(_ packages: String, _ more: String = "") throws -> Manifest {
        try Manifest(
            parsing: """
                name: my-agent
                version: 2.0.0
                release: 7
                vendor: Example
                maintainer: Example <support@example.com>
                description: Watches things.
                packages:
                \(packages)
                \(more)
                """, file: "product.yaml")
    }

    private func plan(_ packages: String, _ more: String = "") throws -> InstallPlan {
        try Planner(
            manifest(packages, more), directory: tree.path,
            environment: PlanningEnvironment(sourceDateEpoch: "1700000000")
        ).plan(for: .amd64)
    }

    private func cause(_ packages: String, _ more: String = "") throws -> String {
        let failure = #expect(throws: Failure.self) { try plan(packages, more) }
        #expect(failure?.code == .usage)
        return failure?.cause ?? ""
    }

    @Test func `carry what the manifest says`() throws {
        for name in ["agent/x", "jre/y"] { try tree.file(name) }
        try tree.file("post.sh", "#!/bin/sh\n\necho \"ä\"\n\techo b")
        let plan = try plan(
            """
              - name: my-agent
                depends: [my-agent-jre]
                contents: [{ source: agent/ }]
                deb: { section: net, depends: [adduser] }
                rpm: { requires: [shadow-utils] }
                scripts: { after_install: post.sh }
              - name: my-agent-jre
                version: 17.0.1
                description: Runtime of my agent...
                details: More.
                contents: [{ source: jre/, to: jre }]
              - name: my-agent-doc
                version: 1.0
                release: 3
                contents: [{ source: agent/x, to: doc/ }]
            """, "license: { name: MIT }\nlegacy: { paths: [/opt/my-agent/conf/a] }")
        #expect(plan.packages.map(\.name) == ["my-agent", "my-agent-jre", "my-agent-doc"])
        #expect(plan.packages.map(\.fullVersion) == ["2.0.0-7", "17.0.1-1", "1.0-3"])
        #expect(plan.packages.map(\.summary) == ["Watches things", "Runtime of my agent...", "Watches things"])
        #expect(plan.packages.map(\.details) == ["", "More.", ""])
        #expect(plan.packages.map(\.depends) == [["my-agent-jre"], [], []])
        #expect(plan.packages[0].deb.section == "net")
        #expect(plan.packages[0].deb.relations["Depends"]?.map(\.value) == ["adduser"])
        #expect(plan.packages[0].rpm.relations["requires"]?.map(\.value) == ["shadow-utils"])
        #expect(plan.packages[0].scripts.afterInstall == "echo \"ä\"\n\techo b\n")
        #expect(plan.packages[0].scripts.beforeInstall == "")
        #expect(plan.packages[1].scripts == PackageScripts())
        #expect(plan.licenseName == "MIT")
        #expect(plan.legacyPaths == ["/opt/my-agent/conf/a"])
    }

    @Test func `list every directory above their paths`() throws {
        for name in ["agent/lib/deep/a", "agent/b", "jre/c", "more/d"] { try tree.file(name) }
        let plan = try plan(
            """
              - name: my-agent
                contents: [{ source: agent/ }, { directory: true, to: work }, { directory: true, to: lib, mode: 0750 }]
              - name: jre
                contents: [{ source: jre/c, to: lib/deep/ }, { source: more/, to: lib/other }]
              - name: third
                contents: [{ directory: true, to: work }, { link: b, to: lib-b }]
            """.replacing("{ directory: true, to: lib, mode: 0750 }", with: "{ source: more/d, to: lib/ }"))
        #expect(
            plan.listing == [
                "644 b 0", "755 lib/", "777 lib-b -> b", "644 lib/d 0", "755 lib/deep/", "644 lib/deep/a 0",
                "644 lib/deep/c 0", "755 lib/other/", "644 lib/other/d 0", "755 work/",
            ])
        #expect(
            plan.entries(of: "my-agent").map(\.path) == ["b", "lib", "lib/d", "lib/deep", "lib/deep/a", "work"])
        #expect(
            plan.entries(of: "jre").map(\.path) == ["lib", "lib/deep", "lib/deep/c", "lib/other", "lib/other/d"])
        #expect(plan.entries(of: "third").map(\.path) == ["lib-b", "work"])
        #expect(plan.entries(of: "fourth").isEmpty)
        // Each path is in a package, and files are in one alone.
        let all = plan.packages.flatMap { plan.entries(of: $0.name) }
        #expect(Set(all.map(\.path)) == Set(plan.entries.map(\.path)))
        for entry in plan.entries {
            if case .directory = entry.content { continue }
            #expect(all.filter { $0.path == entry.path }.count == 1)
        }
    }

    @Test func `share directories with the mode of whoever declares them`() throws {
        for name in ["a/x", "b/y"] { try tree.file(name) }
        let plan = try plan(
            """
              - { name: aa, contents: [{ source: a/x, to: secret/x }] }
              - { name: bb, contents: [{ source: b/, to: secret/b }, { directory: true, to: secret, mode: 0700, owner: bin }] }
            """)
        for package in ["aa", "bb"] {
            let directory = try #require(plan.entries(of: package).first { $0.path == "secret" })
            #expect(directory.mode == 0o700)
            #expect(directory.owner == "bin")
        }
    }

    @Test func `give roles to files alone, also from trees and archives`() throws {
        for name in ["tree/d/a", "tree/b", "old/e"] { try tree.file(name, "x") }
        try tree.link("tree/l", "b")
        try tree.file("tool", "x", mode: 0o755)
        #expect(try Subprocess.run(["/bin/tar", "-C", tree.path, "-cf", tree.path + "/old.tar", "old"]).status == 0)
        let plan = try plan(
            """
              - name: my-agent
                contents:
                  - { source: tree/, config: true }
                  - { archive: old.tar, doc: true }
                  - { source: tool, to: bin/, capabilities: cap_net_raw=ep }
            """)
        func paths(_ holds: (FileRole) -> Bool) -> [String] { plan.entries.filter { holds($0.role) }.map(\.path) }
        #expect(paths(\.isConfiguration) == ["b", "d/a"])
        #expect(paths(\.isDocumentation) == ["old/e"])
        #expect(paths { $0.capabilities == "cap_net_raw=ep" } == ["bin/tool"])
        #expect(
            try cause("  - { name: aa, contents: [{ source: tree/, capabilities: all=ep, exclude: [d] }] }")
                == "product.yaml:8:28: packages[0].contents[0]: tree/b isn't executable, so it can't have capabilities (all=ep)"
        )
    }

    @Test(arguments: [
        ([UInt8]("#!/bin/bash\necho\n".utf8), "its first line is \"#!/bin/bash\": scripts of packages are POSIX shell"),
        (
            [UInt8]("#!/bin/sh -e\necho\n".utf8),
            "its first line is \"#!/bin/sh -e\": scripts of packages are POSIX shell"
        ),
        ([UInt8]("echo\r\necho\r\n".utf8), "line 1 has a carriage return, which shells take for a part of a word"),
        ([UInt8]("echo\n\u{1B}[0m\n".utf8), "line 2 has a control character, which shells take for a part of a word"),
        ([UInt8]("echo\n\0\n".utf8), "line 2 has a control character, which shells take for a part of a word"),
        ([0xFF, 0x0A], "it isn't UTF-8"),
        ([UInt8]("#!/bin/sh\n\n".utf8), "it is empty"), ([], "it is empty"),
    ])
    func `refuse scripts that shells would stumble over`(bytes: [UInt8], reason: String) throws {
        try tree.file("agent/x")
        try tree.bytes("pre.sh", bytes)
        let cause = try cause("  - { name: aa, contents: [{ source: agent }], scripts: { before_install: pre.sh } }")
        #expect(cause.hasPrefix("product.yaml:8:75: "), "\(cause)")
        #expect(cause.contains("the script \"pre.sh\" can't be used"), "\(cause)")
        #expect(cause.contains(reason), "\(cause)")
    }

    @Test(arguments: [
        ("#!/bin/sh\n\nif then fi (\n", "line 3: \"then\" unexpected (dash)"),
        ("echo a\n}\n", "line 2: \"}\" unexpected (dash)"),
        ("echo a\n)\n(\necho b\n", "line 2: \")\" unexpected (dash)"),
        ("if true; then\n  echo a\n", "end of file unexpected (expecting \"fi\") (dash)"),
        (
            "#!/bin/sh\necho a\ncat <<'EOF' >x\ntext\n EOF\n",
            "line 3: the here-document has no end: no line after it is \"EOF\" alone"
        ),
        ("cat <<A\nA\ncat <<-\"B\"\n\tb\n", "line 3: the here-document has no end: no line after it is \"B\" alone"),
        ("cat <<'a b'\na\n", "line 1: the here-document has no end: no line after it is \"a b\" alone"),
        ("cat <<a$b\na\n", "something in it has no end, such as a here-document"),
        ("list=(1 2)\n", "line 1: \"(\" unexpected (dash)"),
    ])
    func `refuse scripts that don't parse`(text: String, reason: String) throws {
        try tree.file("agent/x")
        try tree.file("rm.sh", text)
        let cause = try cause("  - { name: aa, contents: [{ source: agent }], scripts: { before_remove: rm.sh } }")
        #expect(cause.hasPrefix("product.yaml:8:74: "), "\(cause)")
        #expect(cause.contains("the script \"rm.sh\" can't be used: "), "\(cause)")
        #expect(cause.contains(reason), "\(cause)")
    }

    @Test func `take scripts that look open and aren't`() throws {
        try tree.file("agent/x")
        try tree.file("rm.sh", "#!/bin/sh\ncat <<-EOF\n\ta\n\tEOF\necho $((1 << 2)) '<<X' \\")
        let plan = try plan("  - { name: aa, contents: [{ source: agent }], scripts: { before_remove: rm.sh } }")
        #expect(plan.packages[0].scripts.beforeRemove.hasSuffix("\\\n"))
    }

    @Test func `refuse scripts that aren't there or too large`() throws {
        try tree.file("agent/x")
        try tree.file("large", String(repeating: "echo\n", count: 20_000))
        let cause = try cause(
            """
              - name: aa
                contents: [{ source: agent }]
                scripts: { before_install: larg, after_install: agent, before_remove: large }
            """)
        let lines = cause.split(separator: "\n")
        #expect(lines.count == 3, "\(cause)")
        #expect(lines[0].contains("\"larg\" doesn't exist; did you mean \"large\"?"))
        #expect(lines[1].contains("the script \"agent\" can't be used: it is a directory"))
        #expect(lines[2].contains("the script \"large\" can't be used"))
    }

    @Test func `leave legacy paths alone`() throws {
        for name in ["a/lib/x", "a/conf"] { try tree.file(name) }
        let cause = try cause(
            "  - { name: aa, contents: [{ source: a }] }",
            """
            legacy:
              paths:
                - /opt/my-agent/lib/x
                - /opt/my-agent/conf/agent.properties
                - /opt/my-agent/lib
                - /opt/my-agent
                - /opt/my-agent/bin/start-agent
                - /opt/my-agent/lib/y
                - /etc/my-agent/agent.properties
            """)
        #expect(
            cause.split(separator: "\n").map { $0.drop { $0 == " " } } == [
                "product.yaml:11:7: legacy.paths[0]: /opt/my-agent/lib/x is in the package aa, from a/lib/x (product.yaml:8)",
                "product.yaml:12:7: legacy.paths[1]: /opt/my-agent/conf/agent.properties can't be below \"conf\", which is a file from "
                    + "a/conf (product.yaml:8)",
                "product.yaml:13:7: legacy.paths[2]: /opt/my-agent/lib is in the package aa, from a/lib (product.yaml:8)",
                "product.yaml:14:7: legacy.paths[3]: /opt/my-agent is a directory that the product needs itself",
                "product.yaml:15:7: legacy.paths[4]: /opt/my-agent/bin/start-agent is a path that the product makes itself",
            ])
    }

    @Test(arguments: [
        ("/etc/passwd", "doesn't look like a file of the vendor's alone"),
        ("/usr/bin/agent", "doesn't look like a file of the vendor's alone"),
        ("/etc/aaa/x", "doesn't look like a file of the vendor's alone"),
        ("/opt/vendor", "doesn't look like a file of the vendor's alone"),
        ("/var/opt/my-agent", "is a directory that the product needs itself"),
        ("/var/opt", "is a directory that the product needs itself"),
        ("/etc/opt/my-agent", "is a directory that the product needs itself"),
        ("/var/opt/my-agent/conf", "is a directory that the packages make"),
        ("/var/opt/my-agent/etc", "is a directory that the packages make"),
        ("/etc/init.d/my-agent", "is a path that the packages bring themselves"),
        ("/lib/systemd/system/my-agent.service", "is a path that the packages bring themselves"),
        ("/usr/lib/systemd/system-preset/80-my-agent.preset", "is a path that the packages bring themselves"),
        ("/usr/share/doc/aa/copyright", "is a path that the packages have a place for themselves"),
        ("/etc/my-agent", "is the directory of /etc/my-agent/agent.properties: only files are kept"),
    ])
    func `refuse legacy paths that packages make or that are others'`(path: String, reason: String) throws {
        try tree.file("a/bin/x", mode: 0o755)
        let cause = try cause(
            "  - { name: aa, contents: [{ source: a }] }",
            """
            agent: { command: [bin/x] }
            service: { user: root }
            configuration: { file: etc/a.ini, format: ini }
            legacy: { paths: [\(path), /etc/my-agent/agent.properties] }
            """)
        #expect(cause == "product.yaml:12:19: legacy.paths[0]: \(path) \(reason)")
    }

    @Test func `take legacy paths of the vendor`() throws {
        try tree.file("a/x")
        let paths = [
            "/etc/my-agent.conf", "/etc/default/aa", "/usr/lib/my-agent-2/a", "/etc/old-agent/x", "/etc/older/x",
            "/opt/vendor/a", "/var/opt/my-agent/conf/a", "/etc/opt/my-agent/a.ini", "/etc/init.d/my-agent",
        ]
        let plan = try plan(
            """
              - name: aa
                contents: [{ source: a }]
                deb: { replaces: [old-agent (<< 2)] }
                rpm: { obsoletes: [older < 2] }
            """, "legacy: { paths: [\(paths.joined(separator: ", "))] }")
        #expect(plan.legacyPaths == paths)
    }

    @Test func `warn of what lists would cut off`() throws {
        try tree.file("a/x")
        let long = String(repeating: "long ", count: 17) + "."
        let plan = try plan("  - { name: aa, description: \(long), contents: [{ source: a }] }")
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("80 bytes"), "\(plan.warnings)")
    }
}
