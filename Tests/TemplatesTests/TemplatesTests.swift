import DefinitionFiles
import Diagnostics
import Foundation
import Product
import SetupPlan
import Templates
import Testing

/// The directory `templates/` of the sources.
let templatesDirectory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("templates")

struct ProductTemplateTests {
    @Test(arguments: ProductTemplate.all.map(\.name))
    func `A template's manifest is valid`(name: String) throws {
        let template = try #require(ProductTemplate.named(name))
        let file = try #require(template.files.first)
        #expect(file.path == "product.yaml")
        let manifest = try Manifest(parsing: String(decoding: file.bytes, as: UTF8.self), file: name)
        #expect(manifest.name == template.productName)
    }

    @Test(arguments: ProductTemplate.all.map(\.name))
    func `The embedded files are those of the sources, with their modes`(name: String) throws {
        for file in try #require(ProductTemplate.named(name)).files {
            let path = templatesDirectory.appendingPathComponent(file.origin).path
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == file.bytes, "\(path)")
            let mode = try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
            #expect(UInt32(mode) & 0o100 == file.mode & 0o100, "\(path)")
        }
    }

    @Test func `Every file of the sources is embedded and has a name of its own`() throws {
        let all = try #require(FileManager.default.enumerator(atPath: templatesDirectory.path)).compactMap {
            $0 as? String
        }
        let files = all.filter { path in
            var isDirectory: ObjCBool = false
            let full = templatesDirectory.appendingPathComponent(path).path
            return FileManager.default.fileExists(atPath: full, isDirectory: &isDirectory) && !isDirectory.boolValue
        }
        let embedded = ProductTemplate.all.flatMap { $0.files.map(\.origin) }
        let texts =
            ["service/systemd.service.mustache", "service/init-script.mustache"] + packagingTemplates
            + clientTemplates + landingTemplates
        #expect(Set(files) == Set(embedded + texts + SiteTemplate.all.map(\.origin)))
        let names = files.map { path in
            String(path.split(separator: "/").last ?? "").map { $0.isLetter || $0.isNumber ? $0 : "_" }
        }
        #expect(Set(names).count == files.count)
    }

    @Test(arguments: ["minimal", "network-agent", "node-exporter"])
    func `Another name reaches the manifest and the files it names`(template: String) throws {
        let files = try #require(ProductTemplate.named(template)).files(named: "other-agent")
        let manifest = try Manifest(
            parsing: String(decoding: try #require(files.first).bytes, as: UTF8.self), file: "product.yaml")
        #expect(manifest.name == "other-agent")
        #expect(manifest.paths.root == "/opt/other-agent")
        let paths = Set(files.map(\.path))
        for rule in manifest.packages.flatMap(\.contents) where template != "node-exporter" {
            guard case .path(let source, _) = rule.source else { continue }
            #expect(paths.contains(source.value))
        }
    }

    @Test func `The network agent asks what its documentation says`() throws {
        let file = try #require(ProductTemplate.named("network-agent")?.files.first)
        let manifest = try Manifest(parsing: String(decoding: file.bytes, as: UTF8.self), file: "product.yaml")
        #expect(manifest.configTool == "sectigona-config")
        #expect(
            manifest.settings.map(\.id) == [
                "token", "proxy_pac_url", "proxy_host", "proxy_port", "proxy_user", "proxy_password", "no_proxy",
                "auto_update", "server_url", "ca_file",
            ])
        let token = try #require(manifest.settings.first)
        #expect(token.isSecret && token.isRequired)
        #expect(manifest.settings.first { $0.id == "auto_update" }?.defaultValue == "true")
        #expect(manifest.groups.first?.alternatives.count == 2 && manifest.groups.first?.isOptional == true)
        #expect(manifest.license?.mustAccept == true)
    }
}

struct ServiceTextsTests {
    static let texts = ServiceTexts(
        name: "my-agent", title: "My & \"Agent\" <100%>\\", description: "It's an agent.",
        homepage: "https://example.com/?a&b", root: "/opt/my-agent", user: "root", group: "adm", restart: "on-failure",
        stopTimeoutSeconds: 30)

    /// Directives that systemd 219 knows (its man pages systemd.unit, .service, .exec, .kill), as far as we use them.
    static let known: [String: Set<String>] = [
        "Unit": ["After", "ConditionPathExists", "Description", "Documentation", "Wants"],
        "Service": [
            "ExecStart", "Group", "KillMode", "Restart", "RestartPreventExitStatus", "RestartSec", "SuccessExitStatus",
            "SyslogIdentifier", "TimeoutStopSec", "Type", "User",
        ],
        "Install": ["WantedBy"],
    ]

