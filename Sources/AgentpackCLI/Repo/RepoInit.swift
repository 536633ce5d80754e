import ArgumentParser
import Diagnostics
import LinuxIO
import Templates

/// `agentpack repo init`: starts a site's definition from a template.
struct RepoInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Start a site's definition from a template.",
        discussion: "Templates:\n" + SiteTemplate.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "The directory that gets dist.yaml; made where it is missing.", completion: .directory)
    var directory = "repo"

    @Option(help: ArgumentHelp("The template to start from.", valueName: "template"))
    var template = "minimal"

    func run() throws {
        guard let template = SiteTemplate.named(template) else {
            throw Failure(
                .usage, "there is no template \"\(template)\"",
                hints: Suggestion.hints(for: template, among: SiteTemplate.all.map(\.name)))
        }
        if fileStatus(directory) == nil {
            try Directory.open(PathText.parent(directory)).makeDirectory(PathText.lastComponent(directory))
        }
        let path = PathText.join(directory, SiteTemplate.definitionName)
        guard fileStatus(path) == nil else {
            throw Failure(
                .usage, "\(PathText.display(path)) is there already",
                hints: ["Name another directory: agentpack repo init DIRECTORY"])
        }
        let file = try StagedFile(replacing: path, mode: 0o644)
        try file.write(template.definition)
        try file.commit()
        Console.standard.note("Made \(PathText.display(path)).")
        Console.standard.note("Next: make the keys as it says, put their fingerprints into it, then run")
        let option = path == "repo/dist.yaml" ? "" : " --definition \(PathText.display(path))"
        Console.standard.note("  agentpack repo publish\(option) dist/*")
    }
}
