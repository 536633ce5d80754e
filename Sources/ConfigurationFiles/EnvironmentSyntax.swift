import Diagnostics

/// `KEY=value` lines as systemd's `EnvironmentFile=` reads them.
///
/// Upstream: `parse_env_file_internal` in systemd's `src/basic/env-file.c`, whose states the scanner follows. Where
/// systemd skips a line or guesses, and where its versions differ, reading fails instead.
struct EnvironmentSyntax: LineSyntax {
    func parse(_ bytes: [UInt8]) throws(Failure) -> [Segment] {
        var segments: [Segment] = []
        var scanner = EnvironmentScanner(bytes)
        while let segment = try scanner.nextSegment() { segments.append(segment) }
        return segments
    }

    func spell(value: String, of key: String) throws(Failure) -> [UInt8] {
        guard !value.utf8.contains(where: EnvironmentScanner.isForbidden) else {
            throw unwritable(key, "systemd refuses control characters in environment variables")
        }
        guard !value.utf8.allSatisfy(isPlain) else { return Array(value.utf8) }
        var bytes = [UInt8(ascii: "\"")]
        for byte in value.utf8 {
            if "\"\\`$".utf8.contains(byte) { bytes.append(ASCII.backslash) }
            bytes.append(byte)
        }
        return bytes + [UInt8(ascii: "\"")]
    }

    func spell(key: String) throws(Failure) -> [UInt8] {
        guard EnvironmentScanner.isName(Array(key.utf8)) else {
            throw unwritable(key, "an environment variable's name has letters, digits and _ only, first no digit")
        }
        return Array(key.utf8) + [UInt8(ascii: "=")]
    }

    func place(for key: String, in segments: [Segment]) throws(Failure) -> (index: Int, heading: [UInt8]?) {
        (segments.count, nil)
    }

    /// Whether a byte means itself without quotes, to systemd and to a shell.
    private func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "_-+./:,@%=".utf8.contains(byte)
        }
    }
}
