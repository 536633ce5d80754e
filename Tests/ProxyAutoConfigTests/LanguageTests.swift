import Testing

@testable import ProxyAutoConfig

/// Single expressions and statements, with what browsers make of them.
struct LanguageTests {
    @Test(arguments: [
        ("1 + 2 * 3 - 4 / 2 % 3", "5"), ("'1' + 2", "12"), ("'3' * '4'", "12"), ("7 / 2", "3.5"), ("-7 % 3", "-1"),
        ("0.1 + 0.2", "0.30000000000000004"), ("1e3", "1000"), (".5", "0.5"), ("0x1F", "31"), ("1 / 0", "Infinity"),
        ("'a' - 1", "NaN"), ("NaN == NaN", "false"), ("1 << 4 | 3", "19"), ("-1 >>> 28", "15"), ("-16 >> 2", "-4"),
        ("~5", "-6"), ("5 & 6 ^ 1", "5"), ("1 < 2 == true", "true"), ("'10' < '9'", "true"), ("'10' < 9", "false"),
        ("null == undefined", "true"), ("null === undefined", "false"), ("'' == 0", "true"), ("null >= 0", "true"),
        ("'1' === 1", "false"), ("!'' && !0 && !null", "true"), ("0 || 'x'", "x"), ("1 && 0 || 2", "2"),
        ("true ? false ? 1 : 2 : 3", "2"),
        ("typeof 1 + typeof 'a' + typeof {} + typeof null", "numberstringobjectobject"),
        ("typeof isInNet", "function"), ("typeof nowhere", "undefined"), ("void 0", "undefined"), ("(1, 2, 3)", "3"),
        ("[1, [2, 3], null, 'x']", "1,2,3,,x"), ("[1,2,3].length", "3"), ("({a: {b: [5]}}).a.b[0]", "5"),
        ("({a: 1, 'b c': 2, 3: 4})['b c']", "2"), ("'b' in {b: 0}", "true"), ("[] + {}", "[object Object]"),
        ("[3, 1, 10].sort()", "1,10,3"), ("[3, 1, 10].sort(function (a, b) { return a - b; })", "1,3,10"),
        ("[1, 2].concat([3], 4).reverse().join('-')", "4-3-2-1"), ("[1, 2, 3].slice(-2)", "2,3"),
        ("[1, 2, 3].indexOf(3) + [1].indexOf('1')", "1"), ("new Array(3).length", "3"), ("Array.isArray([])", "true"),
        ("[1,2,3].map(x => x * 2).filter(x => x > 2)", "4,6"), ("[1, 2].every(x => x > 0)", "true"),
        ("Object.keys({z: 1, a: 2})", "z,a"), ("parseInt('12px') + parseInt('ff', 16) + parseInt('0x10')", "283"),
        ("parseInt('x')", "NaN"), ("parseFloat(' 3.25abc')", "3.25"), ("isNaN('x') && !isNaN('1')", "true"),
        ("Number('') + Number(' 12 ') + Number(true)", "13"), ("Number('1x')", "NaN"), ("String(null)", "null"),
        ("Math.floor(-1.5) + Math.ceil(1.2) + Math.round(2.5) + Math.abs(-3)", "6"), ("Math.max(1, 5, 3)", "5"),
        ("Math.min()", "Infinity"), ("Math.random()", "0.5"), ("convert_addr('192.0.2.1')", "-1073741311"),
        ("1 / 3", "0.3333333333333333"), ("-0", "0"),
        ("url.length + host", "18h.example"), ("'x'.constructor == String", "true"), ("new Date().getMonth()", "6"),
        ("new Date().getTime()", "1784125845000"), ("new Date() > 5", "true"), ("getClientVersion()", "1.0"),
    ])
    func `an expression comes to a value`(expression: String, expected: String) throws {
        #expect(try Fixture.value(of: expression) == expected)
    }

