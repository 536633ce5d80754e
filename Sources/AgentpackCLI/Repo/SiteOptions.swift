import ArgumentParser
import DefinitionFiles
import Diagnostics
import DistSite
import LinuxIO
import SiteDefinition

/// Which site a command works on.
struct SiteOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The definition of the site.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var definition = "repo/dist.yaml"

    @Option(
        help: ArgumentHelp("The site's directory, instead of the definition's.", valueName: "directory"),
        completion: .directory)
    var site: String?

    @Option(
        help: ArgumentHelp(
            "Take this for now, in seconds since 1970, so that a site can be made again byte by byte.",
            valueName: "seconds"))
    var date: Int64?

    /// The definition, with its warnings told.
    func load() throws(Failure) -> SiteDefinition {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try readFile(definition, limit: 1 << 20)
        } catch {
            throw Failure(
                .usage, "cannot read the site's definition \(PathText.display(definition))", cause: error.message,
                hints: ["Name it with --definition, or make one: agentpack repo init"])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "the definition \(PathText.display(definition)) is not UTF-8")
        }
        let definition = try SiteDefinition(parsing: text, file: definition)
        for warning in definition.warnings { Console.standard.warn(warning.rendered) }
        return definition
    }

    /// What file names in the definition are relative to.
    var directory: String { PathText.parent(definition) }

    /// The site's directory.
    func path(_ definition: SiteDefinition) -> String {
        if let site { return site }
        let path = definition.directory.value
        return path.hasPrefix("/") ? path : PathText.join(directory, path)
    }

    /// What operations need to know.
    func context(_ definition: SiteDefinition, threads: Int = Threads.processorCount) throws(Failure) -> SiteContext {
        try SiteContext(
            definition: definition, directory: directory, time: date ?? System.now, signatureTime: date,
            threads: threads)
    }
}
