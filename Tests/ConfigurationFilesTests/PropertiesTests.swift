import ConfigurationFiles
import Diagnostics
import Testing

@Suite struct PropertiesTests {
    @Test func `separators, escapes and continued lines are read as Java reads them`() throws {
        let document = try ConfigurationDocument(
            """
            # comment \\
            a=1
            ! another
              b : two words\u{20}
            c three
            d
            e\\ f\\=g = \\u00e9\\t\\\\
            long = one, \\
                   two, \\
               # three

            path=C:\\temp
            """, as: .properties)
        #expect(
            document.entries == [
                ConfigurationEntry(key: "a", value: "1"),
                ConfigurationEntry(key: "b", value: "two words "),
                ConfigurationEntry(key: "c", value: "three"),
                ConfigurationEntry(key: "d", value: ""),
                ConfigurationEntry(key: "e f=g", value: "é\t\\"),
                ConfigurationEntry(key: "long", value: "one, two, # three"),
                ConfigurationEntry(key: "path", value: "C:\temp"),
            ])
    }

    @Test func `an edit leaves everything else as it was`() throws {
        let text = "# head\r\n\r\n a : 1\r\nb=\\\r\n   2\r\n!end\r\n"
        let document = try ConfigurationDocument(text, as: .properties)
        #expect(try document.setting("a", to: .text("x")) == text.replacing("a : 1", with: "a : x"))
        #expect(try document.setting("b", to: .text("x")) == text.replacing("=\\\r\n   2", with: "=x"))
        #expect(try document.setting("b", to: .text("2")) == text)
        #expect(try document.setting("c", to: .integer(3)) == text + "c=3\r\n")
        #expect(try document.setting("a", to: nil) == text.replacing(" a : 1\r\n", with: ""))
    }

    @Test func `what a value could be mistaken for is escaped`() throws {
        let cases = [
            ("= x", "k\\= x"), (" x", "k\\ x"), ("x y=z", "kx y=z"), ("#x", "k#x"), ("é😀", "k\\u00E9\\uD83D\\uDE00"),
            ("a\nb\\", "ka\\nb\\\\"), ("", "k"),
        ]
        for (value, spelling) in cases {
            var document = try ConfigurationDocument("", as: .properties)
            try document.set("k", to: .text(value))
            #expect(document.text == "k=" + spelling.dropFirst() + "\n")
            #expect(document.value(of: "k") == value)
        }
    }

    @Test func `a key without separator gets one`() throws {
        #expect(try ConfigurationDocument("key", as: .properties).setting("key", to: .text("v")) == "key=v")
        #expect(
            try ConfigurationDocument("key\nx", as: .properties).setting("new", to: .text("v")) == "key\nx\nnew=v\n")
    }

    @Test func `of a repeated key the last counts, and setting it leaves one`() throws {
        let document = try ConfigurationDocument("k=1\nx=0\nk=2\n", as: .properties)
        #expect(document.value(of: "k") == "2")
        #expect(try document.setting("k", to: .text("3")) == "x=0\nk=3\n")
        #expect(try document.setting("k", to: nil) == "x=0\n")
    }

    @Test(arguments: [
        ("a=1\nb=\\u12x4", "line 2: \\u without four hexadecimal digits after it"),
        ("a=\\uD800", "line 1: \\u names one half of a surrogate pair without the other"),
        ("a=1\n\nb=2\\\n", "line 3: a backslash continues the line, but the file ends there"),
        ("\u{FEFF}a=1", "line 1: a byte order mark, which programs take for a part of the first key"),
    ])
    func `a malformed file is refused with its line`(text: String, message: String) {
        #expect(throws: Failure(.failed, message)) { try ConfigurationDocument(text, as: .properties) }
    }

    @Test func `bytes above ASCII are ISO-8859-1`() throws {
        let document = try ConfigurationDocument(parsing: [0x61, 0x3D, 0xE9], as: .properties)
        #expect(document.value(of: "a") == "é")
        var edited = document
        try edited.set("b", to: .text("1"))
        #expect(edited.bytes == [0x61, 0x3D, 0xE9, 0x0A, 0x62, 0x3D, 0x31, 0x0A])
    }
}
