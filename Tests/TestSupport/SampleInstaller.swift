public import BinFormat
public import Diagnostics
import Digests
public import LinuxIO
public import SetupPlan
import XZ

/// A small real `.bin` for tests, around a head that has only an ELF header.
public struct SampleInstaller: Sendable {
    /// The files of the payload: path and content; directories on the way are added.
    public var files: [(path: String, content: String)]
    /// The plan without entries and blocks.
    public var plan: Plan

    /// Makes a product named `demo`.
    public init(
        version: String = "1.0", files: [(path: String, content: String)] = [("lib/a", "alpha"), ("tool", "t")]
    ) {
        self.files = files
        plan = Plan(
            generator: "test",
            product: ProductIdentity(
                name: "demo", title: "Demo Agent", vendor: "V", description: "D", version: version, release: 1,
                architecture: "amd64", timestamp: 946_684_800),
            paths: ProductPaths(root: "/opt/demo", state: "/var/opt/demo", options: "/etc/opt/demo"),
            configTool: "demo-config",
            configuration: ConfigurationFile(path: "conf/agent.properties", format: .properties))
    }

    /// Writes the installer.
    ///
    /// - Parameters:
    ///   - name: The file's name in `scratch`.
    ///   - scratch: The directory to write to.
    /// - Returns: The verified file.
    public func build(_ name: String, in scratch: borrowing Directory) throws(Failure) -> VerifiedBinFile {
        var head = [UInt8](repeating: 7, count: 5000)
        head.replaceSubrange(
            0..<20, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 12) + [62, 0])
        try scratch.file("head", [.write, .create, .truncate]).write(head)
        var writer = try BinWriter(path: PathText.join(scratch.path, name), runtime: try scratch.file("head"))
        var encoder = try XZBlockEncoder()
        var plan = plan
        var entries: [String: Entry] = [:]
        var block = 0
        for (path, content) in files {
            var above = path
            while let slash = above.lastIndex(of: "/") {
                above = String(above[..<slash])
                entries[above] = Entry(path: above, content: .directory, mode: 0o755)
            }
            let bytes = Array(content.utf8)
            entries[path] = Entry(
                path: path,
                content: .file(size: UInt64(bytes.count), digest: SHA256.digest(bytes), block: block, offset: 0),
                mode: 0o644)
            guard !bytes.isEmpty else { continue }
            let encoded = try encoder.encode(bytes.span.bytes, chain: .lzma2)
            try writer.append(encoded.bytes, size: encoded.size)
            block += 1
        }
        plan.entries = entries.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        try writer.finish(plan: plan)
        return try BinFile(reading: try scratch.file(name)).verified(threads: 1)
    }
}

/// Everything below a directory, as `path mode content-or-target` lines, sorted.
///
/// - Parameter directory: The directory to list.
/// - Returns: The lines.
public func listing(_ directory: borrowing Directory, prefix: String = "") throws -> [String] {
    var lines: [String] = []
    for name in try directory.names() {
        guard let status = try directory.status(name) else { continue }
        let path = prefix + name
        switch status.kind {
        case .directory:
            lines.append("\(path)/ \(String(status.mode, radix: 8))")
            lines += try listing(try directory.directory(name), prefix: path + "/")
        case .link: lines.append("\(path) -> \(try directory.linkTarget(name) ?? "")")
        default: lines.append("\(path) \(String(status.mode, radix: 8))")
        }
    }
    return lines
}
