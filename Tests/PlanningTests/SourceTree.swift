import ByteIO
import DefinitionFiles
import Diagnostics
import Glibc
import LinuxIO
import Planning
import SetupPlan
import Testing

@testable import Product

/// A source tree in a directory of its own, and manifests over it.
final class SourceTree {
    let path: String

    init() throws {
        path = "/tmp/agentpack-planning-\(System.processID)-\(UInt64.random(in: 0 ... .max))"
        try Directory.open("/tmp").makeDirectory(PathText.lastComponent(path), mode: 0o700)
    }

    // rm(1), because the tests make names that aren't UTF-8.
    deinit { _ = try? Subprocess.run(["/bin/rm", "-rf", path]) }

    /// Writes a file and the directories above it.
    @discardableResult
    func file(_ name: String, _ content: String = "", mode: UInt32 = 0o644) throws -> String {
        let top = try Directory.open(path)
        let parent = PathText.parent(name)
        if parent != "." { try top.makeDirectories(parent) }
        let file = try top.file(name, [.write, .create, .truncate])
        try file.write(content)
        try file.setMode(mode)
        return PathText.join(path, name)
    }

    func bytes(_ name: String, _ content: [UInt8]) throws {
        try file(name)
        try Directory.open(path).file(name, .write).write(content)
    }

    func directory(_ name: String) throws { try Directory.open(path).makeDirectories(name) }

    func link(_ name: String, _ target: String) throws {
        let parent = PathText.parent(name)
        if parent != "." { try directory(parent) }
        try Directory.open(path).makeLink(name, target: target)
    }

    /// Makes a file whose name isn't text.
    func rawFile(_ name: [UInt8]) throws {
        let full = (Array(path.utf8) + [UInt8(ascii: "/")] + name).map { CChar(bitPattern: $0) } + [0]
        let number = creat(full, 0o644)
        try #require(number >= 0)
        close(number)
    }

    /// Plans one package with these rules.
    func plan(
        _ rules: [ContentRule], agent: AgentDefinition? = nil, license: String? = nil,
        environment: PlanningEnvironment = PlanningEnvironment(sourceDateEpoch: "1700000000")
    ) throws(Failure) -> InstallPlan {
        var manifest = Manifest.sample
        manifest.packages = [PackageDefinition(name: located("example-agent"), contents: rules)]
        manifest.agent = agent
        manifest.license = license.map { LicenseReference(file: located($0, line: 5), mustAccept: true) }
        return try Planner(manifest, directory: path, environment: environment).plan(for: .amd64)
    }

    /// The lines of the failure that planning must end with.
    func problems(
        _ rules: [ContentRule], agent: AgentDefinition? = nil, license: String? = nil
    ) throws -> [String] {
        do throws(Failure) {
            _ = try plan(rules, agent: agent, license: license)
        } catch {
            #expect(error.code == .usage)
            return (error.cause ?? "").split(separator: "\n").map { String($0.drop { $0 == " " }) }
        }
        Issue.record("a problem was expected")
        return []
    }
}

/// A value on a line of the manifest.
func located<Value: Sendable & Equatable>(_ value: Value, line: Int = 10) -> Located<Value> {
    Located(value, at: Location(file: "product.yaml", line: line, column: 7, keyPath: ""))
}

extension ContentRule {
    /// A rule as the decoder would make it.
    static func rule(
        _ source: ContentSource, to path: String = "", isDirectory: Bool = true, line: Int = 10,
        mode: UInt32? = nil, directoryMode: UInt32? = nil, exclude: [String] = []
    ) -> ContentRule {
        ContentRule(
            location: Location(file: "product.yaml", line: line, column: 5, keyPath: ""), source: source,
            destination: located(Destination(path: path, isDirectory: isDirectory), line: line), mode: mode,
            directoryMode: directoryMode, exclude: exclude.compactMap { Glob($0) }.map { located($0, line: line) })
    }

    static func path(
        _ source: String, to path: String = "", isDirectory: Bool = true, line: Int = 10, mode: UInt32? = nil,
        directoryMode: UInt32? = nil, exclude: [String] = []
    ) -> ContentRule {
        rule(
            .path(located(source, line: line), mustBeDirectory: false), to: path, isDirectory: isDirectory,
            line: line, mode: mode, directoryMode: directoryMode, exclude: exclude)
    }

    static func glob(_ pattern: String, to path: String = "", line: Int = 10) throws -> ContentRule {
        rule(.glob(located(try #require(Glob(pattern)), line: line)), to: path, line: line)
    }

    static func link(_ path: String, target: String, line: Int = 10) -> ContentRule {
        rule(.link(target: located(target, line: line)), to: path, isDirectory: false, line: line)
    }
}

extension Manifest {
    static var sample: Manifest {
        Manifest(
            file: "product.yaml", name: "example-agent", title: "Example Agent", version: "1.2.3", release: 1,
            vendor: "Example", maintainer: "Example <support@example.com>", description: "Does nothing.",
            licenseName: "MIT", architectures: [.amd64],
            paths: ProductPaths(
                root: "/opt/example-agent", state: "/var/opt/example-agent", options: "/etc/opt/example-agent"),
            configTool: "example-config", packages: [], requirements: Requirements(), settings: [], groups: [],
            legacyPaths: [], compression: Compression())
    }
}

extension InstallPlan {
    /// A line for each entry: mode, path, and what is there.
    var listing: [String] {
        entries.map { entry in
            let mode = String(entry.mode, radix: 8)
            switch entry.content {
            case .directory: return "\(mode) \(entry.path)/"
            case .file(let file): return "\(mode) \(entry.path) \(file.size)"
            case .link(let target): return "\(mode) \(entry.path) -> \(target)"
            }
        }
    }
}

/// Reads a planned file whole.
func content(of file: PlannedFile) throws(Failure) -> [UInt8] {
    let open = try file.source.open()
    var bytes = [UInt8](repeating: 0, count: Int(file.size))
    try bytes.withMutableRawBytes { buffer throws(Failure) in try open.read(at: 0, into: buffer) }
    return bytes
}

/// Reads a planned block whole.
func content(of block: PlannedBlock) throws(Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(block.size))
    try bytes.withMutableRawBytes { buffer throws(Failure) in try block.read(into: buffer) }
    return bytes
}
