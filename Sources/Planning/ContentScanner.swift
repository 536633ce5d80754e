import DefinitionFiles
import Diagnostics
import LinuxIO
import Product

/// Expands content rules into candidates, in the manifest's order.
///
/// Nothing is thrown for what the manifest or the source tree got wrong: it is collected, so that one run reports
/// everything.
struct ContentScanner {
    /// The manifest's directory, absolute.
    let base: String
    let environment: PlanningEnvironment

    var candidates: [Candidate] = []
    var problems: [Problem] = []
    var warnings: [String] = []
    let progress: ProgressCounter

    init(base: String, environment: PlanningEnvironment, progress: ProgressCounter) {
        self.base = base
        self.environment = environment
        self.progress = progress
    }

    /// Expands one rule of a package.
    mutating func scan(_ rule: ContentRule, package: String) {
        var scope = RuleScope(rule: rule, package: package)
        switch rule.source {
        case .directory:
            // Beside "directory" the manifest's "mode" means the directory's own.
            scope.directoryMode = rule.mode
            add(.directory, at: rule.destination.value.path, "the empty directory", scope)
        case .link(let target):
            add(.link(target: target.value, isDeclared: true), at: rule.destination.value.path, "the link", scope)
        case .path(let source, let mustBeDirectory): scanPath(source, mustBeDirectory, &scope)
        case .glob(let glob): scanGlob(glob, &scope)
        case .archive(let source, let stripComponents): scanArchive(source, stripComponents, &scope)
        }
        warnings += scope.exclusions.warnings
    }

    private mutating func scanPath(_ source: Located<String>, _ mustBeDirectory: Bool, _ scope: inout RuleScope) {
        guard let status = find(source) else { return }
        let name = PathText.display(source.value)
        switch status.kind {
        case .directory:
            do throws(Failure) {
                let directory = try Directory.open(path(of: source.value))
                scope.sourceName = source.value
                if !scope.destination.path.isEmpty { add(.directory, at: scope.destination.path, name, scope) }
                walk(directory, below: "", &scope)
            } catch {
                problems.append(Problem(at: source.location, failure: error))
            }
        case .file where mustBeDirectory:
            problems.append(
                Problem(at: source.location, "\(name) is a file; a path that ends in \"/\" means a directory"))
        case .file:
            let last = PathText.lastComponent(source.value)
            let destination = scope.destination
            let target = destination.isDirectory ? PathText.join(destination.path, last) : destination.path
            addFile(path(of: source.value), status, at: target, name, scope)
        default:
            problems.append(Problem(at: source.location, "\(name) is \(status.kind.words), which can't be packed"))
        }
    }

    /// The status of what a rule names, or nil after reporting that it isn't there.
    mutating func find(_ source: Located<String>) -> FileStatus? {
        if let status = fileStatus(path(of: source.value)) { return status }
        problems.append(MissingSource.problem(source, below: base))
        return nil
    }

    func path(of source: String) -> String { source.isEmpty ? base : PathText.join(base, source) }

    mutating func addFile(
        _ source: String, _ status: FileStatus, at path: String, _ name: String, _ scope: RuleScope
    ) {
        if status.mode & 0o6000 != 0, scope.rule.mode == nil {
            warnings.append(
                "\(name) has the set-user-ID or set-group-ID bit, which only a \"mode\" in the manifest keeps")
        }
        let content = Candidate.Content.file(
            .file(path: source, identity: SourceIdentity(status)), size: status.size)
        add(content, at: path, name, scope, sourceMode: status.mode)
    }

    mutating func add(
        _ content: Candidate.Content, at path: String, _ name: String, _ scope: RuleScope, sourceMode: UInt32 = 0
    ) {
        let mode: UInt32 =
            switch content {
            case .directory: scope.directoryMode ?? 0o755
            case .link: 0o777
            case .file, .hashed: scope.rule.mode ?? (sourceMode & 0o111 != 0 ? 0o755 : 0o644)
            }
        var candidate = Candidate(
            path: path, content: content, mode: mode, owner: scope.rule.owner, group: scope.rule.group,
            package: scope.package, origin: Origin(location: scope.rule.location, name: name))
        if candidate.isFile {
            candidate.role = scope.rule.role
            if let capabilities = candidate.role.capabilities, mode & 0o111 == 0 {
                report(
                    "\(name) isn't executable, so it can't have capabilities (\(capabilities))", scope,
                    hints: ["Give the executables an entry of their own, or a \"mode\"."])
            }
        }
        candidates.append(candidate)
        progress.update { $0.found += 1 }
    }

    mutating func report(_ message: String, _ scope: RuleScope, hints: [String] = []) {
        problems.append(Problem(at: scope.rule.location, message, hints: hints))
    }
}

/// What is the same for everything that one rule brings in.
struct RuleScope {
    let rule: ContentRule
    let package: String
    var exclusions: ExclusionList
    /// The source as the manifest names it, for messages.
    var sourceName = ""
    /// The permission bits of directories, where the manifest has an opinion.
    var directoryMode: UInt32?

    init(rule: ContentRule, package: String) {
        self.rule = rule
        self.package = package
        directoryMode = rule.directoryMode
        exclusions = ExclusionList(rule.exclude)
    }

    var destination: Destination { rule.destination.value }

    /// The path in the product of something at a path relative to the source.
    func target(_ relative: String) -> String { PathText.join(destination.path, relative) }

    /// What to call something at a path relative to the source.
    func name(_ relative: String) -> String {
        PathText.display(relative.isEmpty ? sourceName : PathText.join(sourceName, relative))
    }
}

extension Problem {
    /// A system call's failure as a problem of the place in the manifest that asked for it.
    init(at location: Location, failure: Failure) {
        let reason = failure.cause.map { failure.message + ": " + $0 } ?? failure.message
        self.init(at: location, reason, hints: failure.hints)
    }
}
