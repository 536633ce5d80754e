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
    private var impatient: Environment { environment(asked: 400_000 / 256) }

    /// A machine on which the time is up once it was asked for often enough.
    private func environment(asked limit: Int) -> Environment {
        var environment = Fixture.environment
        var polls = 0
        environment.isTimeUp = {
            polls += 1
            return polls > limit
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
        "var a = []; a.push(a); a.join()", "var e = new Error('x'); e.message = e; '' + e",
        "var e = new Error('x'); e.message = e; throw e", "var e = new Error('x'); e.message = [e]; +e",
        "var e = new Error('x'), o = {}; e.message = o; o.toString = function () { return '' + e }; o == 1",
        "var a = []; a.push([[a]]); a == 1", "var f = function (x) { return [1].map(f) }; f()",
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

    @Test(arguments: [
        ("[1, 2, 3].slice({toString: function () { return 1 }})", "2,3"),
        ("(function (a) { return a.slice(shrink(a), 3) })([1, 2, 3])", "1"),
        ("(function (a) { return a.slice(0, shrink(a, 3)) })([1, 2, 3])", "1"),
        ("(function (a) { return a.slice(-2, shrink(a, 9)) })([1, 2, 3])", ""),
        ("(function (a) { return a.join(shrink(a, '-')) })([1, 2, 3])", "1"),
        ("(function (a) { a.length = shrink(a, 2); return a.length })([1, 2, 3])", "2"),
        ("(function (a) { return a.map(function () { return a.pop() }) })([1, 2, 3])", "3,2,1"),
        ("(function (a) { return a.sort(function (x, y) { a.length = 0; return x - y }) })([3, 1, 2])", "1,2,3"),
    ])
    func `a conversion may change the array that is worked on`(expression: String, expected: String) throws {
        let body = """
            function shrink(a, n) { return {toString: function () { a.length = 1; return '' + (n || 0) }} }
            return String(\(expression));
            """
        #expect(try Fixture.run(body) == expected)
    }

    @Test func `regular expressions are limited in size, one by one and together`() throws {
        let alternatives = [String](repeating: "a{1000}", count: 30).joined(separator: "|")
        #expect(try message("var x = /\(alternatives)/").contains("it is too large: 20"))
        #expect(try message("var x = /\(String(repeating: "a", count: 20_001))/").hasSuffix("at most are 20000"))
        let literals = String(repeating: "x = /a{1000}a{1000}a{1000}/;", count: 100)
        #expect(try message(literals).contains("have more than 200000 instructions in all"))
        let made = "new RegExp('(?:a{1000}){10}')"
        #expect(try message(inFunction("for (;;) \(made)")).contains("64 MiB of memory"))
        #expect(try message(inFunction("for (;;) url.search('(?:a{1000}){10}')")).contains("64 MiB of memory"))
    }

    @Test func `sets are folded, and groups that must be cleared are limited`() throws {
        let large = Text(("[" + String(repeating: "a", count: 100_000) + "x-zb-c\\W]").utf8)
        #expect(
            try Pattern(large, flags: [], at: 0).program[1]
                == .set([0...0x2F, 0x3A...0x40, 0x5B...0x5E, 0x60...0x63, 0x78...0xFF], isNegated: false))
        let odd = Text((0..<128).flatMap { [UInt8(ascii: "\\"), UInt8(ascii: "x")] + Text(hex($0 * 2 + 1).utf8) })
        guard case .set(let ranges, _) = try Pattern([0x5B] + odd + [0x5D], flags: [], at: 0).program[1] else {
            throw Failure(.failed, "no set")
        }
        #expect(ranges.count == 128)
        let brackets = Text(("[" + String(repeating: "(", count: 5000) + "\\]](a)\\((?:b)").utf8)
        #expect(try Pattern(brackets, flags: [], at: 0).slotCount == 4)
        #expect(try Fixture.value(of: "/[(\\](]+(a*)\\((?:b)*(c)/.exec('((]aa(bbc').join()") == "((]aa(bbc,aa,c")
        #expect(
            try message("var x = /\(String(repeating: "(a)", count: 1000))/")
                .hasSuffix("too many groups and loops: 2002 positions, at most are 2000"))
    }

    private func hex(_ value: Int) -> String { (value < 16 ? "0" : "") + String(value, radix: 16) }

    @Test func `the time is asked for while a pattern is matched`() throws {
        var environment = Fixture.environment
        var polls = 0
        environment.isTimeUp = {
            polls += 1
            return polls > 50
        }
        let found = try message(
            inFunction("/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')"), environment: environment)
        #expect(found.hasSuffix("takes too long: the time is up") && polls == 51)
    }

    /// Each of these did work of a length that the script chooses for one step.
    @Test(arguments: [
        // A long chain of prototypes.
        """
        function F() {} var o = {}; for (var i = 0; i < 5000; i++) { F.prototype = o; o = new F() }
        for (i = 0; i < 100; i++) { o.missing; o instanceof Array; 'missing' in o }
        """,
        // Many declarations, called often.
        "function g() { var \([String](repeating: "a", count: 100_000).joined(separator: ",")) } "
            + "for (var i = 0; i < 100; i++) g();",
        // Long texts, compared.
        """
        var s = 'xxxxxxxx'; while (s.length < 1000000) s += s; var t = s + '', a = [s + ''], i;
        for (i = 0; i < 100; i++) { a.indexOf(t); dnsDomainIs(s, t); switch (s) { case t: } }
        """,
        "var a = []; a.length = 100000; for (var i = 0; i < 100; i++) Math.min.apply(null, a);",
    ])
    func `work is counted by its length`(body: String) throws {
        let found = try message(inFunction(body + " return 'DIRECT'"), environment: environment(asked: 50))
        #expect(found.contains("takes too long") || found.contains("MiB of memory"), "\(found)")
    }

    @Test func `a separator is counted where nothing stands between`() throws {
        let body = "var s = 'x'; while (s.length < 500000) s += s; new Array(1000).join(s)"
        #expect(try message(inFunction(body)).contains("64 MiB of memory"))
    }

    @Test func `an answer names at most twenty ways`() throws {
        let many = String(repeating: "nonsense; PROXY a:1;; ", count: 100_000)
        #expect(try ProxyChoice.list(parsing: many).count == 20)
        let long = "PROXY \(String(repeating: "a", count: 100_000)); DIRECT"
        #expect(try ProxyChoice.list(parsing: long) == [.direct])
        let accents = "a" + String(repeating: "\u{301}", count: 100_000)
        let failure = #expect(throws: Failure.self) { try ProxyChoice.list(parsing: accents) }
        #expect((failure?.rendered.utf8.count ?? 0) < 1000)
    }

    @Test func `names that end like keywords are names`() throws {
        #expect(try Fixture.run("var éin = 'a', éif = 'b', in\u{e9} = 'c'; return éin + éif + in\u{e9};") == "abc")
        // Of ten bytes, which overflow a code.
        #expect(Token.code("instanceof".utf8) > Token.code("~~~~~~~~~".utf8))
        #expect(try Fixture.run("var abcdefghij = [] instanceof Array; return '' + abcdefghij;") == "true")
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
                return polls > 160_000 / 256
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
