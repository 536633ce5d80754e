public import Diagnostics
import LinuxIO

/// Looks at who may read what is published: a web server runs as nobody in particular.
public struct PublishedModes {
    /// What is expected.
    public enum Rule: Sendable {
        /// That everybody may read it, and only its owner may write it.
        case readable
        /// 0644 for files and 0755 for directories, as agentpack publishes them.
        case exact
    }

    /// The most faults that are told one by one.
    private static let most = 50
    private static let deepest = 32

    private let reader: any RepositoryReader
    private let rule: Rule
    private let isPublished: @Sendable (String) -> Bool
    private var faults: [RepositoryFault] = []
    private var count = 0

    /// Prepares a look.
    ///
    /// - Parameters:
    ///   - reader: The files.
    ///   - rule: What is expected.
    ///   - isPublished: Whether a path matters; all do unless said otherwise.
    public init(
        _ reader: any RepositoryReader, _ rule: Rule, isPublished: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.reader = reader
        self.rule = rule
        self.isPublished = isPublished
    }

    /// Looks at a directory and all that is below it; links to directories aren't followed.
    ///
    /// - Parameters:
    ///   - directory: The directory; nothing happens where it can't be listed.
    ///   - names: Only these of what is in it, with all below them; nil for everything.
    /// - Throws: What is no property of the files.
    public mutating func look(at directory: String, only names: Set<String>? = nil) throws(Failure) {
        try look(at: directory, names, depth: 0)
    }

    private mutating func look(at directory: String, _ names: Set<String>?, depth: Int) throws(Failure) {
        var entries: [RepositoryEntry] = []
        do throws(Failure) {
            entries = try reader.entries(directory) ?? []
        } catch {
            try add(RepositoryFault(error, "unreadable", path: directory))
        }
        for entry in entries where names?.contains(entry.name) ?? true {
            let path = directory.isEmpty ? entry.name : "\(directory)/\(entry.name)"
            guard isPublished(path) else { continue }
            if let problem = problem(of: entry) { add(problem.fault(path)) }
            if entry.isDirectory, !entry.isLink, depth < Self.deepest { try look(at: path, nil, depth: depth + 1) }
        }
    }

    /// What was found; of many only so many that people read them, and how many more there are.
    public var found: [RepositoryFault] {
        guard count > faults.count, let first = faults.first else { return faults }
        return faults + [
            RepositoryFault(.error, first.id, path: first.path, "and \(count - faults.count) more like this")
        ]
    }

    private mutating func add(_ fault: RepositoryFault) {
        count += 1
        if faults.count < Self.most { faults.append(fault) }
    }

    private enum Problem {
        case dangling
        case mode(found: UInt32, expected: String)

        func fault(_ path: String) -> RepositoryFault {
            switch self {
            case .dangling: RepositoryFault(.error, "link-dangling", path: path, "it is a link, and leads nowhere")
            case .mode(let found, let expected):
                RepositoryFault(
                    .error, "mode", path: path, "its mode is 0\(String(found, radix: 8)), expected \(expected)")
            }
        }
    }

    private func problem(of entry: RepositoryEntry) -> Problem? {
        // A site's links to its store lead nowhere before there are packages.
        guard let mode = entry.mode else { return rule == .exact ? nil : .dangling }
        switch rule {
        case .exact:
            let expected: UInt32 = entry.isDirectory ? 0o755 : 0o644
            // Directories inherit the bit for the group from those above them.
            return mode & 0o777 == expected ? nil : .mode(found: mode, expected: "0" + String(expected, radix: 8))
        case .readable:
            let needed: UInt32 = entry.isDirectory ? 0o005 : 0o004
            if mode & needed != needed { return .mode(found: mode, expected: "one with which everybody reads it") }
            return mode & 0o002 == 0 ? nil : .mode(found: mode, expected: "one with which not everybody writes it")
        }
    }
}
