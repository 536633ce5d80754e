import ConfigurationFiles
import Foundation
import Testing

/// systemd's own `load_env_file`, out of the library that its programs share, is the judge of environment files.
@Suite struct SystemdOracleTests {
    private typealias Load =
        @convention(c) (
            UnsafeMutablePointer<FILE>?, UnsafePointer<CChar>?,
            UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
        ) -> Int32

    private static let library: String? = {
        for directory in [
            "/usr/lib/x86_64-linux-gnu/systemd", "/usr/lib/aarch64-linux-gnu/systemd", "/usr/lib/systemd",
        ] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            if let name = names.first(where: { $0.hasPrefix("libsystemd-shared") }) { return directory + "/" + name }
        }
        return nil
    }()
    private static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    @Test(.enabled(if: isRequired || library != nil, "needs libsystemd-shared"))
    func `systemd reads what we read, before and after an edit`() throws {
        let library = try #require(Self.library)
        let handle = try #require(dlopen(library, RTLD_NOW))
        let load = unsafeBitCast(try #require(dlsym(handle, "load_env_file")), to: Load.self)
        var random = SeededGenerator(30)
        let pieces = [
            "a", "B", " ", "=", "\"", "'", "\\", "\n", "\r\n", "#", ";", "\t", "$", "`", "\\\n", "A=", "\nC=", "\"x\"",
            "'y'",
        ]
        let values = ["a", " ", "\"", "'", "\\", "\n", "\t", "$", "`", "#", ";", "=", "é", "😀"]
        var accepted = 0
        for _ in 0..<4_000 {
            guard var document = try? ConfigurationDocument("A=" + random.text(of: pieces, upTo: 12), as: .env) else {
                continue
            }
            accepted += 1
            #expect(try loaded(document.bytes, load) == sorted(document))
            let key = document.entries.randomElement(using: &random)?.key ?? "NEW"
            try document.set(key, to: .text(random.text(of: values, upTo: 5)))
            #expect(try loaded(document.bytes, load) == sorted(document))
        }
        #expect(accepted > 500)
    }

    private func sorted(_ document: ConfigurationDocument) -> [String] {
        document.entries.map { $0.key + "=" + $0.value }.sorted()
    }

    private func loaded(_ bytes: [UInt8], _ load: Load) throws -> [String] {
        var bytes = bytes
        let stream = try #require(fmemopen(&bytes, bytes.count, "r"))
        defer { fclose(stream) }
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        #expect(load(stream, nil, &list) == 0)
        var found: [String] = []
        while let list, let text = list[found.count] {
            found.append(String(cString: text))
            free(text)
        }
        free(list)
        return found.sorted()
    }
}
