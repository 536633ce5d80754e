import Foundation
import Testing

@testable import Templates

/// Quoted text is read by the programs themselves.
@Suite struct ScriptTextTests {
    /// Texts whose special characters hide in longer ones: U+0301 is an accent on what is before it.
    static let texts = [
        "A'\u{301} `id >&2` B", "\"\u{301}; id; \"", "`\u{301}id`", "$\u{301}HOME $HOME", "\\\u{301}\\", "!\u{301}",
        "''\u{301}'", "\u{301}", "", "it's \"all\" $well \\ `here`!",
    ]

    private func output(_ words: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [["dash"], ["bash", "--posix"], ["busybox", "sh"]], texts)
    func `Shells read a word as the text`(shell: [String], text: String) throws {
        let script = "printf '%s.' " + ScriptText.shellWord(text)
        // Bytes: texts that differ in them can be equal.
        #expect(Array(try output(shell + ["-c", script]).utf8) == Array((text + ".").utf8), "\(script)")
    }

    @Test(arguments: texts + ["two\nlines\r\u{301}", "\u{7}1", "\0"])
    func `rpm's Lua reads a string as the text`(text: String) throws {
        let file = "/tmp/agentpack-text-\(UUID().uuidString).lua"
        let hex = "((\(ScriptText.luaString(text))):gsub('.', function(c) return string.format('%02x', c:byte()) end))"
        try "print(\(hex))".write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let result = try output(["rpm", "--eval", "%{lua:dofile(\"\(file)\")}"]).filter { !$0.isWhitespace }
        #expect(result == text.utf8.map { String(Int($0) + 256, radix: 16).dropFirst() }.joined())
    }

    @Test func `Only ends of lines are taken from the end of a text`() {
        #expect(PackagingTexts.withoutEndOfLine("a\n\r\n\n") == "a")
        let accented = "a\n\u{301}"
        #expect(Array(PackagingTexts.withoutEndOfLine(accented).utf8) == Array(accented.utf8))
    }

    @Test func `A unit's specifiers are escaped under accents, too`() throws {
        let texts = ServiceTexts(
            name: "a", title: "100%\u{301} %", description: "", root: "/opt/a", user: "root", restart: "no",
            stopTimeoutSeconds: 1)
        #expect(
            Array(try texts.unit().utf8).split(separator: 10).contains {
                Array("Description=100%%\u{301} %%".utf8).elementsEqual($0)
            })
    }
}
