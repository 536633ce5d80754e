import DebFormat
import Diagnostics
import Testing

@Suite struct ControlParagraphTests {
    private func parse(_ text: String) throws -> ControlParagraph {
        try ControlParagraph(parsing: Array(text.utf8), name: "control")
    }

    @Test func `fields are read back as they were written`() throws {
        var paragraph = ControlParagraph()
        paragraph["Package"] = "demo"
        paragraph["Description"] = "short\nbody\n\n  verbatim  x\ntail é"
        paragraph["X-List"] = "\na\nb"
        let text = try paragraph.text()
        #expect(
            text == """
                Package: demo
                Description: short
                 body
                 .
                   verbatim  x
                 tail é
                X-List:
                 a
                 b

                """)
        #expect(try parse(text) == paragraph)
        #expect(try parse("\n\n" + text + "\n\n") == paragraph)
    }

    @Test func `blanks around a value don't count, case of a name neither`() throws {
        let paragraph = try parse("A :  x y \t\n\tz \n")
        #expect(paragraph.fields == [ControlParagraph.Field(name: "A", value: "x y\nz")])
        #expect(paragraph["a"] == "x y\nz")
        #expect(try parse("Empty:\n")["Empty"] == "")
    }

    @Test(
        arguments: [
            ("", "newline"), ("A: b", "newline"), ("A: b\n\nC: d\n", "second paragraph"), (" a\n", "further line"),
            ("A: b\n \t\n", "line of blanks"), ("A: b\na: c\n", "second time"), ("A b\n", "without colon"),
            (": b\n", "no name"), ("-A: b\n", "starts with"), ("#A: b\n", "starts with"), ("A B: c\n", "blank"),
            ("Ä: c\n", "ASCII"), ("A: b\u{0}\n", "control character"), ("A: b\r\n", "control character"),
            ("\n\n", "no fields"), ("A: \u{1b}[0m\n", "control character"),
        ])
    func `what dpkg refuses is refused with its place`(text: String, words: String) {
        let failure = #expect(throws: Failure.self) { try parse(text) }
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("at byte ") == true)
    }

    @Test func `bytes that aren't UTF-8 are refused`() {
        #expect(throws: Failure.self) { try ControlParagraph(parsing: [0x41, 0x3A, 0xFF, 0x0A], name: "control") }
        let long = Array("A:".utf8) + [UInt8](repeating: 0x61, count: 600_000) + [0x0A]
        #expect(throws: Failure.self) { try ControlParagraph(parsing: long, name: "control") }
    }

    @Test(
        arguments: [
            ("", "x"), ("A:", "x"), ("A B", "x"), ("-A", "x"), ("#A", "x"), ("Ä", "x"), ("A", ""), ("A", " x"),
            ("A", "x\n."), ("A", "x\r"), ("A", "\u{7f}"),
        ])
    func `what couldn't be read back isn't written`(name: String, value: String) {
        var paragraph = ControlParagraph()
        paragraph[name] = value
        let failure = #expect(throws: Failure.self) { try paragraph.text() }
        #expect(failure?.code == .usage)
    }

    @Test func `relations are read`() throws {
        let groups = try DebRelation.parse(
            " libc6:amd64 (>=2.17) , a|b ( << 1:2-3 )|c:any,d (= 1)", field: "Depends")
        #expect(
            groups.map { $0.map(\.text) } == [
                ["libc6:amd64 (>= 2.17)"], ["a", "b (<< 1:2-3)", "c:any"], ["d (= 1)"],
            ])
        #expect(groups[0][0].version == DebRelation.Version(.laterOrEqual, "2.17"))
    }

    @Test(
        arguments: [
            "", ",", "a,", "a,,b", "a b", "a (1)", "a (> 1)", "a (>= )", "a (>= 1", "a (>= 1 2)", "a (>= v)", "a:",
            "a:-x", "-a", "a_ü", "a (>= 1))", "a |", "a [amd64]", "a (>=<< 1)", "a (>= 1) b",
        ])
    func `what is no relation is refused`(value: String) {
        let failure = #expect(throws: Failure.self) { try DebRelation.parse(value, field: "Depends") }
        #expect(failure?.message.contains("at byte ") == true)
    }

    @Test(arguments: ["Conflicts", "provides", "Breaks", "Replaces"])
    func `alternatives are for dependencies only`(field: String) {
        #expect(throws: Failure.self) { try DebRelation.parse("a | b", field: field) }
    }
}
