import Diagnostics
import Digests
import LinuxIO
import XZ

@testable import RPMFormat

/// A package with its content at hand.
struct SampleRPM {
    /// What it is; the sizes and digests of its files follow from `contents`.
    var package: RPMPackage
    /// The bytes of its files, by path.
    var contents: [String: [UInt8]] = [:]
    /// Bytes of each block of the payload before compression.
    var blockSize = 1 << 20

    init(name: String = "demo", version: String = "1.0", release: String = "1", architecture: String = "x86_64") {
        package = RPMPackage(
            name: name, version: version, release: release, architecture: architecture, summary: "A demo",
            description: "Long text\ntwo lines", license: "MIT", timestamp: 946_684_800)
    }

    /// Adds a path, at its place in the order.
    mutating func add(_ entry: RPMEntry) {
        let place =
            package.entries.firstIndex { entry.path.utf8.lexicographicallyPrecedes($0.path.utf8) }
            ?? package.entries.count
        package.entries.insert(entry, at: place)
    }

    mutating func addDirectory(_ path: String, mode: UInt32 = 0o755) {
        add(RPMEntry(path: path, content: .directory, mode: mode))
    }

    mutating func addFile(
        _ path: String, _ text: String, mode: UInt32 = 0o644, flags: RPMFileFlags = [], capabilities: String? = nil
    ) {
        let bytes = Array(text.utf8)
        contents[path] = bytes
        add(
            RPMEntry(
                path: path, content: .file(size: UInt64(bytes.count), digest: SHA256.digest(bytes)), mode: mode,
                flags: flags, capabilities: capabilities))
    }

    /// The payload before compression.
    func payload() throws(Failure) -> [UInt8] {
        var stream: [UInt8] = []
        for index in package.payloadEntries {
            stream += try package.header(ofEntryAt: index)
            if case .file(let size, _) = package.entries[index].content {
                stream += contents[package.entries[index].path] ?? []
                stream += [UInt8](repeating: 0, count: package.padding(after: size))
            }
        }
        return stream + package.payloadEnd
    }

    /// Writes the package.
    ///
    /// - Returns: Its path.
    @discardableResult
    func write(
        _ name: String = "sample.rpm", in scratch: borrowing Directory,
        sign: ((ByteSource) throws(Failure) -> [UInt8])? = nil
    ) throws(Failure) -> String {
        let stream = try payload()
        var writer = try RPMWriter(replacing: name, in: scratch, package: package)
        var encoder = try XZBlockEncoder()
        var offset = 0
        while offset < stream.count {
            let piece = Array(stream[offset..<min(offset + blockSize, stream.count)])
            let block = try encoder.encode(piece.span.bytes, chain: .lzma2)
            _ = try writer.append(block.bytes, size: block.size)
            offset += piece.count
        }
        try writer.finish(
            payloadDigest: SHA256.digest(stream), payloadSize: UInt64(stream.count), sign: sign)
        return PathText.join(scratch.path, name)
    }

    /// The package that `RPMBuild.rich` describes.
    static func rich() -> SampleRPM {
        var sample = SampleRPM(name: "rich", version: "2^git1", release: "4", architecture: "noarch")
        sample.package.epoch = 3
        sample.package.summary = "Rich — and more"
        sample.package.description = "Ünïcode"
        sample.package.group = "Ä"
        sample.package.relations = [
            RPMRelation(.requires, "(one >= 2 if two < 1~a)"), RPMRelation(.requires, "early", stages: [.pretrans]),
            RPMRelation(.requires, "late", version: (.equal, "1:2-3"), stages: [.posttrans, .preun]),
            RPMRelation(.provides, "rich-thing", version: (.equal, "7")),
        ]
        sample.package.scripts = [
            RPMScriptlet(.pretrans, body: "true"),
            RPMScriptlet(.post, program: ["/bin/bash", "-e"], body: "true\n\nfalse"),
            RPMScriptlet(.preun, program: ["<lua>"], body: "print(1)"),
        ]
        // rpmbuild takes noon, UTC.
        sample.package.changes = [
            RPMChange(timestamp: 946_814_400, author: "A <a@example.com> - 2^git1-4", text: "- Second\n- and more"),
            RPMChange(timestamp: 946_728_000, author: "B <b@example.com> - 1-1", text: "- First"),
        ]
        sample.add(RPMEntry(path: "/etc/rich.d", content: .directory, mode: 0o755, flags: .config))
        sample.add(
            RPMEntry(
                path: "/opt/rich/empty", content: .file(size: 0, digest: SHA256.digest([])), mode: 0o4711,
                owner: "daemon", group: "adm"))
        sample.add(
            RPMEntry(
                path: "/opt/rich/ü", content: .file(size: 0, digest: SHA256.digest([])), mode: 0o644,
                flags: [.config, .missingOK], verifyFlags: 0xFFFF_FFDC))
        sample.add(RPMEntry(path: "/opt/rich/l 1", content: .link(target: "../nowhere"), mode: 0o777))
        sample.addFile("/opt/rich/read", "r\n", flags: .readme)
        sample.add(RPMEntry(path: "/opt/rich/gone", content: .directory, mode: 0o700, flags: .ghost))
        return sample
    }

