import ConfigurationFiles
import Testing

/// Random keys and values, set one after the other in one document, read back as they were set.
@Suite struct RoundTripTests {
    private static let characters = [
        "a", "Z", "0", " ", "\t", "\n", "\r", "\r\n", "=", ":", "#", ";", "!", "\\", "\"", "'", "$", "`", "[", "]", "{",
        "}",
        ",", "/", "%", "é", "e\u{301}", "€", "😀", "\u{0}", "\u{1b}", "\u{7f}", "\u{85}", "\u{2028}", "\u{feff}",
    ]

    @Test(arguments: ConfigurationFormat.allCases)
    func `what is set is read back, and the rest stays`(format: ConfigurationFormat) throws {
        var random = SeededGenerator(11)
        var stored = 0
        for _ in 0..<60 {
            var document = ConfigurationDocument(format)
            var expected: [String: String] = [:]
            for _ in 0..<20 {
                let key = ["A", "b", "a.b", "a.c", "b.c.d", "C_1"].randomElement(using: &random) ?? ""
                let value = Bool.random(using: &random) ? random.text(of: Self.characters, upTo: 6) : "plain"
                let isRemoval = Int.random(in: 0..<8, using: &random) == 0
                do { try document.set(key, to: isRemoval ? nil : .text(value)) } catch { continue }
                expected[key] = isRemoval ? nil : value
                stored += 1
                document = try ConfigurationDocument(parsing: document.bytes, as: format)
                #expect(document.entries.count == expected.count)
                for (key, value) in expected {
                    #expect(document.value(of: key).map { Array($0.utf8) } == Array(value.utf8))
                }
            }
        }
        #expect(stored > 200)
    }
}
