import DebFormat
import Foundation
import Packaging
import Planning
import Testing

/// A directory that stands for `/`, and commands that only note how they were called.
final class StandIn {
    let path = "/tmp/agentpack-scripts-\(UUID().uuidString)"
    let shell: [String]
    private let files = FileManager.default

    init(shell: [String]) throws {
        self.shell = shell
        for directory in ["run/systemd/system", "etc/init.d", "usr/sbin", "opt/sample-agent/bin", "bin"] {
            try files.createDirectory(atPath: "\(path)/\(directory)", withIntermediateDirectories: true)
        }
        for name in [
            "deb-systemd-helper", "dpkg-trigger", "journalctl", "dpkg-query", "invoke-rc.d", "ischroot", "systemctl",
            "update-rc.d",
        ] {
            let answer =
                switch name {
                case "systemctl":
                    "case \"$*\" in *quiet*is-active*) [ -e \(path)/active ];; "
                        + "is-active*) [ ! -e \(path)/active ] || echo active;; esac\n"
                case "dpkg-query":
                    """
                    case "$*" in
                        *path*prerm) [ ! -e \(path)/old ] || echo prerm;;
                        *path*md5sums) echo \(path)/md5sums;;
                        *Conffiles*) cat \(path)/conffiles 2>/dev/null || true;;
                    esac

                    """
                case "ischroot": "[ -e \(path)/chroot ]\n"
                default: ""
                }
            try write("bin/\(name)", "#!/bin/sh\necho \"\(name) $*\" >>\(path)/calls\n\(answer)", mode: 0o755)
        }
        try write("etc/init.d/sample-agent", "#!/bin/sh\n", mode: 0o755)
        try write("opt/sample-agent/bin/start-agent", "#!/bin/sh\n", mode: 0o755)
    }

    deinit { try? files.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
        let full = "\(path)/\(name)"
        try files.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: full, atomically: true, encoding: .utf8)
        try files.setAttributes([.posixPermissions: mode], ofItemAtPath: full)
    }

    func exists(_ name: String) -> Bool { files.fileExists(atPath: "\(path)/\(name)") }

    func text(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func names(_ name: String) throws -> [String] { try files.contentsOfDirectory(atPath: "\(path)/\(name)").sorted() }

    func owner(_ name: String) throws -> String? {
        try files.attributesOfItem(atPath: "\(path)/\(name)")[.ownerAccountName] as? String
    }

    func mode(_ name: String) throws -> Int? {
        try files.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? Int
    }

    /// Runs a script on the stand-in; returns the calls that it made.
    func run(_ script: String?, _ arguments: String..., saying words: String? = nil, code: Int32 = 0) throws -> [String]
    {
        let result = try result(script, arguments)
        #expect(result.code == code && (words.map(result.output.contains) ?? result.output.isEmpty), "\(result.output)")
        return calls
    }

    /// The calls that the last script made, but those that only look.
    var calls: [String] {
        let text = (try? String(contentsOfFile: "\(path)/calls", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("ischroot") }
    }

    /// Runs a script on the stand-in, as dpkg does: from a file that was just unpacked.
    func result(_ script: String?, _ arguments: [String]) throws -> (code: Int32, output: String) {
        let text = try NSRegularExpression(
            pattern: "(^|[\\s\"'>(=])/(run|etc|var/opt|var/log|opt|lib|usr/(?:sbin|lib|share))(?=[/\"])"
        )
        .stringByReplacingMatches(
            in: try #require(script), range: NSRange(location: 0, length: (script ?? "").utf16.count),
            withTemplate: "$1\(path)/$2")
        try? files.removeItem(atPath: "\(path)/calls")
        try write("script", text)
        return try PackagingTests.run(
            shell + ["\(path)/script"] + arguments, environment: ["PATH": "\(path)/bin:/usr/bin:/bin"])
    }
}

/// The Debian scripts of the package with the service.
func agentScripts(_ plan: InstallPlan? = nil) throws -> [DebScript: String] {
    try packaged(try plan ?? SamplePlan.make()).debs[1].description.scripts
}
