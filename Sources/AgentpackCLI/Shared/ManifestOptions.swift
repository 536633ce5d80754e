import ArgumentParser
import DefinitionFiles
import Diagnostics
import Foundation
import Product

/// The manifest that a command reads and what the command line changes in it.
struct ManifestOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The manifest, or the directory of a product.yaml.", valueName: "manifest"),
        completion: .file(extensions: ["yaml", "yml"]))
    private var given = "product.yaml"

    @Option(help: ArgumentHelp("Build this version instead of the manifest's.", valueName: "version"))
    var version: String?

    @Option(help: ArgumentHelp("Build this release instead of the manifest's.", valueName: "number"))
    var release: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Change one value, as in requirements.memory=4GB or packages[0].name=x; may be repeated.",
            valueName: "key=value"))
    var assignments: [String] = []

    /// The manifest's path.
    var manifest: String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: given, isDirectory: &isDirectory), isDirectory.boolValue else {
            return given
        }
        return (given as NSString).appendingPathComponent("product.yaml")
    }

    /// Manifests and what is below them are found from its directory.
    var directory: String {
        let directory = (manifest as NSString).deletingLastPathComponent
        return directory.isEmpty ? "." : directory
    }

    /// The values of the command line, in the order in which they apply.
    func overrides() throws(Failure) -> [Override] {
        var overrides: [Override] = []
        for assignment in assignments {
            guard let override = Override(assignment: assignment) else {
                throw Failure(.usage, "--set expects key.path=value, found \"\(assignment)\"")
            }
            overrides.append(override)
        }
        if let version { overrides.append(Override(origin: "--version", keyPath: "version", value: version)) }
        if let release { overrides.append(Override(origin: "--release", keyPath: "release", value: release)) }
        return overrides
    }

    /// The manifest's text.
    func text() throws(Failure) -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: manifest))
        } catch {
            let isMissing = !FileManager.default.fileExists(atPath: manifest)
            let hints = isMissing ? ["Name a manifest, or make one: agentpack init my-agent"] : []
            let reason = isMissing ? "no such file" : (error as NSError).localizedDescription
            throw Failure(.usage, "cannot read the manifest \(manifest)", cause: reason, hints: hints)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Failure(.usage, "the manifest \(manifest) is not UTF-8")
        }
        return text
    }

    /// The manifest with the command line's values; all of its problems are one failure.
    func load() throws(Failure) -> Product.Manifest {
        try Product.Manifest(parsing: text(), file: manifest, overrides: overrides())
    }

    /// The manifest, or its problems.
    func read() throws(Failure) -> Product.Manifest.Reading {
        Product.Manifest.read(try text(), file: manifest, overrides: try overrides())
    }
}
