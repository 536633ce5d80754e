import ConfigurationFiles
import Diagnostics
import Foundation
import Testing

@Suite struct EnvironmentTests {
    @Test func `quotes, escapes and continued lines are read as systemd reads them`() throws {
        let document = try ConfigurationDocument(
            ##"""
            # comment
            ; another
            A=1
             B = two words  # no comment
            C="a \"b\" \$c \d" 'e "f"'g
            D='$x\'
            E=a\
             b \# \

            F="two
            lines"
            G=x"y"
            H=
            """##, as: .env)
        #expect(
            document.entries.map { $0.key + "=" + $0.value } == [
                "A=1", "B=two words  # no comment", #"C=a "b" $c \de "f"g"#, #"D=$x\"#, "E=a b # ", "F=two\nlines",
                #"G=x"y""#, "H=",
            ])
    }

    @Test func `an edit leaves everything else as it was`() throws {
        let text = "# head\r\n\r\nA = 1\r\nB='x\ny' \r\n;end"
        let document = try ConfigurationDocument(text, as: .env)
        #expect(try document.setting("A", to: .text("x y")) == text.replacing("A = 1", with: "A = \"x y\""))
        #expect(try document.setting("B", to: .boolean(true)) == text.replacing("'x\ny' ", with: "true"))
        #expect(try document.setting("C", to: .integer(3)) == text + "\r\nC=3\r\n")
        #expect(try document.setting("A", to: nil) == text.replacing("A = 1\r\n", with: ""))
    }

    @Test(arguments: [
        ("A=1\nexport B=2\n", "line 2: not NAME=value, with a name of letters, digits and _"),
        ("A=1\nB\n", "line 2: not NAME=value, with a name of letters, digits and _"),
        ("A=1\n\nB='2\n3", "line 3: a quote that nothing closes"),
        ("A=\u{1}", "line 1: a control character, for which systemd refuses the variable"),
        ("A=\"x\ny\"\n2A=1", "line 3: not NAME=value, with a name of letters, digits and _"),
        (
            "# a \\\nB=1",
            "line 1: a comment that ends in a backslash: systemd before 254 takes the next line for a part of it"
        ),
    ])
    func `a malformed file is refused with its line`(text: String, message: String) {
        #expect(throws: Failure(.failed, message)) { try ConfigurationDocument(text, as: .env) }
    }

    @Test func `what has no spelling is refused`() throws {
        let document = ConfigurationDocument(.env)
        #expect(throws: Failure.self) { try document.setting("a.b", to: .text("x")) }
        #expect(throws: Failure.self) { try document.setting("A", to: .text("x\u{0}")) }
        #expect(throws: Failure.self) { try document.setting("A", to: .text("x\r")) }
    }

    @Test func `a shell reads what we write`() throws {
        var random = SeededGenerator(7)
        let pieces = ["a", " ", "\"", "'", "\\", "$", "`", "!", "#", ";", "\n", "\t", "é", "=", "*", "~", "$(x)", "&"]
        var document = ConfigurationDocument(.env)
        var script = ""
        for index in 0..<300 {
            try document.set("V\(index)", to: .text(random.text(of: pieces, upTo: 8)))
            script += "printf '%s\\0' \"$V\(index)\"\n"
        }
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", document.text + script]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        #expect(text.components(separatedBy: "\0").dropLast() == document.entries.map(\.value)[...])
    }
}
