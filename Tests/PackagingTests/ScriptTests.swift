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
}
