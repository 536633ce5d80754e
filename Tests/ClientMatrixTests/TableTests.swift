import OpenPGP
import Testing

@testable import ClientMatrix

/// What holds for every row.
@Suite struct TableTests {
    @Test func `rows have names of their own`() {
        #expect(Set(ClientMatrix.rules.map(\.id)).count == ClientMatrix.rules.count)
        #expect(ClientMatrix.rules.count > 100)
    }

    @Test(arguments: ClientMatrix.rules.map(\.id))
    func `every row says how it is known on each of its systems`(id: String) throws {
        let rule = try #require(ClientMatrix.rules.first { $0.id == id })
        #expect(!rule.evidence.isEmpty && !rule.systems.isEmpty && !rule.subject.isEmpty)
        for system in rule.systems {
            #expect(rule.evidence.contains { $0.concerns(system) }, "nothing says so of \(system.name)")
        }
        for evidence in rule.evidence {
            switch evidence {
            case .cited(let source):
                // A place in a source, a thread, or a standard.
                #expect(source.contains(",") || source.contains("https://") || source.contains("(5)"), "\(source)")
            case .tested(let client, let systems, let test):
                #expect(!client.isEmpty && test.split(separator: ".").count == 3)
                for system in systems {
                    #expect(rule.systems.contains { $0.id == system }, "\(test) is about \(system), the row isn't")
                }
            }
        }
    }

    @Test func `every row is about systems that have such facts`() {
        for rule in ClientMatrix.rules {
            for system in rule.systems {
                switch rule.facts {
                case "deb", "apt": #expect(system.isDebianBased)
                case "rpm", "yum": #expect(system.isRPMBased)
                default: #expect(rule.facts == "key")
                }
            }
        }
    }

    @Test func `every system of the design is there`() {
        let ids = Set(ClientSystem.all.map(\.id))
        let wanted =
            (10...13).map { "debian-\($0)" }
            + ["14.04", "16.04", "18.04", "20.04", "22.04", "24.04", "26.04"].map { "ubuntu-\($0)" }
            + (7...10).map { "el-\($0)" } + (8...10).map { "el-\($0)-fips" }
            + ["sles-12", "sles-15", "sles-16", "leap-15", "leap-16", "tumbleweed", "amazon-2", "amazon-2023"]
        #expect(wanted.filter { !ids.contains($0) } == [])
        let fedora = ClientSystem.all.filter { $0.distribution == .fedora }
        #expect(fedora.contains { $0.has(.dnf) } && fedora.contains { $0.has(.dnf5) })
        #expect(fedora.contains { $0.has(.rpm, since: "6") } && fedora.contains { $0.has(.rpm, before: "6") })
    }
}