    @Test func `The unit uses only directives that systemd 219 knows`() throws {
        var section = ""
        for line in try Self.texts.unit().split(separator: "\n") {
            if line.hasPrefix("[") {
                section = String(line.dropFirst().dropLast())
                continue
            }
            let directive = String(try #require(line.split(separator: "=", maxSplits: 1).first))
            #expect(Self.known[section]?.contains(directive) == true, "\(section): \(directive)")
        }
    }

    @Test func `The unit says what the product says, and nothing is escaped as HTML`() throws {
        let unit = try Self.texts.unit()
        #expect(
            unit == """
                [Unit]
                Description=My & "Agent" <100%%>
                Documentation=https://example.com/?a&b
                Wants=network-online.target
                After=network-online.target
                ConditionPathExists=/opt/my-agent/bin/start-agent

                [Service]
                Type=notify
                ExecStart=/opt/my-agent/bin/start-agent
                User=root
                Group=adm
                Restart=on-failure
                RestartSec=5
                SuccessExitStatus=143 78
                RestartPreventExitStatus=64 78
                KillMode=mixed
                TimeoutStopSec=30
                SyslogIdentifier=my-agent

                [Install]
                WantedBy=multi-user.target

                """)
    }

    @Test func `What a product doesn't say is left out`() throws {
        var texts = Self.texts
        texts.homepage = nil
        texts.group = nil
        let unit = try texts.unit()
        #expect(!unit.contains("Documentation") && !unit.contains("Group="))
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    /// Runs the init script of a product in a throw-away root; with a start program that prints its arguments.
    private func runScript(_ action: String, isInstalled: Bool) throws -> (code: Int32, output: String) {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("texts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let bin = root.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        var texts = Self.texts
        texts.root = root.path
        let script = root.appendingPathComponent("init").path
        try texts.initScript().write(toFile: script, atomically: true, encoding: .utf8)
        #expect(try run("/bin/sh", ["-n", script]).code == 0)
        if isInstalled {
            let program = bin.appendingPathComponent("start-agent").path
            try "#!/bin/sh\necho \"$@\"\nexit 3\n".write(toFile: program, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        }
        return try run("/bin/sh", [script, action])
    }

    @Test(arguments: ["start", "stop", "restart", "try-restart", "force-reload", "status"])
    func `Each action is the start program's, with its exit code`(action: String) throws {
        let result = try runScript(action, isInstalled: true)
        #expect(result.output == "service \(action)\n" && result.code == 3)
    }

    @Test(arguments: [("start", 0), ("stop", 0), ("restart", 0), ("status", 4), ("reload", 3)])
    func `Without the product the script does nothing in silence`(action: String, code: Int) throws {
        let result = try runScript(action, isInstalled: false)
        #expect(result.output == "" && result.code == Int32(code))
    }

    @Test func `Another action is a usage error`() throws {
        #expect(try runScript("explode", isInstalled: true).code == 2)
    }

    @Test func `The init script has the header that LSB asks for and sources nothing`() throws {
        let script = try Self.texts.initScript()
        let lines = script.split(separator: "\n").map(String.init)
        let begin = try #require(lines.firstIndex(of: "### BEGIN INIT INFO"))
        let end = try #require(lines.firstIndex(of: "### END INIT INFO"))
        for key in [
            "Provides", "Required-Start", "Required-Stop", "Default-Start", "Default-Stop", "Short-Description",
            "Description",
        ] {
            #expect(lines[begin..<end].filter { $0.hasPrefix("# \(key):") }.count == 1, "\(key)")
        }
        #expect(lines[begin..<end].allSatisfy { !$0.hasSuffix("\\") })
        #expect(!lines.contains { $0.hasPrefix(". ") || $0.contains("source ") || $0.contains("functions") })
        #expect(script.hasPrefix("#!/bin/sh\n"))
    }

    @Test func `A variable without a value and an unknown template are refused`() {
        #expect(throws: Failure(.failed, "there is no template x")) { try Template.render(name: "x", context: [:]) }
        #expect(throws: Failure(.failed, "the template init-script uses name, which has no value")) {
            try Template.render(name: "init-script", context: [:])
        }
    }
}