    @Test(arguments: [
        ("'Hello'.toUpperCase() + 'W'.toLowerCase()", "HELLOw"),
        ("'abc'.charAt(1) + 'abc'[2] + 'abc'.charCodeAt(0)", "bc97"),
        ("'a.b.c'.split('.')", "a,b,c"), ("'a.b.c'.split('.', 2).length", "3"), ("'abc'.split('')", "a,b,c"),
        ("'abcabc'.indexOf('c', 3) + 'abcabc'.lastIndexOf('b')", "9"), ("'abc'.indexOf('x')", "-1"),
        ("'abcdef'.substring(4, 1) + '|' + 'abcdef'.substr(-3, 2) + '|' + 'abcdef'.slice(1, -1)", "bcd|de|bcde"),
        ("'abc'.substring(-1) + 'abc'.substring(1, 99)", "abcbc"), ("'aXbX'.replace('X', '-')", "a-bX"),
        ("'abc'.startsWith('ab') && 'abc'.endsWith('bc') && 'abc'.includes('b')", "true"),
        ("'  x '.trim() + '|'", "x|"),
        ("'a'.concat('b', 1)", "ab1"), ("'a\\tb\\'\\\"\\\\'", "a\tb'\"\\"), ("'\\x41\\u0042\\103'.length", "5"),
        ("String.fromCharCode(72, 105)", "Hi"), ("'abc'.length", "3"), ("'long\\\nline'", "longline"),
        ("'äb'.length", "3"), ("'x'.hasOwnProperty('y')", "false"),
    ])
    func `texts have their methods`(expression: String, expected: String) throws {
        #expect(try Fixture.value(of: expression) == expected)
    }

    @Test(arguments: [
        ("/^a+b?$/.test('aaab')", "true"), ("/a.c/.test('a\\nc')", "false"), ("/[^a-c\\d]/.exec('ab1x')", "x"),
        ("/(a|ab)(c|bcd)(d*)/.exec('abcd')", "abcd,a,bcd,"), ("/a*?b/.exec('aab')[0]", "aab"),
        ("/^(?:x{2,3})$/.test('xxxx')", "false"),
        ("/x{2,}/.exec('xxxx')[0].length", "4"), ("/(\\w)\\1/.exec('abccd')[0]", "cc"),
        ("/foo(?=bar)/.test('foobar')", "true"),
        ("/foo(?!bar)/.test('foobar')", "false"), ("/\\bfoo\\b/.test('a foo b')", "true"),
        ("/[\\]\\-x]+/.exec('a]-x')[0]", "]-x"),
        ("/A/i.test('a') && /[A-C]/i.test('b')", "true"), ("/^b/m.test('a\\nb')", "true"),
        ("'a1b22'.match(/\\d+/g)", "1,22"),
        ("'a1b22'.match(/x/)", "null"), ("'a1b22'.match(/([a-z])(\\d)/).index", "0"),
        ("'x.y.z'.replace(/\\./g, '-')", "x-y-z"),
        ("'john smith'.replace(/(\\w+) (\\w+)/, '$2, $1')", "smith, john"),
        ("'abc'.replace(/b/, function (m) { return m + m; })", "abbc"),
        ("'a1b2'.split(/\\d/).join('|')", "a|b|"), ("'abc'.search(/c/)", "2"), ("/(a*)*$/.test('b')", "true"),
        ("new RegExp('^' + 'a.b'.replace(/\\./g, '\\\\.') + '$').test('axb')", "false"), ("/\\//.source", "\\/"),
        ("/a|b|/.exec('c')[0] === ''", "true"), ("/[/]x/.test('/x')", "true"), ("/\\x41{1}/.test('A')", "true"),
        ("/(z)((a+)?(b+)?(c))*/.exec('zaacbbbcac')[0]", "zaacbbbcac"), ("/\\D\\S\\W/.test('a-.')", "true"),
    ])
    func `regular expressions match`(expression: String, expected: String) throws {
        #expect(try Fixture.value(of: expression) == expected)
    }

