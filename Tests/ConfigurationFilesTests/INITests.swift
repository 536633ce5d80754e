import ConfigurationFiles
import Diagnostics
import Testing

@Suite struct INITests {
    private let text = """
        # head
        top = 1

        [agent]
        token=abc ; not a comment
          name : x = y z\u{20}
        ; tail

        [a.b]
        c = 1
        [proxy]
        """

    @Test func `sections come before the first dot of keys`() throws {
        let document = try ConfigurationDocument(text, as: .ini)
        #expect(
            document.entries == [
                ConfigurationEntry(key: "top", value: "1"),
                ConfigurationEntry(key: "agent.token", value: "abc ; not a comment"),
                ConfigurationEntry(key: "agent.name : x", value: "y z"),
            ])
    }

    @Test func `an edit leaves everything else as it was`() throws {
        let document = try ConfigurationDocument(text, as: .ini)
        #expect(try document.setting("agent.token", to: .text("n")) == text.replacing("abc ; not a comment", with: "n"))
        #expect(
            try document.setting("agent.new", to: .text("n"))
                == text.replacing("; tail", with: "agent.new = n\n; tail")
                .replacing("agent.new", with: "new"))
        #expect(try document.setting("proxy.host", to: .text("h")) == text + "\nhost = h\n")
        #expect(try document.setting("a.b.c", to: .integer(2)) == text + "\n\n[a]\nb.c = 2\n")
        #expect(try document.setting("two", to: .text("2")) == text.replacing("top = 1", with: "top = 1\ntwo = 2"))
        #expect(try document.setting("top", to: nil) == text.replacing("top = 1\n", with: ""))
        #expect(
            try ConfigurationDocument("[a]\r\nb = 1", as: .ini).setting("c", to: .text("1")) == "c = 1\r\n[a]\r\nb = 1")
    }

    @Test(arguments: [
        ("a = 1\nb\n", "line 2: neither a section nor key = value"),
        ("a = 1\n= 2\n", "line 2: neither a section nor key = value"),
        ("\n[a\n", "line 2: a section's name is not between [ and ]"),
        ("a = \u{1}", "line 1: a control character"),
    ])
    func `a malformed file is refused with its line`(text: String, message: String) {
        #expect(throws: Failure(.failed, message)) { try ConfigurationDocument(text, as: .ini) }
    }

    @Test(arguments: [
        ("k", "a\nb"), ("k", " a"), ("k", "a\t"), ("", "a"), ("a.", "x"), ("[k", "x"), ("a]b.c", "x"), ("#", "x"),
    ])
    func `what has no spelling is refused`(key: String, value: String) {
        #expect(throws: Failure.self) { try ConfigurationDocument(.ini).setting(key, to: .text(value)) }
    }
}
