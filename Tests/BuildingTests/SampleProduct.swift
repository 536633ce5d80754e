import BlockStore
import Building
import ByteIO
import Diagnostics
import Digests
import LinuxIO
import Planning
import Product
import SetupPlan
import Signing
import Testing

/// A small product in a directory, with a program that starts like an x86-64 executable and several blocks of content.
struct SampleProduct {
    static let manifest = """
        name: sample
        title: Sample Agent
        version: 1.2-rc3
        vendor: Vendor
        maintainer: Vendor <vendor@vendor.example>
        description: Stands for a product.
        packages:
          - name: sample
            contents: [{ source: tree/, to: . }]
        agent: { command: [bin/program] }
        """

    /// The product's directory.
    let path: String

    /// Writes the product.
    init(_ name: String, in scratch: borrowing Directory) throws(Failure) {
        path = PathText.join(scratch.path, name)
        try scratch.makeDirectories(name + "/tree/bin")
        try scratch.makeDirectories(name + "/tree/lib")
        let tree = try scratch.directory(name + "/tree")
        try tree.file("bin/program", [.write, .create], mode: 0o755).write(Self.elf(400_000))
        try tree.file("lib/large", [.write, .create]).write(Self.text(700_000, seed: 1))
        try tree.file("lib/copy", [.write, .create]).write(Self.text(700_000, seed: 1))
        try tree.file("lib/other", [.write, .create]).write(Self.text(300_000, seed: 2))
        try tree.file("lib/noise", [.write, .create]).write(Self.noise(50_000))
        try tree.file("lib/empty", [.write, .create]).write("")
        try tree.makeLink("lib/link", target: "large")
        try scratch.file(name + "/setup", [.write, .create]).write(Self.elf(5000))
    }

    var setup: String { PathText.join(path, "setup") }

    func plan(threads: Int = 2, formats: Set<PackageFormat> = [.bin]) throws(Failure) -> ProductBuild {
        let environment = PlanningEnvironment(sourceDateEpoch: "1700000000", threads: threads)
        let manifest = try Manifest(parsing: Self.manifest, file: "product.yaml")
        return try ProductBuild(manifest, directory: path, formats: formats, environment: environment)
    }

    /// Builds it; the installer is `<out>/sample-1.2~rc3.bin`.
    @discardableResult
    func build(
        to out: String = "dist", cache: BlockCache? = nil, threads: Int = 2, signer: Signer? = nil,
        formats: Set<PackageFormat> = [.bin]
    ) throws(Failure) -> BuiltArtifacts {
        try plan(threads: threads, formats: formats).write(
            to: PathText.join(path, out), setup: setup, store: BlockStore(cache: cache, threads: threads),
            signing: ArtifactSigning(program: signer))
    }

    private static func elf(_ count: Int) -> [UInt8] {
        var bytes = text(count, seed: 3)
        bytes.replaceSubrange(
            0..<64,
            with: [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 11) + [62, 0]
                + [UInt8](repeating: 0, count: 44))
        return bytes
    }

    /// Compresses to something, but not to nothing.
    private static func text(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 60) + 65
        }
    }

    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 9
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }
}
