import ArgumentParser
import ClientFiles
import Diagnostics
import DistSite
import LinuxIO
import Signing
import SiteDefinition

/// `agentpack repo client-packages`: packages that bring a site's keys and repositories to clients.
struct RepoClientPackages: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client-packages",
        abstract: "Write packages and files that bring the site's keys and repositories to clients.",
        discussion: """
            A keyring package for APT, a release package with the .repo file for each product, and the sources of every \
            codename: CODENAME.sources (deb822) and CODENAME.list (one line). Publish the packages as any others: then \
            upgrades bring new keys before they are needed. Exit codes: 0, 1 failed, 3 GnuPG is missing, 64 wrong command \
            line or definition.
            """)

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Where they go; made where it is missing.", valueName: "directory"),
        completion: .directory)
    var output = "dist"

    @OptionGroup var site: SiteOptions
    @OptionGroup var signing: SiteSignerOptions

    func run() throws {
        CleanEnd.prepare()
        let definition = try site.load()
        let context = try site.context(definition)
        guard definition.clientPackages != nil else {
            throw Failure(
                .usage, "\(PathText.display(site.definition)) names no packages for clients",
                hints: ["Describe them under client_packages."])
        }
        if fileStatus(output) == nil {
            try Directory.open(PathText.parent(output)).makeDirectory(PathText.lastComponent(output))
        }
        let directory = try Directory.open(output)
        if let keys = context.keys.apt?.keys,
            let package = try KeyringPackage(definition, keys: keys, timestamp: context.time)
        {
            try package.write(in: directory)
            note(package.fileName)
        }
        if let keys = context.keys.rpm?.keys {
            let signer = try signing.signers(definition, directory: site.directory).rpm
            for product in definition.products {
                try write(product, keys, context, signer, directory)
            }
        }
        for distribution in definition.apt?.distributions ?? [] {
            guard let source = APTSource(definition, codename: distribution.codename, in: definition.firstChannel)
            else {
                continue
            }
            try write(source.deb822, to: "\(distribution.codename).sources", directory)
            try write(source.line(), to: "\(distribution.codename).list", directory)
        }
    }

    private func write(
        _ product: SiteProduct, _ keys: ClientKeys, _ context: SiteContext, _ signer: (any OpenPGPSigner)?,
        _ directory: borrowing Directory
    ) throws(Failure) {
        guard
            let package = try ReleasePackage(
                context.definition, product, keys: keys, timestamp: context.time)
        else { return }
        if let signer {
            try package.write(in: directory) { content throws(Failure) in try signer.detached(content) }
        } else {
            try package.write(in: directory)
        }
        note(package.fileName)
    }

    private func write(_ text: String, to name: String, _ directory: borrowing Directory) throws(Failure) {
        let file = try StagedFile(replacing: name, in: directory, mode: 0o644)
        try file.write(text)
        try file.commit()
        note(name)
    }

    private func note(_ name: String) {
        Console.standard.note("Made \(PathText.display(PathText.join(output, name))).")
    }
}
