import LinuxIO

/// The directives of a unit file that say when the service starts.
enum InstallSection {
    /// The targets of `WantedBy=` in `[Install]`, in their order.
    static func targets(ofUnit text: String) -> [String] {
        var isInstall = false
        var targets: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("[") { isInstall = line == "[Install]" }
            guard isInstall, line.hasPrefix("WantedBy=") else { continue }
            targets += line.dropFirst("WantedBy=".utf8.count).split(separator: " ").map(String.init)
        }
        return targets
    }
}

/// The header that tells init systems when an init script runs; LSB 5, "Comment Conventions for Init Scripts".
struct ScriptHeader {
    /// The runlevels in which the service starts.
    var start: [String] = []
    /// The runlevels in which it stops.
    var stop: [String] = []

    /// Reads an init script's header.
    init(ofScript text: String) {
        for line in text.split(separator: "\n") {
            start += Self.words(of: line, after: "# Default-Start:")
            stop += Self.words(of: line, after: "# Default-Stop:")
        }
    }

    private static func words(of line: Substring, after key: String) -> [String] {
        guard line.hasPrefix(key) else { return [] }
        return line.dropFirst(key.utf8.count).split { $0 == " " || $0 == "\t" }.map(String.init)
    }
}