    @Test(arguments: [
        ("var s = ''; for (var k in {a: 1, b: 2}) s += k; return s;", "ab"),
        (
            "var s = 0; for (var i = 0; i < 10; i++) { if (i == 3) continue; if (i > 5) break; s += i; } return '' + s;",
            "12"
        ),
        ("var i = 0; while (true) { if (++i > 4) break } return '' + i", "5"),
        ("var s = ''; for (let c of 'abc') s = c + s; return s", "cba"),
        ("var f = []; for (let i = 0; i < 3; i++) f.push(() => i); return '' + f[0]() + f[1]() + f[2]()", "012"),
        ("let x = 1; { let x = 2; } return '' + x", "1"),
        (
            "switch (3) { case 1: return 'a'; default: x = 'd'; case 2: x += 'e'; break; case 4: x = 'z' } var x; return x",
            "de"
        ),
        ("return g(3); function g(n) { return n ? n + g(n - 1) : '!' }", "321!"),
        ("var c = 0, a = [1, 2]; a[5] = 1; delete a.x; return a.length + ':' + (c++ + ++c) + c--", "6:22"),
        ("var o = {n: 1, get: function () { return this.n }}; o.n += 4; return '' + o.get() + o['get']()", "55"),
        ("function f() { return arguments.length + arguments[1] } return f('a', 'b', 'c')", "3b"),
        ("try { undefined.x } catch (e) { return e.message }", "‘x’ is asked of a value that is undefined"),
        ("try { throw 'up' } catch (e) { return e } finally { host = 'z' }", "up"),
        ("var o = {}; o.a = o; return typeof o.a.a.a", "object"),
        ("global = 5; return '' + (function () { return global })()", "5"),
        ("var a = [1, 2, 3]; a.length = 1; a.push(9); return a.join() + a.pop() + a.shift()", "1,991"),
        ("if (0) ; else if ('') return 'x'; else return 'y'", "y"),
        (
            "return [weekdayRange('WED'), weekdayRange('FRI', 'MON'), weekdayRange('SUN', 'WED', 'GMT')].join()",
            "true,false,true"
        ),
        (
            "return [dateRange(15), dateRange('JUL'), dateRange(2025, 2026), dateRange('NOV', 'FEB'), dateRange(14, 'JUL', 2026, 15, 'JUL', 2026)].join()",
            "true,true,true,false,true"
        ),
        (
            "return [timeRange(16), timeRange(14, 'GMT'), timeRange(16, 30, 16, 31), timeRange(16, 30, 46, 17, 0, 0), timeRange(22, 17)].join()",
            "true,true,true,false,true"
        ),
        (
            "return [isInNet('10.1.2.3', '10.1.0.0', '255.255.0.0'), isInNet(null, '0.0.0.0', '0.0.0.0'), isInNet('300.1.1.1', '0.0.0.0', '0.0.0.0')].join()",
            "true,false,false"
        ),
        (
            "return [shExpMatch('http://a.b/c', '*/c'), shExpMatch('abc', 'a?'), shExpMatch('a.c', 'a.c'), shExpMatch('abc', 'a.c'), shExpMatch('', '*')].join()",
            "true,false,true,false,true"
        ),
        (
            "return [dnsResolve('four.example'), dnsResolve('no.example'), dnsResolve('six.example'), myIpAddress(), myIpAddressEx()].join()",
            "198.51.100.4,,,10.1.2.3,10.1.2.3;2001:db8::3"
        ),
        (
            "return [isResolvable('six.example'), isResolvableEx('six.example'), localHostOrDomainIs('www', 'www.x.y'), dnsDomainLevels('a.b.c')].join()",
            "false,true,true,2"
        ),
    ])
    func `a function answers`(body: String, expected: String) throws {
        #expect(try Fixture.run(body) == expected)
    }
}
