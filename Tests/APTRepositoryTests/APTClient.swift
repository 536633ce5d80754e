import Diagnostics
import Foundation
import LinuxIO

/// apt with a machine of its own: no package installed, one source, its own keys, caches and logs; needs no root.
final class APTClient {
    let scratch: Scratch

    /// Makes one.
    ///
    /// - Parameters:
    ///   - source: What follows `deb` in sources.list.
    ///   - architecture: The machine's.
    init(_ source: String, architecture: String = "amd64") throws {
        scratch = try Scratch()
        for directory in [
            "state/lists/partial", "cache/archives/partial", "etc/preferences.d", "etc/trusted.gpg.d",
            "etc/sources.list.d",
            "etc/apt.conf.d", "log",
        ] {
            try FileManager.default.createDirectory(
                atPath: scratch.path + "/" + directory, withIntermediateDirectories: true)
        }
        try scratch.file("status", [])
        try scratch.file("etc/sources.list", bytes("deb \(source)\n"))
        try scratch.file(
            "apt.conf",
            bytes(
                """
                Dir "\(scratch.path)/";
                Dir::State "\(scratch.path)/state";
                Dir::State::status "\(scratch.path)/status";
                Dir::Cache "\(scratch.path)/cache";
                Dir::Etc "\(scratch.path)/etc";
                Dir::Log "\(scratch.path)/log";
                Dir::Bin::Methods "/usr/lib/apt/methods";
                APT::Architecture "\(architecture)";
                APT::Architectures { "\(architecture)"; };
                APT::Sandbox::User "";
                Acquire::Languages "none";
                Debug::NoLocking "true";

                """))
    }

    /// Runs one of apt's programs.
    func apt(_ arguments: String...) throws -> ProcessResult {
        try attempt(
            arguments,
            environment: [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "APT_CONFIG=\(scratch.path)/apt.conf",
            ])
    }
}
