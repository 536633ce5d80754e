import Diagnostics
import Testing

@testable import ProxyAutoConfig

/// Hostile and endless scripts end with an error.
struct LimitTests {
    private func message(_ source: String, environment: Environment = Fixture.environment) throws -> String {
        try #require(
            throws: Failure.self,
            performing: {
                let script = try ProxyScript(parsing: Array(source.utf8), name: "p")
                _ = try script.choices(url: "http://a.example/", host: "a.example", environment: environment)
            }
        ).message
    }

    /// Ends an evaluation after some 400 000 steps; the limit of their number has a test of its own.
    private var impatient: Environment {
        var environment = Fixture.environment
        var polls = 0
        environment.isTimeUp = {
            polls += 1
            return polls > 20
        }
        return environment
    }

    @Test func `steps are counted`() throws {
        #expect(try message(inFunction("while (true) {}")).hasSuffix("the script takes too long: it may never end"))
    }

    private func inFunction(_ body: String) -> String { "function FindProxyForURL(url, host) { \(body) }" }

    @Test(arguments: [
        "while (true) {}", "for (;;) ;", "do { } while (1)", "while (1) { try { while (1); } catch (e) { } }",
        "/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')",
        "for (var i = 0; ; i++) shExpMatch(url, '*a*b*c*d*e')",
        "var a = []; for (;;) a.indexOf(1)", "for (;;) dnsDomainIs(host, url)", "for (;;) 'aaaa'.split('')",
    ])
    func `a loop without end is told so`(body: String) throws {
        let found = try message(inFunction(body), environment: impatient)
        #expect(found.contains("takes too long") || found.contains("MiB of memory"), "\(found)")
    }

    @Test(arguments: [
        "var s = 'x'; for (;;) s += s;", "var a = []; for (;;) a.push(1, 2, 3);", "new Array(1e9)",
        "var a = []; a[1e9] = 1;",
        "var a = []; a.length = 4e8", "var a = [1]; for (;;) a = a.concat(a);",
        "var o = {}; for (var i = 0; ; i++) o['k' + i] = {};",
        "var s = 'xxxxxxxx'; for (;;) s = s.replace(/x/g, 'xx');",
        "var f = function () {}; for (;;) f = (function (g) { return function () { return g } })(f);",
        "var a = [1]; for (;;) a = [a, a.join(), a.join()];",
    ])
    func `memory has an end`(body: String) throws {
        let found = try message(inFunction(body), environment: impatient)
        #expect(
            found.contains("64 MiB of memory") || found.contains("too long") || found.contains("too deeply"), "\(found)"
        )
    }

    @Test(arguments: [
        "function f() { return f() } f()", "var o = {}; o.toString = function () { return '' + o }; '' + o",
        "var a = []; a.push(a); a.join()", "var f = function (x) { return [1].map(f) }; f()",
    ])
    func `calls without end are told so`(body: String) throws {
        #expect(try message(inFunction(body)).contains("nested too deeply"))
    }

    @Test(arguments: [
        "(", "[", "{a:", "!", "f(", "a.", "new ", "function () {", "if (1) ", "x => ", "a ? ", "-", "typeof ", "a = ",
    ])
    func `source that nests without end is refused`(part: String) throws {
        let outside = try message(String(repeating: part, count: 50_000))
        #expect(
            outside.contains("nested deeper than 120 levels") || outside.contains("expected is")
                || outside.contains("labels"), "\(outside)")
        let inside = try message("function FindProxyForURL() { return \(String(repeating: part, count: 500)) }")
        #expect(outside.count < 200 && inside.count < 200)
    }

    @Test func `long chains of members and deep objects are freed without depth`() throws {
        let dots = String(repeating: ".a", count: 100_000)
        #expect(try message("function FindProxyForURL() { x\(dots) }").contains("nested deeper"))
        #expect(try message("new x\(dots)").contains("nested deeper"))
        let script = try ProxyScript(
            parsing: Array(
                inFunction("var o = null; for (var i = 0; i < 50000; i++) o = {next: o}; return 'DIRECT'").utf8),
            name: "p")
        #expect(try script.choices(url: "", host: "") == [.direct])
    }

    @Test func `names that are looked up are counted, and the time that it takes`() throws {
        var environment = Fixture.environment
        var lookups = 0
        environment.resolve = { _ in
            lookups += 1
            return []
        }
        #expect(
            try message(inFunction("for (var i = 0; ; i++) dnsResolve('h' + i)"), environment: environment)
                .contains("looks up more than 64 host names"))
        #expect(lookups == 64)
        environment.isTimeUp = { true }
        #expect(try message(inFunction("dnsResolve(host)"), environment: environment).contains("its time is up"))
        #expect(try message(inFunction("for (;;) ;"), environment: environment).contains("its time is up"))
    }

    @Test func `limits can't be caught`() throws {
        #expect(
            try message(
                inFunction("try { f() } catch (e) { return 'DIRECT' } finally { return 'DIRECT' } function f() { f() }")
            )
            .contains("nested too deeply"))
    }

    /// Damages the corpus in thousands of ways: each ends with an answer or a failure, and soon.
    @Test(arguments: 0..<8)
    func `damaged files end`(seed: Int) throws {
        var state = UInt64(seed &* 7919 &+ 1)
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, below)
        }
        let parts = [
            "(", ")", "{", "}", "[", "]", "/", "*", "\"", "'", "\\", ";", ":", "?", "=>", "for(;;)", "while(1)", "0",
            "1e308", "-", "\u{0}", "function", "new ", "return", ".", "this", "in", "\n", "`", "[]", "null",
            "arguments",
        ]
        let sources = try Fixture.names.map(Fixture.bytes)
        var (answers, failures) = (0, 0)
        for _ in 0..<250 {
            var bytes = sources[random(sources.count)]
            for _ in 0...random(4) {
                let place = random(bytes.count)
                let end = min(bytes.count, place + random(12))
                switch random(5) {
                case 0: bytes[place] = UInt8(random(256))
                case 1: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: random(bytes.count))
                case 3:
                    let other = sources[random(sources.count)]
                    let from = random(other.count)
                    bytes.insert(contentsOf: other[from..<min(other.count, from + random(80))], at: place)
                default: bytes.insert(contentsOf: Array(parts[random(parts.count)].utf8), at: place)
                }
            }
            var polls = 0
            var environment = Fixture.environment
            environment.isTimeUp = {
                polls += 1
                return polls > 8
            }
            do throws(Failure) {
                let script = try ProxyScript(parsing: bytes, name: "damaged")
                for url in ["http://a.example/", "https://www.corp.example/"] {
                    _ = try script.choices(url: url, host: Fixture.host(of: url), environment: environment)
                }
                answers += 1
            } catch {
                failures += 1
                #expect(error.code == .failed && error.message.hasPrefix("damaged"))
            }
        }
        #expect(answers > 10 && failures > 10)
    }
}
