import APTRepository
import DebFormat
import Diagnostics
import Testing

@Suite struct PoolPathTests {
    private func fields(_ name: String, _ version: String, _ architecture: String = "amd64") throws -> DebFields {
        var control = ControlParagraph()
        control["Package"] = name
        control["Version"] = version
        control["Architecture"] = architecture
        return try DebFields(control)
    }

    @Test(arguments: [
        ("some-agent", "1.2~rc1+b-1", "pool/main/s/some-agent/some-agent_1.2~rc1+b-1_amd64.deb"),
        ("libxyz", "2:1.0", "pool/main/libx/libxyz/libxyz_1.0_amd64.deb"),
        ("lib", "0", "pool/main/l/lib/lib_0_amd64.deb"),
        ("7zip", "1-0", "pool/main/7/7zip/7zip_1-0_amd64.deb"),
    ])
    func `a path is that of Debian's pool`(name: String, version: String, path: String) throws {
        #expect(try PoolPath.path(of: fields(name, version)) == path)
    }

    @Test(arguments: [
        ("Some-Agent", "1", "amd64"), ("a", "1", "amd64"), ("some_agent", "1", "amd64"),
        ("some.agent", "1:2:3", "amd64"),
        ("some-agent", "1", "AMD64"), (String(repeating: "a", count: 250), "1", "amd64"),
    ])
    func `what dpkg takes and a path doesn't is refused`(name: String, version: String, architecture: String) throws {
        let fields = try fields(name, version, architecture)
        let failure = #expect(throws: Failure.self) { try PoolPath.path(of: fields) }
        #expect(failure?.code == .usage && failure?.message.contains("can't be in an archive") == true)
    }

    @Test(arguments: ["", "..", "a/b", "-x", "Main", "main\n", "ä"])
    func `what is no name, architecture or component is refused`(text: String) throws {
        #expect(throws: Failure.self) { try PoolPath.check(name: text) }
        #expect(throws: Failure.self) { try PoolPath.check(architecture: text) }
        #expect(throws: Failure.self) { try PoolPath.check(component: text) }
        let fields = try fields("some-agent", "1")
        #expect(throws: Failure.self) { try PoolPath.path(of: fields, component: text) }
    }
}