    /// The package that `RPMBuild.demo` describes.
    static func demo() -> SampleRPM {
        var sample = SampleRPM(version: "1.0~rc1")
        sample.package.url = "https://example.com"
        sample.package.vendor = "V"
        sample.package.packager = "P <p@example.com>"
        sample.package.relations = [
            RPMRelation(.requires, "foo", version: (.greaterOrEqual, "1.2")),
            RPMRelation(.requires, "bar", stages: [.post]), RPMRelation(.requires, "baz", stages: [.pre, .postun]),
            RPMRelation(.recommends, "rec"), RPMRelation(.suggests, "sug", version: (.equal, "1")),
            RPMRelation(.conflicts, "con", version: (.less, "3")),
            RPMRelation(.obsoletes, "obs", version: (.less, "2")), RPMRelation(.supplements, "supp"),
            RPMRelation(.enhances, "enh"),
        ]
        sample.package.scripts = [
            RPMScriptlet(.pretrans, program: ["<lua>"], body: "print(\"x\")"), RPMScriptlet(.pre, body: "echo pre"),
            RPMScriptlet(.post, body: "echo post"), RPMScriptlet(.preun, body: "echo preun"),
            RPMScriptlet(.postun, program: ["/sbin/ldconfig"], body: ""),
            RPMScriptlet(.posttrans, body: "echo posttrans"),
        ]
        for path in ["/opt/demo", "/opt/demo/bin", "/opt/demo/conf", "/opt/demo/emptydir"] { sample.addDirectory(path) }
        sample.addFile("/opt/demo/bin/a b", "hello\n", mode: 0o755)
        sample.addFile("/opt/demo/LICENSE", "lic\n", flags: .license)
        sample.addFile("/opt/demo/README", "doc\n", flags: .doc)
        sample.addFile("/opt/demo/conf/c.conf", "conf\n", flags: [.config, .noReplace])
        sample.addFile("/opt/demo/bin/cap", "cap\n", mode: 0o755, capabilities: "cap_net_bind_service=ep")
        sample.add(
            RPMEntry(
                path: "/opt/demo/conf/g.conf", content: .file(size: 0, digest: .zero), mode: 0,
                flags: [.ghost, .config, .noReplace]))
        sample.add(RPMEntry(path: "/opt/demo/link", content: .link(target: "bin/cap"), mode: 0o777))
        return sample
    }
}

/// Runs a program of the system.
///
/// - Returns: How it ended, with what it wrote.
func run(_ arguments: String..., environment: [String] = [], input: [UInt8] = []) throws(Failure) -> ProcessResult {
    try run(arguments, environment: environment, input: input)
}

/// Runs a program of the system.
func run(
    _ arguments: [String], environment: [String] = [], input: [UInt8] = []
) throws(Failure) -> ProcessResult {
    guard let program = Subprocess.find(arguments[0]) else {
        throw Failure(.requirement, "\(arguments[0]) is not installed")
    }
    return try Subprocess.run(
        [program] + arguments.dropFirst(),
        environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"] + environment, input: input,
        limit: 64 << 20, timeout: 300)
}
