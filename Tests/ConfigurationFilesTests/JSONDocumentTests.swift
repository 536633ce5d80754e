import ConfigurationFiles
import Diagnostics
import Testing

@Suite struct JSONDocumentTests {
    private let text = """
        {
            "agent": {
                "token": "a\\"b",
                "rate": 1.50e1,
                "list": [1, {"x": "}"}],
                "none": {}
            },
            "port" : 8080
        }

        """

    @Test func `keys name nested values`() throws {
        let document = try ConfigurationDocument(text, as: .json)
        #expect(
            document.entries == [
                ConfigurationEntry(key: "agent.token", value: "a\"b"),
                ConfigurationEntry(key: "agent.rate", value: "15.0"),
                ConfigurationEntry(key: "port", value: "8080"),
            ])
    }

    @Test func `an edit leaves everything else as it was`() throws {
        let document = try ConfigurationDocument(text, as: .json)
        #expect(try document.setting("port", to: .integer(80)) == text.replacing("8080", with: "80"))
        #expect(try document.setting("agent.rate", to: nil) == text.replacing(",\n        \"rate\": 1.50e1", with: ""))
        #expect(
            try document.setting("agent.token", to: nil) == text.replacing("\"token\": \"a\\\"b\",\n        ", with: "")
        )
        #expect(try document.setting("agent.token", to: .text("a\"b")) == text)
        #expect(
            try document.setting("agent.none.flag", to: .boolean(true))
                == text.replacing("{}", with: "{\n          \"flag\": true\n        }"))
        #expect(
            try document.setting("proxy.host", to: .text("h"))
                == text.replacing("8080", with: "8080,\n    \"proxy\": {\n      \"host\": \"h\"\n    }"))
        #expect(try document.setting("missing.key", to: nil) == text)
    }

    @Test func `one line stays one line`() throws {
        #expect(
            try ConfigurationDocument("{\"a\": 1}", as: .json).setting("b.c", to: .text("x"))
                == "{\"a\": 1,\"b\": {\"c\":\"x\"}}")
        #expect(try ConfigurationDocument("{\"a\": 1}", as: .json).setting("a", to: nil) == "{}")
        #expect(try ConfigurationDocument(.json).setting("a", to: .text("x")) == "{\n  \"a\": \"x\"\n}\n")
    }

    @Test func `an object or a list is never replaced by a value`() throws {
        let document = try ConfigurationDocument(text, as: .json)
        for key in ["agent", "agent.list", "port.x", "a..b", ""] {
            #expect(throws: Failure.self) { try document.setting(key, to: .text("x")) }
        }
    }

    @Test func `a failure names the place and quotes nothing`() throws {
        let failure = #expect(throws: Failure.self) {
            try ConfigurationDocument("{\n\"token\": \"hunter2\" \"x\"}", as: .json)
        }
        #expect(failure?.message == "JSON, line 2, column 22: not JSON")
        #expect(failure?.rendered.contains("hunter2") == false)
        #expect(throws: Failure(.failed, "JSON, but not an object")) { try ConfigurationDocument("[]", as: .json) }
    }
}
