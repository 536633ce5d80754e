import JSON
import OpenPGP
import Testing

@testable import ClientMatrix

@Suite struct ReportTests {
    private func report() throws -> MatrixReport {
        let facts = DebFacts(data: .init(name: "data.tar.zst", compression: "zstd", filters: []))
        return MatrixReport([
            .init(name: "a.deb", kind: "deb", verdicts: ClientMatrix.verdicts(facts, try Targets(["debian"]))),
            .init(name: "b.rpm", kind: "rpm", verdicts: ClientMatrix.verdicts(RPMFacts(), try Targets(["el=9"]))),
        ])
    }

    @Test func `people read systems of one verdict together`() throws {
        let lines = try report().text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "a.deb" && lines[1] == "  Debian 12, Debian 13 (sqv): accepts")
        #expect(lines[2] == "  Debian 10, Debian 11: refuses")
        #expect(lines[3] == "    refuse data.tar.zst is compressed with zstd, which dpkg reads since 1.21.18")
        #expect(lines[4].hasPrefix("           says: archive '…' uses unknown compression"))
        #expect(lines[5].hasPrefix("           see: dpkg, debian/changelog, 1.21.18"))
        #expect(lines.contains { $0.hasPrefix("           see: tested with dpkg: test_client_matrix.") })
        #expect(lines.suffix(2) == ["b.rpm", "  EL 9: accepts"])
    }

    @Test func `programs read all of it`() throws {
        let report = try report()
        #expect(report.worst == .refuse && report.parts[1].worst == .ok)
        #expect(report.parts[0].refusing.map(\.id) == ["debian-10", "debian-11"])
        guard case .object(let object) = report.json, case .array(let files)? = object["files"],
            case .object(let file) = files[0], case .array(let verdicts)? = file["verdicts"],
            case .object(let verdict) = verdicts[1], case .array(let findings)? = verdict["findings"],
            case .object(let finding) = findings[0]
        else {
            Issue.record("the JSON has another shape")
            return
        }
        #expect(object["schema"] == 1 && object["worst"] == "refuse" && file["kind"] == "deb")
        #expect(verdict["system"] == "debian-11" && verdict["verdict"] == "refuse")
        #expect(finding["rule"] == "deb-zstd" && finding["severity"] == "refuse")
        // It is JSON to others, too.
        _ = try JSONValue(parsing: Array(report.json.text().utf8), name: "it")
        _ = try JSONValue(parsing: Array(ClientMatrix.json.text(pretty: true).utf8), name: "it")
    }
}
