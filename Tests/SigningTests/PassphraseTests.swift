import Diagnostics
import Foundation
import LinuxIO
import Signing
import Testing

@Suite struct PassphraseTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test(arguments: ["pass", "pass\n", "pass\r\n", "pass\nmore\n"]) func `a file's first line counts`(
        content: String
    ) throws {
        let source = PassphraseSource.file(try scratch.file("passphrase", content.utf8))
        #expect(try text(source.read(for: "k")) == "pass")
        #expect(try text(source.readNew(for: "k")) == "pass")
    }

    @Test func `blanks are part of a passphrase`() throws {
        let source = PassphraseSource.file(try scratch.file("passphrase", " a b ".utf8))
        #expect(try text(source.read(for: "k")) == " a b ")
    }

    @Test func `an empty, long, open or missing file is refused`() throws {
        let files = [
            try scratch.file("empty", []), try scratch.file("line", "\n".utf8),
            try scratch.file("long", [UInt8](repeating: 65, count: 1025)),
            try scratch.file("open", "pass".utf8, mode: 0o644), scratch.path + "/missing",
        ]
        for file in files {
            let failure = #expect(throws: Failure.self) { try PassphraseSource.file(file).read(for: "k") }
            #expect(failure?.rendered.contains("AAAA") == false)
        }
    }

    @Test func `a variable is read once and then gone`() throws {
        let name = "AGENTPACK_TEST_PASSPHRASE"
        setenv(name, "pass", 1)
        #expect(try text(PassphraseSource.environment(name).read(for: "k")) == "pass")
        #expect(getenv(name) == nil)
        let failure = #expect(throws: Failure.self) { try PassphraseSource.environment(name).read(for: "k") }
        #expect(failure?.code == .usage)
    }

    @Test func `all variables are taken at once, one that two name serves both`() throws {
        setenv("AGENTPACK_TEST_SHARED", "one", 1)
        setenv("AGENTPACK_TEST_OWN", "two", 1)
        let names = ["AGENTPACK_TEST_SHARED", "AGENTPACK_TEST_OWN", "AGENTPACK_TEST_SHARED", "AGENTPACK_TEST_ABSENT"]
        let taken = try PassphraseSource.takingEnvironment(names.map { .environment($0) } + [nil, .prompt])
        for name in names { #expect(getenv(name) == nil) }
        #expect(try taken.prefix(3).map { try $0.map { try text($0.read(for: "k")) } } == ["one", "two", "one"])
        // What nobody needs may be missing.
        let failure = #expect(throws: Failure.self) { try taken[3]?.read(for: "k") }
        #expect(failure?.message.contains("AGENTPACK_TEST_ABSENT") == true)
        #expect(taken[4] == nil && taken[5]?.isPrompt == true)
    }
}
