import Diagnostics
import Testing

@testable import ProxyAutoConfig

/// Whole files, written like those that networks have; each says in its first lines what it must answer.
struct CorpusTests {
    @Test func `the corpus is there`() { #expect(Fixture.names.count >= 11) }

    @Test(arguments: Fixture.names)
    func `a file answers what it says it must`(name: String) throws {
        let source = try Fixture.bytes(name)
        let script = try ProxyScript(parsing: source, name: name)
        var count = 0
        for line in String(decoding: source, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("// expect ") || line.hasPrefix("\u{FEFF}// expect ") else { continue }
            let words = line.split(separator: " ", maxSplits: 4)
            let url = String(words[2])
            let choices = try script.choices(
                url: url, host: Fixture.host(of: url), environment: Fixture.environment)
            #expect(choices.map(\.description).joined(separator: "; ") == words[4], "\(name): \(url)")
            count += 1
        }
        #expect(count > 1)
    }

    @Test func `a list of 20 000 domains is walked in no time`() throws {
        let members = (0..<20_000).map { "\"host\($0).example\":\($0)" }.joined(separator: ",\n")
        let script = try ProxyScript(
            parsing: Array("var d = {\(members)}; function FindProxyForURL(u, h) { return 'PROXY p:' + d[h]; }".utf8),
            name: "list")
        let choices = try script.choices(url: "http://host19999.example/", host: "host19999.example")
        #expect(choices == [.proxy(.http, host: "p", port: 19_999)])
    }

    @Test func `a condition of 3 000 hosts needs no depth`() throws {
        let hosts = (0..<3000).map { "shExpMatch(host, \"*.h\($0).example\")" }.joined(separator: " ||\n")
        let branches = (0..<1000).map { "if (host == 'b\($0)') return 'PROXY b:\($0)'; else " }.joined()
        let script = try ProxyScript(
            parsing: Array(
                "function FindProxyForURL(url, host) { if (\(hosts)) return 'PROXY a'; \(branches) return 'DIRECT' }"
                    .utf8),
            name: "chain")
        #expect(try script.choices(url: "", host: "x.h2999.example").map(\.description) == ["PROXY a:80"])
        #expect(try script.choices(url: "", host: "b999").map(\.description) == ["PROXY b:999"])
    }
}
