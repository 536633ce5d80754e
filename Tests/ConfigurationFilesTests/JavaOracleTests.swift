import ConfigurationFiles
import Foundation
import Testing

/// A real JVM reads the same files: `java.util.Properties` is the judge of the format.
@Suite struct JavaOracleTests {
    private static let java = "/usr/bin/java"
    private static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    /// Reads a file in hexadecimal on each line and prints its keys and values in hexadecimal UTF-16, sorted; `refused` where the file can't be loaded.
    private static let dumper = """
        import java.io.*;
        import java.nio.file.*;
        import java.util.*;
        public class Dump {
            static String hex(String s) {
                StringBuilder b = new StringBuilder();
                for (char c : s.toCharArray()) b.append(String.format("%04x", (int) c));
                return b.toString();
            }
            public static void main(String[] a) throws Exception {
                for (String line : Files.readAllLines(Path.of(a[0]))) {
                    StringBuilder b = new StringBuilder("file\\n");
                    try (InputStream in = new ByteArrayInputStream(HexFormat.of().parseHex(line))) {
                        Properties p = new Properties();
                        p.load(in);
                        TreeMap<String, String> m = new TreeMap<>();
                        p.forEach((k, v) -> m.put(hex((String) k), hex((String) v)));
                        m.forEach((k, v) -> b.append(k).append("=").append(v).append("\\n"));
                    } catch (IllegalArgumentException e) { b.append("refused\\n"); }
                    System.out.print(b);
                }
            }
        }
        """

    @Test(.enabled(if: isRequired || FileManager.default.isExecutableFile(atPath: java), "needs a JVM with javac"))
    func `Java reads what we read, before and after an edit`() throws {
        var random = SeededGenerator(20)
        let pieces = [
            "a", "b", " ", "=", ":", "\\", "\n", "\r\n", "\r", "#", "!", "\t", "\u{c}", "\\u00e9", "\\n", "\\\n",
            "key=",
            "\\u12", "é",
        ]
        let values = ["a", " ", "=", ":", "\\", "\n", "\r", "\t", "#", "!", "é", "€", "😀", "\u{0}", "\u{7f}", "u00e9"]
        var files: [[UInt8]] = []
        var expected: [String] = []
        var edits = 0
        while files.count < 3000 {
            let bytes = Array(random.text(of: pieces, upTo: 14).unicodeScalars.map { UInt8($0.value & 0xFF) })
            guard var document = try? ConfigurationDocument(parsing: bytes, as: .properties) else { continue }
            expected.append(dump(document))
            files.append(bytes)
            let key = document.entries.randomElement(using: &random)?.key ?? ""
            let value = random.text(of: values, upTo: 5)
            try document.set(key.isEmpty ? "new " + value : key, to: .text(value))
            expected.append(dump(document))
            files.append(document.bytes)
            edits += 1
        }
        #expect(edits == 1500)
        let found = try loadedByJava(files)
        #expect(found.count == expected.count)
        for (index, (found, expected)) in zip(found, expected).enumerated() where found != expected {
            Issue.record(
                "Java reads \(String(decoding: files[index], as: UTF8.self).debugDescription) as \(found), we as \(expected)"
            )
        }
    }

    private func dump(_ document: ConfigurationDocument) -> String {
        func hex(_ text: String) -> String { text.utf16.map { String(format: "%04x", $0) }.joined() }
        return document.entries.map { (hex($0.key), hex($0.value)) }.sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\($0.1)\n" }.joined()
    }

    private func loadedByJava(_ files: [[UInt8]]) throws -> [String] {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let list = directory.appending(path: "files")
        let lines = files.map { $0.map { String(format: "%02x", $0) }.joined() + "\n" }
        try Data(lines.joined().utf8).write(to: list)
        let source = directory.appending(path: "Dump.java")
        try Data(Self.dumper.utf8).write(to: source)
        let process = Process()
        process.executableURL = URL(filePath: Self.java)
        process.arguments = [source.path, list.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: text, as: UTF8.self).components(separatedBy: "file\n").dropFirst().map(\.self)
    }
}
