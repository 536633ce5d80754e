import Foundation
import Testing

@testable import ClientMatrix

struct DocumentTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Documentation/client-matrix.md").path

    /// The part of the document below this line is generated; `RECORD_GOLDENS=1` writes it again.
    private static let marker = "<!-- From here on generated from the table; see DocumentTests. -->\n"

    @Test func `the document holds the table`() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let head = try #require(text.components(separatedBy: Self.marker).first)
        let expected = head + Self.marker + "\n" + MatrixDocument.markdown
        let environment = ProcessInfo.processInfo.environment
        if environment["RECORD_GOLDENS"] == "1", environment["CI"] == nil {
            try expected.write(toFile: Self.path, atomically: true, encoding: .utf8)
            return
        }
        #expect(text == expected, "run RECORD_GOLDENS=1 swift test --filter DocumentTests")
    }
}
