public import DefinitionFiles
public import Diagnostics
import LinuxIO
public import Product
import SetupPlan

/// Makes the plan of a product: the one place where the source tree is read.
///
/// What is wrong is collected and thrown together, in three rounds that each need the one before: what the rules name
/// (missing files, special files, names), how it fits together (conflicts, links, commands), and what is in the files
/// (whether they can be read, what executables and libraries need).
public struct Planner: Sendable {
    private let manifest: Manifest
    private let directory: String
    private let environment: PlanningEnvironment

    /// Prepares to plan.
    ///
    /// - Parameters:
    ///   - manifest: The product.
    ///   - directory: The directory of the manifest's file, from which its paths start.
    ///   - environment: What else decides about the plan.
    public init(_ manifest: Manifest, directory: String, environment: PlanningEnvironment = .process()) {
        self.manifest = manifest
        self.directory = directory
        self.environment = environment
    }

    /// Reads the sources and makes the plan for one kind of machine.
    ///
    /// - Parameter architecture: One of the manifest's.
    /// - Returns: The plan.
    /// - Throws: `.usage` with every problem of the round in which there were any, each with its place in the manifest.
    public func plan(for architecture: Architecture) throws(Failure) -> InstallPlan {
        do throws(PlanningError) {
            return try makePlan(for: architecture)
        } catch {
            switch error {
            case .problems(let problems): throw Failure(problems: problems, in: manifest.file)
            case .failure(let failure): throw failure
            }
        }
    }

    /// Reads the sources and looks for everything that would stop a plan.
    ///
    /// - Parameter architecture: One of the manifest's.
    /// - Returns: The problems of the first round that has any, sorted by their places; else the plan's warnings.
    /// - Throws: What keeps the sources from being read at all.
    public func check(for architecture: Architecture) throws(Failure) -> (problems: [Problem], warnings: [String]) {
        do throws(PlanningError) {
            return ([], try makePlan(for: architecture).warnings)
        } catch {
            switch error {
            case .problems(let problems): return (problems, [])
            case .failure(let failure): throw failure
            }
        }
    }

    /// Why there is no plan.
    private enum PlanningError: Error {
        case problems([Problem])
        case failure(Failure)
    }

    private func attempt<Value>(_ body: () throws(Failure) -> Value) throws(PlanningError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            throw .failure(error)
        }
    }

    private func makePlan(for architecture: Architecture) throws(PlanningError) -> InstallPlan {
        let base = try attempt { () throws(Failure) in try resolvedPath(directory.isEmpty ? "." : directory) }
        let time = try attempt { () throws(Failure) in
            try ContentTime.resolve(sourceDateEpoch: environment.sourceDateEpoch, directory: base)
        }
        let product = ProductIdentity(
            name: manifest.name, title: manifest.title, vendor: manifest.vendor, description: manifest.description,
            homepage: manifest.homepage, version: manifest.version, release: manifest.release,
            architecture: architecture.rawValue, timestamp: time.seconds)

        let progress = ProgressCounter(environment.progress)
        var scanner = ContentScanner(base: base, environment: environment, progress: progress)
        for package in manifest.packages {
            for rule in package.contents { scanner.scan(rule, package: package.name.value) }
        }
        let license = manifest.license.flatMap { LicenseText.read($0, below: base, &scanner.problems) }
        var packages: [PlannedPackage] = []
        for package in manifest.packages {
            packages.append(
                planned(package, scripts: ScriptText.read(package.scripts, below: base, &scanner.problems)))
        }
        try check(scanner.problems)

        let tree = PlanTree(scanner.candidates)
        try check(tree.problems + problems(in: tree, of: product))

        var candidates = tree.entries
        try check(
            ContentHasher(
                threads: environment.threads, hashesMD5: environment.hashesMD5, progress: progress
            ).hash(&candidates))
        let survey = ELFSurvey(candidates, manifest, architecture: architecture)
        try check(survey.problems)
        for index in packages.indices where manifest.elf.makesRelations {
            packages[index].systemLibraries = survey.systemLibraries[packages[index].name] ?? []
            packages[index].needsGNUHash = survey.needsGNUHash.contains(packages[index].name)
        }
        let service = try attempt { () throws(Failure) in try Self.service(of: manifest) }
        let entries = candidates.compactMap(\.planned)
        let warnings =
            manifest.warnings.map(\.rendered) + [time.warning].compactMap { $0 } + scanner.warnings
            + survey.warnings

        return InstallPlan(
            product: product, paths: manifest.paths, configTool: manifest.configTool, license: license,
            entries: entries, agent: manifest.agent?.planned, service: service,
            requirements: manifest.requirements, settings: manifest.settings, groups: manifest.groups,
            configuration: manifest.configuration, packages: packages,
            maintainer: manifest.maintainer, licenseName: manifest.licenseName,
            legacyPaths: manifest.legacyPaths.map(\.value), x86Filter: manifest.compression.filters == .x86,
            warnings: warnings)
    }

    private func planned(_ package: PackageDefinition, scripts: PackageScripts) -> PlannedPackage {
        // A synopsis is no sentence: Debian's policy 3.4.1, rpmlint's `summary-ended-with-dot`.
        let description = package.description ?? manifest.description
        let isSentence = description.hasSuffix(".") && !description.hasSuffix("..")
        return PlannedPackage(
            name: package.name.value, version: package.version ?? manifest.version,
            release: package.release ?? (package.version == nil ? manifest.release : 1),
            summary: isSentence ? String(description.dropLast()) : description, details: package.details ?? "",
            depends: package.depends.map(\.value), deb: package.deb, rpm: package.rpm, scripts: scripts)
    }

    private func problems(in tree: PlanTree, of product: ProductIdentity) -> [Problem] {
        let rules = NameRules(
            versionDirectory: "\(manifest.paths.root)/versions/\(product.fullVersion)/",
            reserved: manifest.reservedPaths)
        var problems = tree.entries.flatMap { rules.problems(of: $0) }
        problems += tree.linkProblems(root: manifest.paths.root)
        problems += LegacyPaths.problems(of: manifest, in: tree)
        let commands = [manifest.agent?.command, manifest.agent?.healthCommand].compactMap { $0 }
        problems += commands.compactMap { CommandRules.problem($0, in: tree) }
        return problems
    }

    private func check(_ problems: [Problem]) throws(PlanningError) {
        guard !problems.isEmpty else { return }
        let sorted = problems.enumerated().sorted { left, right in
            let (one, two) = (left.element.location, right.element.location)
            return (one.line, one.column, left.offset) < (two.line, two.column, right.offset)
        }
        throw .problems(sorted.map(\.element))
    }
}

extension Candidate {
    /// The entry for a candidate whose content is known.
    fileprivate var planned: PlannedEntry? {
        let content: PlannedEntry.Content
        switch self.content {
        case .directory: content = .directory
        case .hashed(let file): content = .file(file)
        case .link(let target, _): content = .link(target: target)
        case .file: return nil
        }
        var entry = PlannedEntry(
            path: path, content: content, mode: mode, owner: owner, group: group, package: package, role: role)
        entry.sharedWith = sharedWith
        return entry
    }
}
