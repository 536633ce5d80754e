import Diagnostics
import Testing

@testable import ClientMatrix

@Suite struct TargetsTests {
    private func ids(_ expressions: String...) throws -> [String] { try Targets(expressions).systems.map(\.id) }

    @Test func `expressions select systems`() throws {
        #expect(try ids("debian>=12") == ["debian-12", "debian-13"])
        #expect(try ids("debian") == ["debian-10", "debian-11", "debian-12", "debian-13"])
        #expect(try ids("ubuntu<18.04, ubuntu=22.04") == ["ubuntu-14.04", "ubuntu-16.04", "ubuntu-22.04"])
        #expect(try ids("el>8") == ["el-9", "el-10"])
        #expect(try ids("el<=7") == ["el-7"])
        #expect(try ids("suse=15") == ["sles-15", "leap-15"])
        #expect(try ids("suse>=16") == ["sles-16", "leap-16", "tumbleweed"])
        #expect(try ids("amazon>=2") == ["amazon-2", "amazon-2023"])
        #expect(try ids("fedora>=42") == ["fedora-42", "fedora-43"])
        #expect(try ids("leap-15") == ["leap-15"])
    }

    @Test func `systems in FIPS mode are asked for`() throws {
        #expect(try ids("el=9+fips") == ["el-9", "el-9-fips"])
        #expect(try ids("el-8-fips") == ["el-8-fips"])
        #expect(!(try ids("el").contains("el-8-fips")))
        #expect(Targets.all.systems.contains { $0.id == "el-10-fips" })
    }

    @Test func `names of os-release mean the same`() throws {
        #expect(try ids("rhel>=9", "rocky=8", "ol<8") == ["el-7", "el-8", "el-9", "el-10"])
        #expect(try ids("amzn=2023 sles=12") == ["sles-12", "amazon-2023"])
    }

    @Test func `systems are asked once and in order`() throws {
        #expect(try ids("el=10", "debian=13", "el>=10") == ["debian-13", "el-10"])
        #expect(Set(ClientSystem.all.map(\.id)).count == ClientSystem.all.count)
        #expect(Set(ClientSystem.all.map(\.name)).count == ClientSystem.all.count)
    }

    @Test(arguments: ["", "  ", "debain>=10", "debian>=", "debian>=x", "debian>=99", "debian=>10", "el-9+fips", ">=10"])
    func `what selects nothing is an error`(expression: String) {
        #expect(throws: Failure.self) { try Targets([expression]) }
    }

    @Test func `the nearest name is proposed`() {
        do throws(Failure) {
            _ = try Targets(["debain"])
            Issue.record("debain was taken")
        } catch {
            #expect(error.code == .usage && error.hints.contains("Did you mean debian?"))
        }
    }

    @Test func `versions are compared by number`() {
        #expect(("4.9" as ClientVersion) < "4.14" && ("1.21.18" as ClientVersion) > "1.21.2")
        #expect(
            ClientVersion(parsing: "") == nil && ClientVersion(parsing: "1..2") == nil
                && ClientVersion(parsing: "1.x") == nil)
    }
}
