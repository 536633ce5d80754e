public import DefinitionFiles
public import Diagnostics
import SetupPlan

extension Manifest {
    /// What reading a manifest comes to.
    public enum Reading: Sendable, Equatable {
        /// The manifest, complete and valid.
        case manifest(Manifest)
        /// Everything that is wrong with it, in the order of the file; at least one.
        case problems([Problem])
    }

    /// Reads a manifest and finds every problem in it at once.
    ///
    /// Only the text counts: whether the files exist that it names is not looked at.
    ///
    /// - Parameters:
    ///   - text: The manifest, YAML.
    ///   - file: Its name for messages.
    ///   - overrides: Values from the command line that replace those in the text.
    /// - Returns: The manifest or its problems.
    public static func read(_ text: String, file: String, overrides: [Override] = []) -> Reading {
        let definition = DefinitionText(
            text, file: file, vocabulary: ManifestTables.vocabulary, overrides: overrides)
        guard let fields = definition.fields else { return .problems(definition.problems) }
        var decoder = ManifestDecoder(file: file)
        let manifest = decoder.decode(fields)
        let problems = definition.problems + decoder.problems
        return problems.isEmpty ? .manifest(manifest) : .problems(problems.inOrder)
    }

    /// Reads a manifest; all of its problems become one failure.
    ///
    /// - Parameters:
    ///   - text: The manifest, YAML.
    ///   - file: Its name for messages.
    ///   - overrides: Values from the command line that replace those in the text.
    /// - Throws: `usage` with every problem.
    public init(parsing text: String, file: String, overrides: [Override] = []) throws(Failure) {
        switch Self.read(text, file: file, overrides: overrides) {
        case .manifest(let manifest): self = manifest
        case .problems(let problems): throw Failure(problems: problems, in: file)
        }
    }
}

/// Makes a manifest of a tree.
struct ManifestDecoder: DefinitionDecoder {
    let file: String
    var problems: [Problem] = []
    var warnings: [Problem] = []

    mutating func decode(_ fields: Fields) -> Manifest {
        let name = fields.text("name")?.value ?? "unnamed"
        let configTool = decodeConfigTool(fields, name: name)
        let settings = decodeSettings(fields)
        let groups = decodeGroups(fields, settings: settings)
        var manifest = Manifest(
            file: file, name: name, title: fields.text("title")?.value ?? name,
            version: Self.normalised(fields.text("version")?.value ?? "0"),
            release: Int(fields.integer("release")?.value ?? 1), vendor: fields.text("vendor")?.value ?? "",
            maintainer: fields.text("maintainer")?.value ?? "", description: fields.text("description")?.value ?? "",
            homepage: fields.text("homepage")?.value, license: decodeLicense(fields),
            licenseName: fields.fields("license")?.text("name")?.value ?? "LicenseRef-Proprietary",
            architectures: decodeArchitectures(fields), paths: decodePaths(fields, name: name),
            configTool: configTool, packages: decodePackages(fields, configTool: configTool),
            agent: decodeAgent(fields), service: decodeService(fields),
            requirements: decodeRequirements(fields, settings: settings), settings: settings, groups: groups,
            configuration: decodeConfiguration(fields, settings: settings),
            legacyPaths: decodeLegacyPaths(fields),
            compression: Compression(
                filters: fields.fields("compression")?.word("filters", as: Compression.Filters.self) ?? .x86),
            elf: decodeELF(fields))
        checkSynopsis(fields.text("description"))
        checkTogether(manifest.packages, manifest.service)
        manifest.warnings = warnings
        return manifest
    }

    /// `-rcN` at the end becomes `~rcN`.
    static func normalised(_ version: String) -> String {
        guard let dash = version.lastIndex(of: "-") else { return version }
        return version[..<dash] + "~" + version[version.index(after: dash)...]
    }

    private mutating func decodeConfigTool(_ fields: Fields, name: String) -> String {
        guard let tool = fields.fields("tools")?.text("config") else { return name + "-config" }
        let reserved = ["versions", "current", "uninstall", "start-agent", "bin"]
        if reserved.contains(tool.value) {
            report(tool.location, "\"\(tool.value)\" is a reserved name in the product's root")
        }
        return tool.value
    }

    private mutating func decodeLicense(_ fields: Fields) -> LicenseReference? {
        guard let license = fields.fields("license") else { return nil }
        guard let file = license.text("file") else {
            if let accept = license["accept"], license["file"] == nil, license["name"] != nil {
                report(accept.location, "\"accept\" needs \"file\", the text to accept")
            }
            return nil
        }
        return LicenseReference(file: file, mustAccept: license.text("accept")?.value != "none")
    }

    private mutating func decodeArchitectures(_ fields: Fields) -> [Architecture] {
        var found: [Architecture] = []
        for item in fields.texts("architectures") {
            guard let architecture = Architecture(rawValue: item.value) else { continue }
            if found.contains(architecture) {
                report(item.location, "\"\(item.value)\" is listed twice")
            } else {
                found.append(architecture)
            }
        }
        return found.isEmpty ? [.amd64] : found
    }

    private mutating func decodeRequirements(_ fields: Fields, settings: [Setting]) -> Requirements {
        guard let fields = fields.fields("requirements") else { return Requirements() }
        var disk = DiskRequirement.automatic
        if let text = fields.text("disk"), text.value != "auto" { disk = .bytes(size(text) ?? 0) }
        let systems = fields.texts("os").map { item in
            let (id, minimumVersion) = Scalars.system(item.value)
            return SystemRequirement(id: id, minimumVersion: minimumVersion)
        }
        for item in fields.texts("reach") where item.value.hasPrefix("@") {
            let id = String(item.value.dropFirst())
            guard let setting = settings.first(where: { $0.id == id }) else {
                let near = Suggestion.nearest(to: id, among: settings.map(\.id)).map { "@" + $0 }
                report(item.location, "there is no setting \"\(id)\"", suggestion: near)
                continue
            }
            if setting.kind != .url {
                report(item.location, "expected a setting of kind url, \"\(id)\" is another kind")
            }
        }
        return Requirements(
            memory: fields.text("memory").flatMap { size($0) },
            cpuMegahertz: fields.integer("cpu_mhz").map { Int($0.value) }, disk: disk, systems: systems,
            reach: fields.texts("reach").map(\.value))
    }

    private mutating func size(_ text: Located<String>) -> UInt64? {
        let size = Scalars.size(text.value)
        if size == nil { report(text.location, "the size is too large or has too many digits: \(text.value)") }
        return size
    }

    /// A duration of at most a day.
    mutating func duration(_ text: Located<String>?, fallback: Int) -> Int {
        guard let text else { return fallback }
        guard let seconds = Scalars.duration(text.value), (1...86_400).contains(seconds) else {
            report(text.location, "expected a duration from 1s to 24h, found \"\(text.value)\"")
            return fallback
        }
        return seconds
    }
}
