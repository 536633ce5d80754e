import Diagnostics
import Testing

@testable import YUMRepository

@Suite struct XMLReaderTests {
    /// All events of a document, as a text.
    private func events(_ bytes: [UInt8]) throws(Failure) -> String {
        var xml = XMLReader(bytes, name: "x")
        return try events(&xml)
    }

    /// All events of a document that comes in pieces.
    private func events(_ bytes: [UInt8], piece: Int) throws(Failure) -> String {
        var given = 0
        var xml = XMLReader(name: "x") { buffer in
            let count = min(buffer.count, bytes.count - given, piece)
            buffer.copyBytes(from: bytes[given..<given + count])
            given += count
            return count
        }
        return try events(&xml)
    }

    private func events(_ xml: inout XMLReader) throws(Failure) -> String {
        var found = ""
        var wasText = false
        while true {
            let event = try xml.next()
            switch event {
            case .start:
                found += "<\(xml.elementName)"
                for name in ["a", "b:c"] as [StaticString] {
                    if let value = xml.attribute(name) { found += " \(name)=\(value)" }
                }
                found += ">"
            case .end: found += "</>"
            case .text: found += (wasText ? "" : "|") + text(xml.text)
            case .finished: return found
            }
            wasText = event == .text
        }
    }

    private static let document = """
        \u{FEFF}<?xml version='1.0' encoding='UTF-8'?>
        <!-- a <comment> -- --><?pi x?>
        <r a="1 &lt; 2 &#x20AC;&#252;" b:c='"'><x/>te&amp;xt ü€😀<![CDATA[<&]]>more<y a = "z" ></y
        ></r>
        <!-- end -->
        """
    private static let found = "<r a=1 < 2 €ü b:c=\"><x></>|te&xt ü€😀<&more<y a=z></></>"

    @Test(arguments: [1, 2, 3, 7, 1 << 20])
    func `a document is read alike in whichever pieces it comes`(piece: Int) throws {
        #expect(try events(Array(Self.document.utf8), piece: piece) == Self.found)
    }

    @Test func `large documents are read in pieces`() throws {
        let part = "<e a=\"ü\">" + String(repeating: "text &amp; ü", count: 40_000) + "</e>"
        let document = "<r>" + String(repeating: part, count: 5) + "</r>"
        let expected = part.replacing("&amp;", with: "&").replacing("<e a=\"ü\">", with: "<e a=ü>|")
            .replacing("</e>", with: "</>")
        let found = "<r>" + String(repeating: expected, count: 5) + "</>"
        #expect(try events(Array(document.utf8), piece: 1 << 20) == found)
        #expect(try events(Array(document.utf8)) == found)
    }

    @Test(arguments: [
        "", " ", "x", "<", "<r", "<r>", "<r></x>", "<r/><r/>", "<r>x", "</r>", "<r a='1' a='2'/>", "<r a=1/>", "<r a/>",
        "<r a='<'/>", "<r a='1'b:c='2'/>", "<r>&</r>", "<r>&x;</r>", "<r>&#0;</r>", "<r>&#xD800;</r>", "<r>&#-1;</r>",
        "<r>&#99999999999;</r>", "<r>\u{1}</r>", "<r>&#xFFFE;</r>", "<r a='&quot'/>", "<1/>", "< r/>", "<r/ >",
        "<r><!-- x</r>",
        "<r><![CDATA[x</r>", "<r><?x </r>", "<r/>text", "text<r/>", "<r/></r>", "<ü/>", "<r><!ELEMENT x ANY></r>",
        "<!DOCTYPE r><r/>", "<r/><!DOCTYPE r>", "<?xml version='1.0' encoding='ISO-8859-1'?><r/>",
        "<?xml version='1.0' encoding='UTF-16'?><r/>", "<r/><?xml version='1.0'?>", "<r></r",
    ])
    func `what is not well-formed is refused`(document: String) {
        #expect {
            try events(Array(document.utf8))
        } throws: { error in
            (error as? Failure)?.code == .integrity
        }
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xC3],
            [0xEF, 0xBF, 0xBE],
            [0xF0, 0x9F, 0x98], [0xFF],
        ] as [[UInt8]])
    func `what is not UTF-8 is refused`(bytes: [UInt8]) {
        for document in [
            Array("<r>".utf8) + bytes + Array("</r>".utf8), Array("<r a='".utf8) + bytes + Array("'/>".utf8),
            Array("<r><![CDATA[".utf8) + bytes + Array("]]></r>".utf8),
        ] {
            #expect {
                try events(document)
            } throws: { error in
                (error as? Failure)?.code == .integrity
            }
        }
    }

    @Test func `an entity bomb is refused`() {
        let bomb = """
            <?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
            <r>&b;</r>
            """
        #expect {
            try events(Array(bomb.utf8))
        } throws: { error in
            (error as? Failure)?.message.contains("a document type") ?? false
        }
    }

    @Test func `depth, tags, attributes and texts have limits`() {
        let deep = String(repeating: "<r>", count: 100) + String(repeating: "</r>", count: 100)
        let long = "<r a='" + String(repeating: "x", count: 3 << 20) + "'/>"
        let many = "<r " + (0..<100).map { "a\($0)='1'" }.joined(separator: " ") + "/>"
        let comment = "<r><!--" + String(repeating: "x", count: 3 << 20) + "--></r>"
        for document in [deep, long, many, comment] {
            #expect {
                try events(Array(document.utf8), piece: 1 << 20)
            } throws: { error in
                (error as? Failure)?.code == .integrity
            }
        }
        #expect(throws: Failure.self) {
            var xml = XMLReader(Array("<r>\(String(repeating: "x", count: 100))</r>".utf8), name: "x")
            _ = try xml.next()
            _ = try xml.content(limit: 50)
        }
    }

    @Test func `every byte of a document may be another without a crash`() {
        let bytes = Array(Self.document.utf8)
        for place in bytes.indices {
            for byte in [0, 0x20, 0x26, 0x3C, 0x3E, 0x22, 0x2F, 0x21, 0x80, 0xFF] as [UInt8] {
                var changed = bytes
                changed[place] = byte
                _ = try? events(changed)
            }
            _ = try? events(Array(bytes[..<place]))
        }
    }
}
