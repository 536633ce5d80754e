import Foundation
import JSON
import Testing

@testable import AgentpackCLI

struct ManifestCommandTests {
    @Test(arguments: ["minimal", "network-agent", "node-exporter"])
    func `init makes a product that validates, and names the next command`(template: String) throws {
        let tool = try Tool()
        let made = try tool.run("init", "--template", template, "--name", "other", "product")
        #expect(made.status == 0 && made.output == "")
        #expect(made.errors.hasSuffix("Next: cd product && agentpack build\n"))
        // One of them packs a program of somebody else, which isn't there.
        let checked = try tool.run("validate", "--manifest-only", "product/product.yaml")
        #expect(checked.status == 0, "\(checked.errors)")
        #expect(checked.output.hasPrefix("product/product.yaml is valid: other "))
        #expect(!made.errors.contains("The product is called"))
        let manifest = try String(contentsOfFile: tool.directory + "/product/product.yaml", encoding: .utf8)
        #expect(manifest.contains("\ntitle: Other\n"))
    }

    @Test func `init says what the product is called where the directory is called otherwise`() throws {
        let tool = try Tool()
        let made = try tool.run("init", "acme-probe")
        #expect(made.errors.contains("The product is called my-agent; --name NAME calls it otherwise.\n"))
        #expect(!(try tool.run("init", "my-agent").errors.contains("is called")))
    }

    @Test func `init keeps the modes of programs`() throws {
        let tool = try Tool()
        #expect(try tool.run("init").status == 0)
        #expect(try tool.contents() == ["bin", "bin/my-agent", "product.yaml"])
        #expect(FileManager.default.isExecutableFile(atPath: tool.directory + "/bin/my-agent"))
        #expect(!FileManager.default.isExecutableFile(atPath: tool.directory + "/product.yaml"))
    }

    @Test func `init refuses a directory that holds something, and changes nothing`() throws {
        let tool = try Tool()
        try tool.write("mine", to: "notes.txt")
        let result = try tool.run("init")
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("error: . is not empty: it has notes.txt\n"))
        #expect(try tool.contents() == ["notes.txt"])
    }

    @Test(arguments: [["--template", "java"], ["--name", "Bad Name"]])
    func `init refuses templates and names that don't work, and makes nothing`(arguments: [String]) throws {
        let tool = try Tool()
        #expect(try tool.run("init", arguments[0], arguments[1], "product").status == 64)
        #expect(try tool.contents() == [])
    }

    @Test func `init leaves nothing behind when it fails half-way`() throws {
        let tool = try Tool()
        try tool.write("a file", to: "product")
        #expect(try tool.run("init", "product").status == 64)
        #expect(try tool.run("init", "product/below").status == 1)
        #expect(try tool.contents() == ["product"])
    }

    @Test func `validate reports every problem with its place`() throws {
        let tool = try Tool()
        try tool.write("name: my-agent\nversion: x\ntitel: y\n", to: "product.yaml")
        let result = try tool.run("validate")
        #expect(result.status == 64 && result.output == "")
        #expect(result.errors.contains("product.yaml:2:10: version: expected a version"))
        #expect(result.errors.contains("product.yaml:3:1: titel: \"titel\" is no key of the manifest; did you mean"))
        #expect(!result.errors.contains("\u{1B}"))
    }

    @Test func `validate looks at the files, too`() throws {
        let tool = try Tool()
        #expect(try tool.run("init").status == 0)
        let missing = try tool.run("validate", "--set", "packages[0].contents[0].source=bin/agnet")
        #expect(missing.status == 64 && missing.output == "")
        #expect(
            missing.errors.contains("packages[0].contents[0].source: \"bin/agnet\" doesn't exist"), "\(missing.errors)")
        #expect(
            try tool.run("validate", "--manifest-only", "--set", "packages[0].contents[0].source=bin/agnet").status == 0
        )
        let long = "description=" + String(repeating: "long ", count: 20) + "text"
        let warned = try tool.run("validate", "--set", long)
        #expect(warned.status == 0)
        #expect(warned.errors.contains("more than 80 bytes"), "\(warned.errors)")
        let report = try tool.run("validate", "--json", "--set", long)
        #expect(report.errors == "")
        let json = try JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any]
        #expect((json?["warnings"] as? [String])?.count == 1)
        #expect(json?["valid"] as? Bool == true)
    }

    @Test func `validate prints the problems as JSON`() throws {
        let tool = try Tool()
        #expect(try tool.run("init").status == 0)
        let result = try tool.run("validate", "--json", "--set", "titel=x", "--version", "v1")
        #expect(result.status == 64 && result.errors == "")
        let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(report?["valid"] as? Bool == false && report?["schema"] as? Int == 1)
        let problems = try #require(report?["problems"] as? [[String: Any]])
        #expect(problems.map { $0["file"] as? String } == ["--version", "--set"])
        #expect(problems.last?["suggestion"] as? String == "title")
        #expect(problems.last?["key_path"] as? String == "titel")
    }

    @Test func `The command line's version replaces the manifest's`() throws {
        let tool = try Tool()
        #expect(try tool.run("init").status == 0)
        let result = try tool.run("validate", "--version", "9.9-rc1", "--release", "7")
        #expect(result.output == "product.yaml is valid: my-agent 9.9~rc1-7\n")
    }

    @Test func `A manifest that isn't there is a usage error with a hint`() throws {
        let tool = try Tool()
        let result = try tool.run("validate")
        #expect(result.status == 64)
        #expect(
            result.errors.hasPrefix("error: cannot read the manifest product.yaml\n  cause: no such file\n  hint: "))
    }

    @Test func `The tool's own version, help and usage errors`() throws {
        let tool = try Tool()
        #expect(try tool.run("--version").output == "agentpack 0.1.0\n")
        #expect(try tool.run("--help").output.contains("validate"))
        #expect(try tool.run("bogus").status == 64)
    }

    @Test func `schema prints JSON`() throws {
        let tool = try Tool()
        let schema = try JSONSerialization.jsonObject(with: Data(try tool.run("schema").output.utf8)) as? [String: Any]
        #expect(schema?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }
}
