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

    @Test func `things of which all say the same stand together`() throws {
        let verdicts = ClientMatrix.verdicts(RPMFacts(), try Targets(["el=9"]))
        let parts = (1...7).map { MatrixReport.Part(name: "\($0).rpm", kind: "rpm", verdicts: verdicts) }
        #expect(MatrixReport(parts).text == "1.rpm, 2.rpm, 3.rpm, 4.rpm and 3 more\n  EL 9: accepts")
        #expect(MatrixReport(Array(parts.prefix(2))).text == "1.rpm, 2.rpm\n  EL 9: accepts")
    }

    @Test func `a table says what each system makes of packages and metadata`() throws {
        var facts = APTMetadataFacts(date: 0, now: 0)
        facts.acquiresByHash = false
        let verdicts = ClientMatrix.verdicts(facts, try Targets(["debian>=12"]))
        let report = MatrixReport(try report().parts + [.init(name: "dists", kind: "apt", verdicts: verdicts)])
        #expect(
            report.text.split(separator: "\n", omittingEmptySubsequences: false).suffix(7).map(String.init) == [
                "", "system           artifacts  metadata", "Debian 10        refuses    -",
                "Debian 11        refuses    -", "Debian 12        accepts    warns",
                "Debian 13 (sqv)  accepts    warns", "EL 9             accepts    -",
            ])
        #expect(report.summaries.map(\.metadata) == [nil, nil, .warn, .warn, nil])
        guard case .object(let object) = report.json, case .array(let systems)? = object["systems"],
            case .object(let system) = systems[2]
        else {
            Issue.record("the JSON has another shape")
            return
        }
        #expect(system["system"] == "debian-12" && system["artifacts"] == "ok" && system["metadata"] == "warn")
        #expect(system["keys"] == nil)
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
