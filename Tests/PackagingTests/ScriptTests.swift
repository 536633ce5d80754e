import DebFormat
import Diagnostics
import Foundation
import Packaging
import Planning
import RPMFormat
import SetupPlan
import Testing

/// A script of a package that was rendered.
struct RenderedScript {
    var name: String
    var text: String
}

/// The shell scripts of every kind of product.
func renderedScripts() throws -> [RenderedScript] {
    var own = PackageScripts()
    own.beforeInstall = "echo \"before install $1\"\n"
    own.afterInstall = "# only a comment\n"
    own.beforeRemove = "cat <<TEXT\n  before remove\nTEXT\n"
    own.afterRemove = "exit 0"
    var plain = try SamplePlan.make()
    plain.service = nil
    let plans = [
        ("plain", try SamplePlan.make()), ("account", try SamplePlan.make(user: "agent", group: "adm")),
        ("user", try SamplePlan.make(user: "agent")), ("unserved", plain),
        ("unconfigured", try SamplePlan.make(configuration: nil)),
        (
            "legacy",
            try SamplePlan.make(
                legacy: ["/opt/sample-agent/conf/my settings.properties", "/etc/it's.conf"], scripts: own,
                configuration: ConfigurationFile(path: "own files/deep/agent.ini", format: .ini))
        ),
    ]
    var scripts: [RenderedScript] = []
    for (name, plan) in plans {
        let (debs, rpms, _) = try packaged(plan)
        for deb in debs {
            for (script, text) in deb.description.scripts {
                scripts.append(RenderedScript(name: "\(name) \(deb.fileName) \(script.rawValue)", text: text))
            }
        }
        for rpm in rpms {
            for script in rpm.description.scripts where script.program == ["/bin/sh"] {
                scripts.append(
                    RenderedScript(
                        name: "\(name) \(rpm.fileName) \(script.kind.rawValue)", text: "#!/bin/sh\n" + script.body))
            }
        }
    }
    return scripts
}

/// Runs a program and gives its status and all that it said.
func run(
    _ words: [String], input: String = "", environment: [String: String]? = nil
) throws -> (
    code: Int32, output: String
) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    if let environment { process.environment = environment }
    let output = Pipe()
    let text = Pipe()
    process.standardInput = text
    process.standardOutput = output
    process.standardError = output
    try process.run()
    text.fileHandleForWriting.write(Data(input.utf8))
    try text.fileHandleForWriting.close()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
}

@Suite struct ScriptTests {
    @Test func `shellcheck has nothing to say of any script`() throws {
        for script in try renderedScripts() {
            let result = try run(["shellcheck", "-s", "sh", "-"], input: script.text)
            #expect(result.code == 0, "\(script.name)\n\(result.output)\n\(script.text)")
        }
    }

    @Test(arguments: [["dash"], ["bash", "--posix"], ["busybox", "sh"]])
    func `Every shell reads every script`(shell: [String]) throws {
        for script in try renderedScripts() {
            let result = try run(shell + ["-n"], input: script.text)
            #expect(result.code == 0 && result.output.isEmpty, "\(script.name)\n\(result.output)")
        }
    }

    @Test func `No script has a blank line too many or an empty function`() throws {
        for script in try renderedScripts() {
            #expect(!script.text.contains("\n\n\n") && !script.text.contains("{{"), "\(script.name)\n\(script.text)")
        }
    }

    @Test func `The scripts of every package speak of the product's service`() throws {
        let (debs, rpms, _) = try packaged(try SamplePlan.make())
        for deb in debs {
            let postinst = try #require(deb.description.scripts[.postinst])
            #expect(postinst.contains("dpkg-trigger --no-await sample-agent-restart"))
        }
        for rpm in rpms {
            for kind in [RPMScriptlet.Kind.pre, .posttrans] {
                let script = try #require(rpm.description.scripts.first { $0.kind == kind })
                #expect(script.body.contains("memory=\"/run/sample-agent.rpm\"\n"), "\(rpm.fileName)")
                #expect(script.body.contains(" \"sample-agent.service\""))
            }
        }
    }

    /// The guard of a package whose root is a scratch directory, run by dpkg's shell or rpm's Lua.
    private func runGuard(_ format: PackageFormat, root: String) throws -> (code: Int32, output: String) {
        let (debs, rpms, _) = try packaged(try SamplePlan.make(root: root))
        if format == .deb {
            let script = try #require(debs.first?.description.scripts[.preinst])
            return try run(["sh", "-s", "install"], input: script)
        }
        let script = try #require(rpms.first?.description.scripts.first { $0.kind == .pretrans })
        #expect(script.program == ["<lua>"])
        let file = root + "-guard.lua"
        try script.body.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        return try run(["rpm", "--eval", "%{lua:dofile(\"\(file)\")}"])
    }

    @Test(arguments: [PackageFormat.deb, .rpm])
    func `Each package refuses to be installed over a self-extracting installation`(format: PackageFormat) throws {
        let root = "/tmp/agentpack-guard-\(UUID().uuidString)"
        let files = FileManager.default
        try files.createDirectory(atPath: root + "/versions", withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: root) }
        let free = try runGuard(format, root: root)
        #expect(free.code == 0 && free.output.allSatisfy(\.isWhitespace))
        // A link that leads nowhere, and no link but the record.
        try files.createSymbolicLink(atPath: root + "/current", withDestinationPath: "versions/1")
        for _ in 0..<2 {
            let refused = try runGuard(format, root: root)
            #expect(
                refused.output.contains(
                    "sample-agent-jre: Sample \"Agent\" & Co's was installed here by its self-extracting installer. "
                        + "Run \"sudo \(root)/uninstall\", which keeps the settings"), "\(refused.output)")
            if format == .deb { #expect(refused.code == 1) }
            try? files.removeItem(atPath: root + "/current")
            _ = files.createFile(atPath: root + "/versions/install.json", contents: nil)
        }
    }
}
