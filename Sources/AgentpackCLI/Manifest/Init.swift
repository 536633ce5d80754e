import ArgumentParser
import DefinitionFiles
import Diagnostics
import Foundation
import Product
import Templates

/// `agentpack init`: starts a product from a template.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start a product from a template.",
        discussion: "Templates:\n"
            + ProductTemplate.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "The product's directory: a new one or an empty one.", completion: .directory)
    var directory = "."

    @Option(help: ArgumentHelp("The template to start from.", valueName: "template"))
    var template = "minimal"

    @Option(help: ArgumentHelp("The product's name instead of the template's.", valueName: "name"))
    var name: String?

    func run() throws {
        guard let template = ProductTemplate.named(template) else {
            let names = ProductTemplate.all.map(\.name).joined(separator: ", ")
            throw Failure(.usage, "there is no template \"\(template)\"", hints: ["Templates: \(names)."])
        }
        let files = name.map { template.files(named: $0) } ?? template.files
        try Self.check(files, name: name)
        try Self.write(files, to: directory)
        let place = directory == "." ? "" : " \(directory)/"
        let console = Console.standard
        console.note("Made\(place): " + files.map(\.path).joined(separator: ", "))
        let target = URL(fileURLWithPath: directory).lastPathComponent
        if name == nil, directory != ".", target != template.productName {
            console.note("The product is called \(template.productName); --name NAME calls it otherwise.")
        }
        for step in template.preparation { console.note(step) }
        console.note("Next: " + (directory == "." ? "" : "cd \(directory) && ") + "agentpack build")
    }

    /// A name that makes the manifest invalid is refused before anything is written.
    private static func check(_ files: [ProductTemplate.File], name: String?) throws(Failure) {
        guard let manifest = files.first else { return }
        let text = String(decoding: manifest.bytes, as: UTF8.self)
        guard case .problems(let problems) = Product.Manifest.read(text, file: manifest.path) else { return }
        throw Failure(
            .usage, "\"\(name ?? "")\" can't be the product's name", cause: problems.first?.message)
    }

    /// Writes all files or none.
    private static func write(_ files: [ProductTemplate.File], to directory: String) throws(Failure) {
        let manager = FileManager.default
        let target = URL(fileURLWithPath: directory)
        let isNew = !manager.fileExists(atPath: target.path)
        if !isNew {
            guard let present = try? manager.contentsOfDirectory(atPath: target.path) else {
                throw Failure(.usage, "\(directory) is no directory that can be read")
            }
            guard present.isEmpty else {
                throw Failure(
                    .usage, "\(directory) is not empty: it has \(present.sorted()[0])",
                    hints: ["Name a new directory: agentpack init my-agent"])
            }
        }
        do {
            try manager.createDirectory(at: target, withIntermediateDirectories: true)
            for file in files {
                let path = target.appendingPathComponent(file.path)
                try manager.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.bytes).write(to: path)
                try manager.setAttributes([.posixPermissions: Int(file.mode)], ofItemAtPath: path.path)
            }
        } catch {
            // Everything in it is ours: it was empty or not there before.
            for item in (try? manager.contentsOfDirectory(atPath: target.path)) ?? [] {
                try? manager.removeItem(at: target.appendingPathComponent(item))
            }
            if isNew { try? manager.removeItem(at: target) }
            throw Failure(
                .failed, "cannot write the product to \(directory)", cause: (error as NSError).localizedDescription)
        }
    }
}
