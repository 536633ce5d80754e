import Diagnostics
import JSON
import Testing

@Suite struct JSONTests {
    @Test func `a value reads back from its text`() throws {
        let value: JSONValue = .object([
            "z": [1, -2, true, "a\"\\\n\u{1}é😀"], "a": .object([:]), "n": .null, "r": .real(1.5),
        ])
        #expect(try JSONValue(parsing: Array(value.text().utf8), name: "text") == value)
        #expect(try JSONValue(parsing: Array(value.text(pretty: true).utf8), name: "text") == value)
    }

    @Test func `text is written without spaces and in the order of the keys`() {
        #expect(JSONValue.object(["b": 1, "a": []]).text() == #"{"b":1,"a":[]}"#)
        #expect(JSONValue.object(["b": [1]]).text(pretty: true) == "{\n  \"b\": [\n    1\n  ]\n}")
    }

    @Test(arguments: ["{\"a\":1,\"a\":2}", "[1,]", "", "{}x", "\"\u{1}\""])
    func `what is not strict JSON is refused`(text: String) {
        #expect(throws: Failure.self) { try JSONValue(parsing: Array(text.utf8), name: "text") }
    }
}
