import DefinitionFiles
import LinuxIO
import Product

/// The candidates as one tree: each path once, every parent there, sorted.
///
/// What doesn't fit together is collected in `problems`, with both origins.
struct PlanTree {
    private(set) var entries: [Candidate] = []
    private(set) var problems: [Problem] = []
    private var positions: [PathKey: Int] = [:]

    /// Puts candidates, given in the manifest's order, together.
    init(_ candidates: [Candidate]) {
        for candidate in candidates { place(candidate) }
        // Directories that only follow from what they hold come second, so that a declared one decides its mode.
        var blocked: Set<PathKey> = []
        for index in entries.indices { addParents(of: entries[index], &blocked) }
        findCaseTwins()
        sort()
    }

    /// What is at a path.
    subscript(path: String) -> Candidate? { positions[PathKey(path)].map { entries[$0] } }

    private mutating func place(_ candidate: Candidate) {
        guard let position = positions[PathKey(candidate.path)] else { return append(candidate) }
        let other = entries[position]
        if candidate.isDirectory, other.isDirectory {
            if candidate.permissions == other.permissions {
                if candidate.package != other.package, !other.sharedWith.contains(candidate.package) {
                    entries[position].sharedWith.append(candidate.package)
                }
                return
            }
            report(
                candidate,
                "the directory \(candidate.shown) is \(other.permissions) from \(other.origin.words) and "
                    + "\(candidate.permissions) from \(candidate.origin.words)")
        } else {
            report(
                candidate,
                "\(candidate.shown) comes twice: \(other.content.words) from \(other.origin.words) and "
                    + "\(candidate.content.words) from \(candidate.origin.words)")
        }
    }

    private mutating func append(_ candidate: Candidate) {
        positions[PathKey(candidate.path)] = entries.count
        entries.append(candidate)
    }

    /// Adds the directories above an entry that nothing brought in: 0755, root, in the package that needs them first.
    private mutating func addParents(of child: Candidate, _ blocked: inout Set<PathKey>) {
        var path = PathText.parent(child.path)
        while path != "." {
            if let parent = self[path] {
                guard !parent.isDirectory else { return }
                // One message for each such parent, not one for each file below it.
                guard blocked.insert(PathKey(path)).inserted else { return }
                return report(
                    child,
                    "\(child.shown) from \(child.origin.words) can't be below \(parent.shown), which is "
                        + "\(parent.content.words) from \(parent.origin.words)")
            }
            append(
                Candidate(
                    path: path, content: .directory, mode: 0o755, owner: "root", group: "root",
                    package: child.package, origin: child.origin))
            path = PathText.parent(path)
        }
    }

    /// Names in one directory that differ only by case or by spelling of the same characters: most people who see
    /// both take them for one, and so do the file systems of other systems.
    private mutating func findCaseTwins() {
        struct Folded: Hashable {
            let directory: PathKey
            let name: String
        }
        var seen: [Folded: Int] = [:]
        for (index, entry) in entries.enumerated() {
            let name = PathText.lastComponent(entry.path).lowercased()
            let key = Folded(directory: PathKey(PathText.parent(entry.path)), name: name)
            if let first = seen[key] {
                report(
                    entry,
                    "\(entries[first].shown) from \(entries[first].origin.words) and \(entry.shown) from "
                        + "\(entry.origin.words) differ only by case")
            } else {
                seen[key] = index
            }
        }
    }

    private mutating func sort() {
        let keyed = entries.map { (PathKey($0.path), $0) }.sorted { $0.0 < $1.0 }
        entries = keyed.map(\.1)
        for (index, entry) in keyed.enumerated() { positions[entry.0] = index }
    }

    private mutating func report(_ candidate: Candidate, _ message: String) {
        problems.append(Problem(at: candidate.origin.location, message))
    }
}

extension Candidate {
    /// The path, ready to be shown.
    var shown: String { "\"\(PathText.display(path))\"" }

    /// `0755 root:root`.
    fileprivate var permissions: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + " \(owner):\(group)"
    }
}
