public import DefinitionFiles
public import Diagnostics

extension SiteDefinition {
    /// What reading a definition comes to.
    public enum Reading: Sendable, Equatable {
        /// The definition, complete and valid.
        case definition(SiteDefinition)
        /// Everything that is wrong with it, in the order of the file; at least one.
        case problems([Problem])
    }

    /// Reads a definition and finds every problem in it at once.
    ///
    /// Only the text counts: whether the files exist that it names is not looked at.
    ///
    /// - Parameters:
    ///   - text: The definition, YAML.
    ///   - file: Its name for messages.
    ///   - overrides: Values from the command line that replace those in the text.
    /// - Returns: The definition or its problems.
    public static func read(_ text: String, file: String, overrides: [Override] = []) -> Reading {
        let source = DefinitionText(text, file: file, vocabulary: SiteTables.vocabulary, overrides: overrides)
        guard let fields = source.fields else { return .problems(source.problems) }
        var decoder = SiteDecoder(file: file)
        var definition = decoder.decode(fields)
        let problems = source.problems + decoder.problems
        guard problems.isEmpty else { return .problems(problems.inOrder) }
        definition.warnings = decoder.warnings.inOrder
        return .definition(definition)
    }

    /// Reads a definition; all of its problems become one failure.
    ///
    /// - Parameters:
    ///   - text: The definition, YAML.
    ///   - file: Its name for messages.
    ///   - overrides: Values from the command line that replace those in the text.
    /// - Throws: `usage` with every problem.
    public init(parsing text: String, file: String, overrides: [Override] = []) throws(Failure) {
        switch Self.read(text, file: file, overrides: overrides) {
        case .definition(let definition): self = definition
        case .problems(let problems): throw Failure(problems: problems, in: file)
        }
    }
}

/// Makes a site's definition of a tree.
struct SiteDecoder: DefinitionDecoder {
    let file: String
    var problems: [Problem] = []
    var warnings: [Problem] = []

    mutating func decode(_ fields: Fields) -> SiteDefinition {
        let origin = fields.text("origin")?.value ?? ""
        let title = fields.text("title")?.value ?? origin
        let label = fields.text("label")?.value ?? origin
        let products = decodeProducts(fields)
        let apt = decodeAPT(fields, origin: origin, title: title)
        let yum = decodeYUM(fields, products: products)
        let definition = SiteDefinition(
            file: file, url: decodeURL(fields),
            directory: fields.text("site") ?? Located("site", at: fields.node.location),
            title: title, origin: origin, label: label, prefix: decodePrefix(fields),
            landingPage: decodeLandingPage(fields, title: title), products: products, apt: apt, yum: yum,
            keys: decodeKeys(fields), channels: decodeChannels(fields, label: label),
            indexRetention: decodeIndexRetention(fields, hasMirrorList: yum?.hasMirrorList ?? false),
            targets: decodeTargets(fields, apt: apt, yum: yum), lock: decodeLock(fields),
            clientPackages: decodeClientPackages(fields, origin: origin, products: products, apt: apt, yum: yum))
        checkNames(definition, fields)
        return definition
    }

    private mutating func decodeURL(_ fields: Fields) -> String {
        guard let url = fields.text("url") else { return "" }
        if url.value.hasPrefix("http://") {
            warn(
                url.location,
                "keys come from this URL: without https, whoever is between a machine and the site replaces "
                    + "them")
        }
        return url.value
    }

    /// Names at the site's top that other things have.
    private mutating func decodePrefix(_ fields: Fields) -> String {
        guard let prefix = fields.text("prefix") else { return "linux" }
        let top = prefix.value.prefix { $0 != "/" }
        if ["channels", "index.html", "yum"].contains(top) || top.hasPrefix("apt-") {
            report(prefix.location, "\"\(top)\" is reserved: something else has that name at the site's top")
        }
        return prefix.value
    }

    private func decodeLandingPage(_ fields: Fields, title: String) -> PageSettings {
        let page = fields.fields("landing_page")
        return PageSettings(
            title: page?.text("title")?.value ?? title,
            introduction: Self.paragraphs(page?.text("introduction")?.value ?? ""),
            support: page?.text("support")?.value, template: page?.text("template"))
    }

    /// Paragraphs of a text: empty lines end them, other line ends are blanks.
    private static func paragraphs(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: " ").joined(separator: " ")
        }
        return lines.split(separator: "").map { $0.joined(separator: " ") }
    }

    private mutating func decodeProducts(_ fields: Fields) -> [SiteProduct] {
        var products: [SiteProduct] = []
        for item in fields.list("products") {
            guard let name = item.text("name") else { continue }
            if products.contains(where: { $0.name == name.value }) {
                report(name.location, "there is another product \"\(name.value)\"")
            }
            let packages = distinct(item.texts("packages"))
            for package in packages {
                if let other = products.first(where: { $0.packages.contains(package.value) }) {
                    report(package.location, "\"\(package.value)\" is a package of \"\(other.name)\" already")
                }
            }
            let names = packages.isEmpty ? [name.value] : packages.map(\.value)
            if packages.isEmpty, item["packages"] == nil,
                let other = products.first(where: { $0.packages.contains(name.value) })
            {
                report(name.location, "\"\(name.value)\" is a package of \"\(other.name)\" already")
            }
            let commands = item.fields("commands")
            products.append(
                SiteProduct(
                    name: name.value, title: item.text("title")?.value ?? name.value,
                    description: item.text("description")?.value, documentation: item.text("documentation")?.value,
                    packages: names, installedPackage: decodeInstalled(item, name: name.value, packages: names),
                    hasInstaller: item.boolean("installer") ?? true, stateDirectory: item.text("state")?.value,
                    configureCommand: commands?.text("configure")?.value,
                    startCommand: commands?.text("start")?.value,
                    uninstallCommand: commands?.text("uninstall")?.value))
        }
        return products
    }

    private mutating func decodeInstalled(_ fields: Fields, name: String, packages: [String]) -> String {
        guard let package = fields.text("install") else { return packages.contains(name) ? name : packages[0] }
        if !packages.contains(package.value) {
            report(
                package.location, "\"\(package.value)\" is none of the product's packages",
                suggestion: Suggestion.nearest(to: package.value, among: packages))
        }
        return package.value
    }

    private mutating func decodeLock(_ fields: Fields) -> LockTiming {
        let lock = fields.fields("lock")
        return LockTiming(
            leaseSeconds: duration(lock?.text("lease"), from: 60, "1m", to: 86_400, "1d") ?? 600,
            waitSeconds: duration(lock?.text("wait"), from: 0, "0m", to: 86_400, "1d") ?? 300)
    }

    /// A duration between two bounds.
    mutating func duration(
        _ text: Located<String>?, from minimum: Int, _ least: String, to maximum: Int, _ most: String
    ) -> Int? {
        guard let text else { return nil }
        guard let seconds = Scalars.duration(text.value), (minimum...maximum).contains(seconds) else {
            report(text.location, "expected a duration from \(least) to \(most), found \"\(text.value)\"")
            return nil
        }
        return seconds
    }
}
