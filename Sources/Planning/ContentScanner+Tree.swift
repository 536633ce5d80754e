import DefinitionFiles
import Diagnostics
import LinuxIO
import Product

extension ContentScanner {
    /// Adds what is in a directory and below, in byte order, following no links.
    mutating func walk(_ directory: borrowing Directory, below relative: String, _ scope: inout RuleScope) {
        visit(directory, below: relative, &scope) { scanner, directory, name, path, status, scope in
            scanner.addFound(status, in: directory, name, path, &scope)
        }
    }

    /// Adds what matches a glob; a matching directory brings in everything below it.
    ///
    /// The pattern is compared with whole paths from the manifest's directory on, so `*.jar` means those beside the
    /// manifest.
    mutating func scanGlob(_ glob: Located<Glob>, _ scope: inout RuleScope) {
        let prefix = glob.value.fixedPrefix
        guard let status = find(Located(prefix, at: glob.location)) else { return }
        guard status.kind == .directory else {
            return report("\(PathText.display(prefix)) is \(status.kind.words), not a directory to search", scope)
        }
        scope.sourceName = prefix
        let before = candidates.count
        let found = problems.count
        do throws(Failure) {
            search(try Directory.open(path(of: prefix)), below: "", GlobSearch(glob.value, prefix: prefix), &scope)
        } catch {
            problems.append(Problem(at: glob.location, failure: error))
        }
        if candidates.count == before, problems.count == found {
            problems.append(Problem(at: glob.location, "nothing matches \"\(PathText.display(glob.value.pattern))\""))
        }
    }

    private mutating func search(
        _ directory: borrowing Directory, below relative: String, _ search: GlobSearch, _ scope: inout RuleScope
    ) {
        visit(directory, below: relative, &scope) { scanner, directory, name, path, status, scope in
            if search.matches(path) {
                scanner.addFound(status, in: directory, name, path, &scope)
            } else if status.kind == .directory, search.goesBelow(path) {
                scanner.descend(directory, name, &scope) { scanner, child, scope in
                    scanner.search(child, below: path, search, &scope)
                }
            }
        }
    }

    private typealias Visitor = (
        inout ContentScanner, borrowing Directory, _ name: String, _ path: String, FileStatus, inout RuleScope
    ) -> Void

    /// Calls `body` for each name in a directory that isn't left out.
    private mutating func visit(
        _ directory: borrowing Directory, below relative: String, _ scope: inout RuleScope, _ body: Visitor
    ) {
        do throws(Failure) {
            for raw in try directory.rawNames() {
                guard let name = String(validating: raw, as: UTF8.self) else {
                    report(
                        "\(PathText.join(scope.name(relative), PathText.display(raw))) has a name that isn't UTF-8",
                        scope,
                        hints: ["Rename it, or leave it out with \"exclude\"."])
                    continue
                }
                let path = PathText.join(relative, name)
                if scope.exclusions.excludes(path) { continue }
                guard let status = try directory.status(name) else {
                    report("\(scope.name(path)) disappeared while the tree was read", scope)
                    continue
                }
                body(&self, directory, name, path, status, &scope)
            }
        } catch {
            problems.append(Problem(at: scope.rule.location, failure: error))
        }
    }

    private mutating func addFound(
        _ status: FileStatus, in directory: borrowing Directory, _ name: String, _ path: String,
        _ scope: inout RuleScope
    ) {
        switch status.kind {
        case .file:
            addFile(PathText.join(directory.path, name), status, at: scope.target(path), scope.name(path), scope)
        case .directory:
            add(.directory, at: scope.target(path), scope.name(path), scope)
            descend(directory, name, &scope) { scanner, child, scope in scanner.walk(child, below: path, &scope) }
        case .link: addLink(in: directory, name, path, scope)
        default: report("\(scope.name(path)) is \(status.kind.words), which can't be packed", scope)
        }
    }

    private mutating func addLink(
        in directory: borrowing Directory, _ name: String, _ path: String, _ scope: RuleScope
    ) {
        do throws(Failure) {
            let target = try directory.linkTarget(name) ?? ""
            if target.unicodeScalars.contains("\u{FFFD}") {
                return report("\(scope.name(path)) is a link to a name that isn't UTF-8", scope)
            }
            add(.link(target: target, isDeclared: false), at: scope.target(path), scope.name(path), scope)
        } catch {
            problems.append(Problem(at: scope.rule.location, failure: error))
        }
    }

    private mutating func descend(
        _ directory: borrowing Directory, _ name: String, _ scope: inout RuleScope,
        _ body: (inout ContentScanner, borrowing Directory, inout RuleScope) -> Void
    ) {
        do throws(Failure) {
            body(&self, try directory.directory(name), &scope)
        } catch {
            problems.append(Problem(at: scope.rule.location, failure: error))
        }
    }
}

/// A glob on its way through the directories below its fixed part.
private struct GlobSearch {
    private let glob: Glob
    private let prefix: String
    private let depth: Int?

    init(_ glob: Glob, prefix: String) {
        self.glob = glob
        self.prefix = prefix
        let pattern = glob.pattern
        depth = pattern.contains("**") ? nil : pattern.utf8.count { $0 == UInt8(ascii: "/") }
    }

    /// Whether a path, relative to the fixed part, matches.
    func matches(_ path: String) -> Bool {
        let whole = PathText.join(prefix, path)
        // `Glob` lets a pattern without a slash match a name at any depth, which is right for `exclude` only.
        return glob.matches(whole) && (depth != 0 || !whole.utf8.contains(UInt8(ascii: "/")))
    }

    /// Whether something below a directory may match.
    func goesBelow(_ path: String) -> Bool {
        guard let depth else { return true }
        return PathText.join(prefix, path).utf8.count { $0 == UInt8(ascii: "/") } < depth
    }
}
