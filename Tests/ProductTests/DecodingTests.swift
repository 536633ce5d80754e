import DefinitionFiles
import Diagnostics
import Product
import SetupPlan
import Testing

struct DecodingTests {
    @Test func `Defaults come from the name`() throws {
        let manifest = try Manifest(parsing: Manifests.adding(""), file: "product.yaml")
        #expect(manifest.title == "my-agent")
        #expect(manifest.release == 1)
        #expect(manifest.architectures == [.amd64])
        #expect(
            manifest.paths
                == ProductPaths(root: "/opt/my-agent", state: "/var/opt/my-agent", options: "/etc/opt/my-agent"))
        #expect(manifest.configTool == "my-agent-config")
        #expect(manifest.compression == Compression(filters: .x86))
        #expect(manifest.license == nil && manifest.agent == nil && manifest.service == nil)
        #expect(manifest.requirements == Requirements())
        let rule = try #require(manifest.packages.first?.contents.first)
        #expect(rule.destination.value == Destination(path: "", isDirectory: true))
        guard case .path(let source, mustBeDirectory: true) = rule.source else {
            Issue.record("expected a directory, found \(rule.source)")
            return
        }
        #expect(source.value == "agent")
        #expect(source.location.line == 6 && source.location.keyPath == "packages[0].contents[0].source")
    }

    @Test func `Every kind of content`() throws {
        let text = Manifests.replacing(
            6,
            with: """
                packages:
                  - name: my-agent
                    depends: [my-agent-jre, libc6]
                    contents:
                      - { source: bin/agent, to: bin/, mode: 0750, owner: daemon, group: adm }
                      - { glob: "lib/**/*.jar", to: lib, exclude: ["*-sources.jar"], dir_mode: 0700 }
                      - { archive: jre.tar.gz, to: jre, strip_components: 1 }
                      - { link: ../bin/agent, to: bin/my-agent }
                      - { directory: true, to: plugins/ , mode: 2775 }
                """)
        let package = try #require(try Manifest(parsing: text, file: "product.yaml").packages.first)
        #expect(package.depends.map(\.value) == ["my-agent-jre", "libc6"])
        let rules = package.contents
        #expect(rules.count == 5)
        #expect(rules[0].mode == 0o750 && rules[0].owner == "daemon" && rules[0].group == "adm")
        #expect(rules[0].destination.value == Destination(path: "bin", isDirectory: true))
        #expect(rules[1].destination.value == Destination(path: "lib", isDirectory: false))
        #expect(rules[1].directoryMode == 0o700 && rules[1].exclude.map(\.value.pattern) == ["*-sources.jar"])
        guard case .glob(let glob) = rules[1].source, case .archive(let archive, stripComponents: 1) = rules[2].source,
            case .link(let target) = rules[3].source, case .directory = rules[4].source
        else {
            Issue.record("wrong kinds: \(rules.map(\.source))")
            return
        }
        #expect(glob.value.pattern == "lib/**/*.jar" && archive.value == "jre.tar.gz" && target.value == "../bin/agent")
        #expect(rules[4].mode == 0o2775 && rules[4].destination.value.path == "plugins")
    }

    @Test func `Agent, service, requirements`() throws {
        let text = Manifests.adding(
            """
            license: { file: EULA.txt, accept: none }
            paths: { root: /srv/agent, state: /srv/agent-state }
            tools: { config: agentctl }
            agent:
              command: [jre/bin/java, "@options", -jar, lib/agent.jar]
              environment: { LANG: C.UTF-8, LEVEL: 3 }
              health: { command: [bin/health], within: 2m }
            service: { user: agent, group: adm, restart: always, stop_timeout: 1m }
            requirements: { memory: 2GB, cpu_mhz: 1400, disk: 1.5GiB, os: [debian>=10, "ubuntu >= 14.04", sles], reach: ["@url"] }
            settings: [{ id: url, prompt: URL, kind: url }]
            compression: { filters: none }
            """)
        let manifest = try Manifest(parsing: text, file: "product.yaml")
        #expect(manifest.license?.mustAccept == false && manifest.license?.file.location.line == 7)
        #expect(manifest.paths.root == "/srv/agent" && manifest.paths.options == "/etc/opt/my-agent")
        #expect(manifest.configTool == "agentctl" && manifest.compression.filters == .none)
        #expect(
            manifest.agent?.planned
                == AgentCommand(
                    command: ["jre/bin/java", "@options", "-jar", "lib/agent.jar"],
                    environment: [.init(name: "LANG", value: "C.UTF-8"), .init(name: "LEVEL", value: "3")],
                    health: HealthCheck(command: ["bin/health"], withinSeconds: 120)))
        #expect(manifest.service?.user.value == "agent" && manifest.service?.group?.value == "adm")
        #expect(manifest.service?.restart == .always && manifest.service?.stopTimeoutSeconds == 60)
        #expect(
            manifest.requirements
                == Requirements(
                    memory: 2_000_000_000, cpuMegahertz: 1400, disk: .bytes(1_610_612_736),
                    systems: [
                        .init(id: "debian", minimumVersion: "10"), .init(id: "ubuntu", minimumVersion: "14.04"),
                        .init(id: "sles"),
                    ], reach: ["@url"]))
    }

    @Test func `Settings, groups and configuration`() throws {
        let text = Manifests.adding(
            """
            settings:
              - { id: token, prompt: Token, secret: true, required: true, file_key: agent.token, pattern: "[a-z]+" }
              - group: proxy
                prompt: Use a proxy
                optional: true
                one_of: [[proxy_pac_url], { label: By hand, settings: [proxy_host, proxy_port] }]
              - { id: proxy_pac_url, prompt: PAC URL, kind: url }
              - { id: proxy_host, prompt: Host, kind: host }
              - { id: proxy_port, prompt: Port, kind: port, default: 0080 }
              - { id: auto_update, prompt: Update, kind: bool, default: true, formats: [bin, msi] }
              - { id: level, prompt: Level, kind: choice, choices: [low, high], ask: false, default: low }
              - { id: hours, prompt: Hours, kind: integer, min: 1, when: { setting: auto_update, is: yes } }
            configuration: { file: conf/agent.properties, format: properties, values: { log.level: info } }
            """)
        let manifest = try Manifest(parsing: text, file: "product.yaml")
        #expect(
            manifest.settings == [
                Setting(
                    id: "token", prompt: "Token", isSecret: true, isRequired: true, pattern: "[a-z]+",
                    fileKey: "agent.token"),
                Setting(id: "proxy_pac_url", prompt: "PAC URL", kind: .url),
                Setting(id: "proxy_host", prompt: "Host", kind: .host),
                Setting(id: "proxy_port", prompt: "Port", kind: .port, defaultValue: "80"),
                Setting(
                    id: "auto_update", prompt: "Update", kind: .boolean, defaultValue: "true", formats: ["bin", "msi"]),
                Setting(
                    id: "level", prompt: "Level", kind: .choice(["low", "high"]), isAsked: false, defaultValue: "low"),
                Setting(
                    id: "hours", prompt: "Hours", kind: .integer(minimum: 1, maximum: .max),
                    condition: SettingCondition(setting: "auto_update", value: "true")),
            ])
        #expect(
            manifest.groups == [
                SettingGroup(
                    id: "proxy", prompt: "Use a proxy", isOptional: true,
                    alternatives: [
                        SettingAlternative(label: "PAC URL", settings: ["proxy_pac_url"]),
                        SettingAlternative(label: "By hand", settings: ["proxy_host", "proxy_port"]),
                    ])
            ])
        #expect(
            manifest.configuration
                == ConfigurationFile(
                    path: "conf/agent.properties", format: .properties,
                    values: [ConfigurationValue(key: "log.level", value: "info")]))
    }

    @Test func `Release candidates sort before the release`() throws {
        let manifest = try Manifest(parsing: Manifests.replacing(2, with: "version: 2.3.0-rc1"), file: "product.yaml")
        #expect(manifest.version == "2.3.0~rc1")
    }

    @Test func `Values from the command line replace those in the file`() throws {
        let overrides = [
            Override(origin: "--version", keyPath: "version", value: "9.9"),
            try #require(Override(assignment: "requirements.memory=1GB")),
            try #require(Override(assignment: "packages[0].contents[0].source=other")),
        ]
        let manifest = try Manifest(parsing: Manifests.adding(""), file: "product.yaml", overrides: overrides)
        #expect(manifest.version == "9.9")
        #expect(manifest.requirements.memory == 1_000_000_000)
        guard case .path(let source, mustBeDirectory: false) = manifest.packages[0].contents[0].source else {
            Issue.record("expected a path")
            return
        }
        #expect(source.value == "other" && source.location.file == "--set")
    }

    @Test(arguments: [
        (
            "version=v1",
            "--set: version: expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"v1\": leave "
                + "out the v"
        ),
        (
            "packages[0].deb.triggers[0]=x",
            "--set: packages[0].deb.triggers[0]: there is no list \"triggers\" yet; write it in the file, then its "
                + "items can be set"
        ),
        ("packages[4].name=x", "--set: packages[4].name: packages has 1 items, so there is no [4]"),
        ("name[0]=x", "--set: name[0]: name is no list"),
        ("name.x=x", "--set: name.x: name is no mapping, so it has no \"x\""),
        ("a..b=x", "--set: a..b: expected a path of keys such as name or list[0].name"),
        ("vendr=x", "--set: vendr: \"vendr\" is no key of the manifest; did you mean \"vendor\"?"),
    ])
    func `Errors name the override`(assignment: String, rendered: String) throws {
        let override = try #require(Override(assignment: assignment))
        let problems = Manifests.problems(in: Manifests.adding(""), overrides: [override])
        #expect(problems.map(\.rendered) == [rendered])
    }

    @Test func `All problems come in one failure, in the order of the file`() {
        let text = "name: My\nversion: x\nvendor: V\nmaintainer: m\ndescription: d\npackages: []\nfoo: 1\n"
        let failure = #expect(throws: Failure.self) { try Manifest(parsing: text, file: "p.yaml") }
        #expect(failure?.code == .usage)
        #expect(failure?.message == "p.yaml has 5 problems")
        #expect(failure?.cause?.split(separator: "\n").count == 5)
        #expect(failure?.cause?.hasPrefix("p.yaml:1:7: name: expected") == true)
    }
}
