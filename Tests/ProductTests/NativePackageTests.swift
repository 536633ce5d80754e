import DefinitionFiles
import Diagnostics
import Product
import Testing

/// Keys that native packages alone take.
struct NativePackageTests {
    /// The manifest with a package of these lines, each indented below its name; the first one is line 8.
    private static func manifest(_ lines: String) -> String {
        let below = lines.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        return Manifests.replacing(
            6,
            with: "packages:\n  - name: my-agent\n" + below.joined(separator: "\n") + "\n    contents: [{ source: a }]")
    }

    private static func package(_ lines: String) throws -> PackageDefinition {
        try #require(try Manifest(parsing: manifest(lines), file: "product.yaml").packages.first)
    }

    @Test func `Every key is decoded`() throws {
        let package = try Self.package(
            """
            version: 17.0.13-rc1
            release: 4
            details: |
              First paragraph,  \n  two lines.

              Second one.

            deb:
              section: non-free/net
              priority: extra
              multi_arch: foreign
              pre_depends: [libc6 (>=2.17)]
              depends: [libc6 (>= 2.17)|libc6.1:any (>>1:2.0-1), adduser]
              provides: [old-agent (= 2.0), agent]
              built_using: [openssl (=3.0.15-1~deb12u1)]
              breaks: [old-plugin (<< 2.0~)]
              triggers: [interest-noawait /opt/my-agent, activate-noawait ldconfig]
            rpm:
              group: Applications/System
              requires: [glibc >= 2.17, /bin/sh, "perl(Foo::Bar) >= 1:2.0-3"]
              obsoletes: [old-agent < 2.0~rc1]
            scripts:
              before_install: pkg/pre.sh
              after_install: pkg/post.sh
              before_remove: pkg/prerm.sh
              after_remove: pkg/postrm.sh
            """)
        #expect(package.version == "17.0.13~rc1")
        #expect(package.release == 4)
        #expect(package.details == "First paragraph,\ntwo lines.\n\nSecond one.")
        #expect(package.deb.section == "non-free/net")
        #expect(package.deb.priority == "extra")
        #expect(package.deb.multiArch == "foreign")
        #expect(
            package.deb.relations.mapValues { $0.map(\.value) } == [
                "Pre-Depends": ["libc6 (>= 2.17)"],
                "Depends": ["libc6 (>= 2.17) | libc6.1:any (>> 1:2.0-1)", "adduser"],
                "Provides": ["old-agent (= 2.0)", "agent"], "Built-Using": ["openssl (= 3.0.15-1~deb12u1)"],
                "Breaks": ["old-plugin (<< 2.0~)"],
            ])
        #expect(package.deb.triggers.map(\.value) == ["interest-noawait /opt/my-agent", "activate-noawait ldconfig"])
        #expect(package.rpm.group == "Applications/System")
        #expect(
            package.rpm.relations.mapValues { $0.map(\.value) } == [
                "requires": ["glibc >= 2.17", "/bin/sh", "perl(Foo::Bar) >= 1:2.0-3"],
                "obsoletes": ["old-agent < 2.0~rc1"],
            ])
        #expect(package.scripts.beforeInstall?.value == "pkg/pre.sh")
        #expect(package.scripts.afterInstall?.value == "pkg/post.sh")
        #expect(package.scripts.beforeRemove?.value == "pkg/prerm.sh")
        #expect(package.scripts.afterRemove?.value == "pkg/postrm.sh")
    }

    @Test func `Nothing said means the defaults`() throws {
        let manifest = try Manifest(parsing: Manifests.adding(""), file: "product.yaml")
        let package = try #require(manifest.packages.first)
        #expect(manifest.licenseName == "LicenseRef-Proprietary")
        #expect(manifest.legacyPaths == [])
        #expect(manifest.elf == ELFRules())
        #expect(manifest.warnings == [])
        #expect(package.version == nil && package.release == nil && package.details == nil)
        #expect(package.deb == DebDefinition())
        #expect(package.deb.section == "misc" && package.deb.priority == "optional")
        #expect(package.rpm == RPMDefinition())
        #expect(package.scripts == PackageScriptFiles())
        #expect(package.contents.map(\.role) == [FileRole()])
    }

    @Test func `Product-wide keys are decoded`() throws {
        let manifest = try Manifest(
            parsing: Manifests.adding(
                """
                license: { name: Apache-2.0 WITH LLVM-exception }
                legacy: { paths: [/opt/my-agent/conf/a.properties, /etc/my-agent/b] }
                elf:
                  libraries: [libz.so.1, "libX*.so.*"]
                  waive: [{ file: "jre/**", check: glibc, reason: newer systems alone run it }]
                """), file: "product.yaml")
        #expect(manifest.licenseName == "Apache-2.0 WITH LLVM-exception")
        #expect(manifest.license == nil)
        #expect(manifest.legacyPaths.map(\.value) == ["/opt/my-agent/conf/a.properties", "/etc/my-agent/b"])
        #expect(manifest.elf.libraries.map(\.value.pattern) == ["libz.so.1", "libX*.so.*"])
        let waiver = try #require(manifest.elf.waivers.first)
        #expect(waiver.file.value.pattern == "jre/**")
        #expect(waiver.check == .glibc)
        #expect(waiver.reason == "newer systems alone run it")
    }

    @Test func `Roles are decoded`() throws {
        let text = Manifests.replacing(
            6,
            with:
                "packages: [{ name: my-agent, contents: [{ source: a, config: true }, { glob: \"*.txt\", doc: true }, "
                + "{ source: b, capabilities: \"cap_net_raw,cap_net_admin+ep all=i\" }] }]")
        let roles = try Manifest(parsing: text, file: "product.yaml").packages[0].contents.map(\.role)
        #expect(roles.map(\.isConfiguration) == [true, false, false])
        #expect(roles.map(\.isDocumentation) == [false, true, false])
        #expect(roles.map(\.capabilities) == [nil, nil, "cap_net_raw,cap_net_admin+ep all=i"])
    }

    @Test func `A long description warns, at its place`() throws {
        let text = Manifests.replacing(5, with: "description: " + String(repeating: "ä", count: 41))
        let warnings = try Manifest(parsing: text, file: "product.yaml").warnings
        #expect(
            warnings.map(\.rendered) == [
                "product.yaml:5:14: description: more than 80 bytes are too many for the lists of package managers, "
                    + "found 82"
            ])
        let short = Manifests.replacing(5, with: "description: " + String(repeating: "ä", count: 40))
        #expect(try Manifest(parsing: short, file: "product.yaml").warnings == [])
    }

    /// A mistake in the package: its line, counted from 1 after the name, and the message.
    struct Wrong: Sendable, CustomTestStringConvertible {
        var lines: String
        var message: String
        var suggestion: String?
        var testDescription: String { lines }

        init(_ lines: String, _ message: String, suggestion: String? = nil) {
            self.lines = lines
            self.message = message
            self.suggestion = suggestion
        }
    }

    static let relation = "expected a relation such as libc6 or libc6 (<< 2.17), found "
    static let alternatives = "expected a relation such as libc6 (>= 2.17) or a | b, found "
    static let rpm = "expected a relation such as glibc or glibc >= 2.17, found "

    @Test(arguments: [
        Wrong(
            "version: 1.0+2",
            "expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"1.0+2\": dpkg and rpm would order "
                + "it differently among other versions: after the numbers, ~ or + must be followed by letters, and "
                + "letters by nothing or a number that is not 0; 1.0+b2 would do"),
        Wrong("release: 0", "expected a whole number from 1 to 999999, found \"0\""),
        Wrong("details: \"  \"", "expected text, found blanks alone"),
        Wrong("details: \"a\\tb\"", "expected text without tabs and control characters, found \"a\\tb\""),
        Wrong("depends: [my-agent]", "a package can't depend on itself"),
        Wrong("depends: [a1, a1]", "\"a1\" is listed twice"),
        Wrong(
            "deb: { section: nets }",
            "expected a section of Debian's archive such as admin, net or non-free/utils, found \"nets\""),
        Wrong(
            "deb: { priority: high }", "expected one of required, important, standard, optional, extra, found \"high\""),
        Wrong(
            "deb: { multi_arch: foriegn }", "expected one of same, foreign, allowed, no, found \"foriegn\"",
            suggestion: "foreign"),
        Wrong("deb: { multiarch: same }", "\"multiarch\" is no key of \"deb\"", suggestion: "multi_arch"),
        Wrong("deb: { depends: [Libc6] }", alternatives + "\"Libc6\": package names have no capital letters"),
        Wrong(
            "deb: { depends: [\"a1, b1\"] }", alternatives + "\"a1, b1\": each relation is an item of its own"),
        Wrong("deb: { depends: [a1 >= 2] }", alternatives + "\"a1 >= 2\": the version stands in parentheses"),
        Wrong(
            "deb: { depends: [a1 (> 2)] }", alternatives + "\"a1 (> 2)\": < and > are called <<, <=, >= or >>"),
        Wrong(
            "deb: { depends: [\"a1 [amd64]\"] }",
            alternatives + "\"a1 [amd64]\": only source packages name architectures"),
        Wrong("deb: { depends: [my-agent (>= 1)] }", "a package can't depend on itself"),
        Wrong("deb: { depends: [a1 (>= 1), a1 (>=1)] }", "\"a1 (>= 1)\" is listed twice"),
        Wrong("deb: { conflicts: [a1 | b1] }", relation + "\"a1 | b1\": alternatives have no meaning here"),
        Wrong(
            "deb: { provides: [a1 (>= 1)] }",
            "expected a name, or a name with an exact version: a (= 2.0), found \"a1 (>= 1)\": only = has a meaning "
                + "here"),
        Wrong(
            "deb: { built_using: [openssl] }",
            "expected a source package with its exact version, as in openssl (= 3.0.15-1), found \"openssl\": the "
                + "version is missing"),
        Wrong(
            "deb: { triggers: [interest-await x] }",
            "expected interest, interest-noawait, activate or activate-noawait and a trigger's name, found "
                + "\"interest-await x\": dpkg before 1.17.21 doesn't know it; without -await it means the same"),
        Wrong(
            "rpm: { requires: [glibc>=2.17] }",
            rpm + "\"glibc>=2.17\": name, operator and version stand apart, and the operator is one of <, <=, =, >=, >"),
        Wrong(
            "rpm: { requires: [rpmlib(FileCaps) <= 4.6.1-1] }",
            rpm + "\"rpmlib(FileCaps) <= 4.6.1-1\": what rpm itself must know is found out by agentpack"),
        Wrong("rpm: { requires: [(a or b)] }", rpm + "\"(a or b)\": rpm before 4.13 knows no rich dependencies"),
        Wrong("rpm: { requires: [/bin/sh >= 1] }", rpm + "\"/bin/sh >= 1\": a file's name has no version"),
        Wrong("rpm: { requires: [a = 1^2] }", rpm + "\"a = 1^2\": rpm before 4.15 knows no ^ in versions"),
        Wrong("rpm: { requires: [a, a] }", "\"a\" is listed twice"),
        Wrong(
            "scripts: { after_install: ../x.sh }",
            "expected a file's relative path without . or .., found \"../x.sh\": .. would lead out of it"),
        Wrong("scripts: { postinst: x.sh }", "\"postinst\" is no key of \"scripts\""),
    ])
    func `Mistakes in a package`(wrong: Wrong) {
        let problems = Manifests.problems(in: Self.manifest(wrong.lines))
        #expect(problems.map(\.message) == [wrong.message])
        #expect(problems.map(\.suggestion) == [wrong.suggestion])
        #expect(problems.map(\.location.line) == [8])
    }

    @Test(arguments: [
        ("{ link: x, to: y, config: true }", "\"config\" has no meaning beside \"link\""),
        ("{ directory: true, to: y, doc: true }", "\"doc\" has no meaning beside \"directory\""),
        ("{ directory: true, to: y, capabilities: all=p }", "\"capabilities\" has no meaning beside \"directory\""),
        ("{ source: x, config: yes }", "expected true or false, found \"yes\""),
        (
            "{ source: x, capabilities: net_raw }",
            "expected capabilities with their flags, as in cap_net_raw=ep or cap_net_admin,cap_net_raw+ep, found "
                + "\"net_raw\""
        ),
        ("{ source: x, capabilities: cap_net_rwa=ep }", "there is no capability \"cap_net_rwa\""),
    ])
    func `Mistakes in roles`(entry: String, message: String) {
        let text = Manifests.replacing(6, with: "packages: [{ name: my-agent, contents: [\(entry)] }]")
        #expect(Manifests.problems(in: text).map(\.message) == [message])
    }

    @Test func `Packages that need each other are refused`() {
        let text = Manifests.replacing(
            6,
            with: """
                packages:
                  - { name: aa, depends: [other, bb], contents: [{ source: a }] }
                  - { name: bb, depends: [cc], contents: [{ source: b }] }
                  - { name: cc, depends: [aa, bb], contents: [{ source: c }] }
                  - { name: dd, depends: [aa], contents: [{ source: d }] }
                """)
        #expect(
            Manifests.problems(in: text).map(\.rendered) == [
                "product.yaml:9:27: packages[2].depends[0]: packages depend on each other in a circle: aa, which needs "
                    + "bb, which needs cc, which needs aa",
                "product.yaml:9:31: packages[2].depends[1]: packages depend on each other in a circle: bb, which needs "
                    + "cc, which needs bb",
            ])
    }

    @Test func `A dependency that is nearly a package of the product warns`() throws {
        let packages = """
            packages:
              - { name: my-agent, depends: [my-agent-jer, openssl], contents: [{ source: a }] }
              - { name: my-agent-jre, contents: [{ source: b }] }
            """
        let manifest = try Manifest(parsing: Manifests.replacing(6, with: packages), file: "product.yaml")
        #expect(
            manifest.warnings.map(\.rendered) == [
                "product.yaml:7:33: packages[0].depends[0]: \"my-agent-jer\" is no package of the product; one of somebody "
                    + "else can stand in \"deb.depends\" and \"rpm.requires\"; did you mean \"my-agent-jre\"?"
            ])
    }

    @Test(arguments: [
        ("deb: { conflicts: [cc] }", "cc"), ("deb: { breaks: [bb] }", "bb"), ("rpm: { obsoletes: [cc] }", "cc"),
        ("rpm: { conflicts: [xx], requires: [xx] }", "xx"), ("deb: { pre_depends: [xx], conflicts: [xx] }", "xx"),
        ("deb: { conflicts: [cc (<< 2)], depends: [xx | yy], breaks: [xx] }", nil),
        ("rpm: { conflicts: [cc < 2] }", nil),
        ("deb: { replaces: [cc], provides: [cc] }", nil),
    ])
    func `A package can't exclude what it needs`(key: String, name: String?) {
        let text = Manifests.replacing(
            6,
            with: """
                packages:
                  - { name: aa, depends: [bb], contents: [{ source: a }], \(key) }
                  - { name: bb, depends: [cc], contents: [{ source: b }] }
                """)
        let messages = Manifests.problems(in: text).map(\.message)
        #expect(messages == (name.map { ["the package needs \"\($0)\", so that it can't exclude it"] } ?? []))
    }

    @Test func `Owners that nothing makes warn`() throws {
        func warnings(_ more: String, _ scripts: String = "") throws -> [String] {
            let text = Manifests.replacing(
                6,
                with: """
                    packages:
                      - name: my-agent
                        contents:
                          - { source: a, owner: probe, group: adm }
                          - { source: b, owner: probe }
                          - { source: c, group: wheel }
                          - { source: d, owner: daemon, group: runner }
                        \(scripts)
                    \(more)
                    """)
            return try Manifest(parsing: text, file: "product.yaml").warnings.map(\.rendered)
        }
        let end = ": where it is missing, the packages can't be installed"
        let start = "no \"scripts.before_install\" makes the"
        #expect(
            try warnings("") == [
                "product.yaml:9:9: packages[0].contents[0]: \(start) user \"probe\"\(end)",
                "product.yaml:11:9: packages[0].contents[2]: \(start) group \"wheel\"\(end)",
                "product.yaml:12:9: packages[0].contents[3]: \(start) group \"runner\"\(end)",
            ])
        let service = "agent: { command: [a] }\nservice: { user: probe, group: runner }"
        #expect(try warnings(service).count == 1)
        #expect(try warnings("", "scripts: { before_install: x.sh }") == [])
    }

    @Test(arguments: [
        ("license: { name: x, accept: none }", "\"accept\" needs \"file\", the text to accept"),
        (
            "license: { name: \"(MIT)\" }",
            "expected an SPDX identifier such as Apache-2.0, several joined by AND, OR or WITH, or LicenseRef- and a "
                + "name, found \"(MIT)\""
        ),
        ("legacy: { paths: [/opt/a/b, /opt/a/b] }", "\"/opt/a/b\" is listed twice"),
        (
            "legacy: { paths: [opt/a] }",
            "expected an absolute path of letters, digits and ._+-, at least two levels deep, without . or .., found "
                + "\"opt/a\""
        ),
        (
            "elf: { libraries: [lib/libz.so] }",
            "expected a library's name such as libz.so.1, without its directory, found \"lib/libz.so\""
        ),
        ("elf: { libraries: [\"lib[z\"] }", "the pattern has a [ without its ], found \"lib[z\""),
        ("elf: { waive: [{ file: a, check: needed }] }", "\"reason\" is missing"),
        (
            "elf: { waive: [{ file: a, check: libs, reason: x }] }",
            "expected one of machine, glibc, needed, rpath, found \"libs\""
        ),
        (
            "elf: { waive: [{ file: a, check: rpath, reason: x }, { file: a, check: rpath, reason: y }] }",
            "another entry waives rpath of \"a\""
        ),
    ])
    func `Mistakes in keys of the product`(line: String, message: String) {
        #expect(Manifests.problems(in: Manifests.adding(line)).map(\.message) == [message])
    }
}
