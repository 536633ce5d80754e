import DebFormat
import Diagnostics
import Digests
import LinuxIO
import XZ

/// A package for tests: its files, and all that is said of them.
struct SamplePackage {
    /// What is at a path.
    enum Content {
        case directory
        case file(String)
        case link(String)
    }

    var control = ControlParagraph()
    var content: [(path: String, content: Content, mode: UInt32)] = []
    var scripts: [DebScript: String] = [:]
    var conffiles: [String] = []
    var triggers: [String] = []
    var timestamp: Int64 = 946_684_800
    /// Tar bytes of an xz block.
    var blockSize = 1000

    init(name: String = "demo", files: [(String, Content, UInt32)] = Self.usual) {
        control["Package"] = name
        control["Version"] = "1.2~rc1-3"
        control["Architecture"] = "amd64"
        control["Maintainer"] = "Demo Team <demo@example.com>"
        control["Installed-Size"] = "12"
        control["Depends"] = "libc6 (>= 2.17), adduser | passwd"
        control["Section"] = "misc"
        control["Priority"] = "optional"
        control["Description"] = "demo agent\nIt does\n\n nothing."
        content = files.map { ($0.0, $0.1, $0.2) }
    }

    static var usual: [(String, Content, UInt32)] {
        [
            ("/etc", .directory, 0o755), ("/etc/demo.conf", .file("a=1\n"), 0o644),
            ("/opt", .directory, 0o755), ("/opt/demo", .directory, 0o755),
            ("/opt/demo/a b", .file(""), 0o600), ("/opt/demo/bin", .directory, 0o755),
            ("/opt/demo/bin/run", .file("#!/bin/sh\nexit 0\n"), 0o4755),
            ("/opt/demo/current", .link("bin/run"), 0o777),
            ("/opt/demo/ünïcode", .file(String(repeating: "x", count: 3000)), 0o644),
        ]
    }

    /// The package as the writer takes it.
    var package: DebPackage {
        get throws {
            let entries = try content.map { path, content, mode in
                switch content {
                case .directory: return DebEntry(path: path, content: .directory, mode: mode)
                case .link(let target): return DebEntry(path: path, content: .link(target: target), mode: mode)
                case .file(let text):
                    let digest = try MessageDigest(.md5)
                    digest.update(Array(text.utf8))
                    return DebEntry(
                        path: path, content: .file(size: UInt64(text.utf8.count), md5: digest.finish()), mode: mode)
                }
            }
            return DebPackage(
                control: control, scripts: scripts, conffiles: conffiles, triggers: triggers, entries: entries,
                timestamp: timestamp)
        }
    }

    /// The archive of the files.
    func tar() throws -> [UInt8] {
        let package = try package
        var tar = try package.dataStart()
        for (index, entry) in content.enumerated() {
            tar += try package.header(ofEntryAt: index)
            guard case .file(let text) = entry.content else { continue }
            tar += Array(text.utf8)
            tar += [UInt8](repeating: 0, count: package.padding(after: UInt64(text.utf8.count)))
        }
        return tar + package.dataEnd
    }

    /// Writes the package.
    ///
    /// - Returns: Its path.
    @discardableResult
    func write(_ name: String, in directory: borrowing Directory) throws -> String {
        var writer = try DebWriter(replacing: name, in: directory, package: package)
        var encoder = try XZBlockEncoder()
        let tar = try tar()
        for start in stride(from: 0, to: tar.count, by: blockSize) {
            let piece = Array(tar[start..<min(start + blockSize, tar.count)])
            let block = try encoder.encode(piece.span.bytes, chain: .lzma2)
            let offset = try writer.append(block.bytes, size: block.size)
            guard try writer.read(block.bytes.count, at: offset) == block.bytes else {
                throw Failure(.failed, "the block isn't where the writer says")
            }
        }
        try writer.finish()
        return PathText.join(directory.path, name)
    }

    /// Lays out the same tree for dpkg-deb and has it build the package.
    ///
    /// - Returns: Its path.
    func buildWithDpkg(
        _ name: String, in directory: borrowing Directory, options: [String] = ["-Zxz"]
    ) throws -> String {
        let root = name + ".tree"
        try directory.makeDirectories(root + "/DEBIAN", mode: 0o755)
        let tree = try directory.directory(root)
        for (path, content, mode) in content {
            let path = String(path.dropFirst())
            switch content {
            case .directory: try tree.makeDirectory(path, mode: mode)
            case .link(let target): try tree.makeLink(path, target: target)
            case .file(let text):
                let file = try tree.file(path, [.write, .create, .exclusive], mode: 0o600)
                try file.write(text)
                try file.setMode(mode)
            }
        }
        for member in try package.controlMembers() {
            let file = try tree.file("DEBIAN/" + member.name, [.write, .create, .exclusive], mode: 0o600)
            try file.write(member.text)
            try file.setMode(member.mode)
        }
        let path = PathText.join(directory.path, name)
        try run(
            ["/usr/bin/dpkg-deb", "--root-owner-group"] + options + ["-b", PathText.join(directory.path, root), path],
            environment: ["SOURCE_DATE_EPOCH=\(timestamp)", "PATH=/usr/bin:/bin"])
        return path
    }
}

/// Runs a program that must succeed.
///
/// - Returns: What it wrote.
@discardableResult
func run(
    _ arguments: [String], environment: [String] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]
)
    throws -> String
{
    let result = try Subprocess.run(arguments, environment: environment)
    guard result.status == 0 else {
        throw Failure(.failed, arguments.joined(separator: " "), cause: result.errorText + result.text)
    }
    return result.text
}
