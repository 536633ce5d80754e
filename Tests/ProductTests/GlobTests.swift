import Product
import Testing

struct GlobTests {
    @Test(arguments: [
        ("*.jar", "lib/a.jar", true), ("*.jar", "a.jar", true), ("*.jar", "a.jar.bak", false),
        ("lib/*.jar", "lib/a.jar", true), ("lib/*.jar", "lib/x/a.jar", false), ("lib/**/*.jar", "lib/x/y/a.jar", true),
        ("lib/**/*.jar", "lib/a.jar", true), ("tests/**", "tests/a/b", true), ("tests/**", "tests", true),
        ("**", "a/b/c", true), ("a?c", "abc", true), ("a?c", "ac", false), ("[a-c]x", "bx", true),
        ("[!a-c]x", "bx", false), ("[]]x", "]x", true), ("a*b*c", "aXXbYYc", true), ("a*b*c", "aXXbYY", false),
        (".*", ".git", true), ("*", ".git", true), ("a/b", "x/a/b", false), ("**/a/b", "x/a/b", true),
    ])
    func `Patterns match paths`(pattern: String, path: String, expected: Bool) throws {
        #expect(try #require(Glob(pattern)).matches(path) == expected)
    }

    @Test(arguments: ["", "/a", "a//b", "a/", "../a", "a/../b", "./a", "[a", "[z-a]"])
    func `Patterns that lead elsewhere or are unfinished are refused`(pattern: String) {
        #expect(Glob(pattern) == nil)
    }

    @Test func `The search starts at the last directory without a wildcard`() throws {
        #expect(try #require(Glob("lib/x/*.jar")).fixedPrefix == "lib/x")
        #expect(try #require(Glob("*.jar")).fixedPrefix == "")
        #expect(try #require(Glob("lib/a.jar")).fixedPrefix == "lib")
        #expect(try #require(Glob("lib/a.jar")).hasWildcards == false)
    }

    @Test func `A hostile pattern takes no longer than pattern times name`() throws {
        let glob = try #require(Glob(String(repeating: "*a", count: 40) + "b"))
        let time = ContinuousClock().measure {
            #expect(!glob.matches(String(repeating: "a", count: 250)))
        }
        #expect(time < .seconds(2))
    }
}
