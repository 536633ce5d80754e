public import BlockStore
import ByteIO
public import Diagnostics
import Digests
import LinuxIO
import Packaging
public import Planning
public import Product
public import SetupPlan

/// The making of a product's artifacts: first the plan with its blocks, then all files in one pass.
public struct ProductBuild: Sendable {
    /// The product as it will be on a machine.
    public let plan: InstallPlan
    /// How the content of an installer is cut into blocks.
    public let layout: BlockLayout
    /// What is made.
    public let formats: Set<PackageFormat>

    /// Reads the sources and plans; writes nothing.
    ///
    /// - Parameters:
    ///   - manifest: The product.
    ///   - directory: The directory of the manifest's file.
    ///   - formats: What is made; at least one.
    ///   - environment: What else decides about the plan.
    /// - Throws: `.usage` with every problem of the manifest's sources.
    public init(
        _ manifest: Manifest, directory: String, formats: Set<PackageFormat> = [.bin],
        environment: PlanningEnvironment = .process()
    ) throws(Failure) {
        var environment = environment
        environment.hashesMD5 = formats.contains(.deb)
        // The one architecture that a manifest can have and `setup` is built for.
        plan = try Planner(manifest, directory: directory, environment: environment).plan(for: .amd64)
        layout = BlockLayout(plan.entries, x86Filter: plan.x86Filter)
        self.formats = formats
    }

    /// The installer's file names: `name-version.bin`, and `name.bin`, under which users download the newest version.
    public var installerNames: [String] {
        ["\(plan.product.name)-\(plan.product.version).bin", "\(plan.product.name).bin"]
    }

    /// The names of the artifacts, without those of checksums and signatures.
    ///
    /// - Throws: `.usage` for what a format can't hold.
    public func artifactNames() throws(Failure) -> [String] {
        // The names don't depend on the runtime's bytes.
        let packaging = NativePackaging(plan) { _ in
            PackagedFile(size: 0, digest: .zero, md5: [UInt8](repeating: 0, count: 16), parts: [])
        }
        var names = formats.contains(.bin) ? installerNames : []
        if formats.contains(.deb) { names += try packaging.debs().map(\.fileName) }
        if formats.contains(.rpm) { names += try packaging.rpms().map(\.fileName) }
        return names
    }

    /// Bytes of content in an installer's blocks; equal files count once.
    public var contentSize: UInt64 { layout.blocks.reduce(0) { $0 + $1.size } }

    /// Which filters the blocks may have.
    public var filters: BlockFilters { plan.x86Filter ? .automatic : .none }

    /// Makes the artifacts.
    ///
    /// The bytes depend on the plan, `setup`, the signers and liblzma's version, on nothing else.
    ///
    /// - Parameters:
    ///   - directory: Where the files appear, at the end, each of them whole: every artifact, the SHA-256 of each beside
    ///     it, and a detached signature where there is an OpenPGP signer and the format has no place for it. Those of
    ///     artifacts that are replaced go.
    ///   - setup: The executable that installers and config tools start with.
    ///   - store: Makes the blocks.
    ///   - signing: Who signs.
    ///   - progress: Called after each block, on any thread but never twice at once.
    /// - Returns: What was made.
    public func write(
        to directory: String, setup: String, store: BlockStore, signing: ArtifactSigning = ArtifactSigning(),
        progress: (PackingProgress) -> Void = { _ in }
    ) throws(Failure) -> BuiltArtifacts {
        let output = try OutputSet(in: directory)
        let opened = try open(in: output.staging, setup: setup, signing)
        let outputs = opened.map(\.output)
        let packing = try PackingLine(outputs).run(store, report: progress)
        for output in outputs { try output.finish() }
        var finisher = ArtifactFinisher(signing: signing)
        var artifacts: [BuiltArtifact] = []
        for file in opened {
            artifacts.append(
                try finisher.finish(file.format, package: file.package, names: file.names, in: output.staging))
        }
        let trailer = outputs.lazy.compactMap { ($0 as? BinOutput)?.trailer }.first
        try output.publish(finisher.groups)
        return BuiltArtifacts(directory: directory, artifacts: artifacts, trailer: trailer, packing: packing)
    }

    /// An artifact that is being written.
    private struct Opened {
        var format: PackageFormat
        var package: String?
        /// Its file's names; it is written under the first.
        var names: [String]
        var output: any ArtifactOutput
    }

    private func open(
        in staging: borrowing Directory, setup: String, _ signing: ArtifactSigning
    ) throws(Failure) -> [Opened] {
        var opened: [Opened] = []
        if formats.contains(.bin) {
            let names = installerNames
            let output = try BinOutput(
                path: PathText.join(staging.path, names[0]), setup: setup, plan: plan, layout: layout,
                sign: signing.planSigning)
            opened.append(Opened(format: .bin, names: names, output: output))
        }
        guard formats != [.bin] else { return opened }
        let images = try RuntimeImages(setup: setup, x86Filter: plan.x86Filter, sign: signing.planSigning)
        let packaging = NativePackaging(plan) { plan throws(Failure) in try images.file(plan) }
        if formats.contains(.deb) {
            for package in try packaging.debs() {
                opened.append(
                    Opened(
                        format: .deb, package: package.name, names: [package.fileName],
                        output: try DebOutput(package, in: staging)))
            }
        }
        if formats.contains(.rpm) {
            for package in try packaging.rpms() {
                opened.append(
                    Opened(
                        format: .rpm, package: package.name, names: [package.fileName],
                        output: try RPMOutput(package, in: staging, sign: signing.openPGPSigning)))
            }
        }
        return opened
    }
}
