import DefinitionFiles
import Product

/// What a content rule leaves out, and which of its patterns had something to leave out.
struct ExclusionList {
    private let globs: [Located<Glob>]
    private var used: Set<Int> = []

    init(_ globs: [Located<Glob>]) { self.globs = globs }

    /// Whether a path itself is left out; what lies below a directory that is needs no further question.
    ///
    /// - Parameter path: The path relative to the rule's source.
    mutating func excludes(_ path: String) -> Bool {
        var found = false
        for (index, glob) in globs.enumerated() where glob.value.matches(path) {
            used.insert(index)
            found = true
        }
        return found
    }

    /// Whether a path or a directory above it is left out, for archives, whose members come in any order.
    mutating func excludesOrHolds(_ path: String) -> Bool {
        if globs.isEmpty { return false }
        var end = path.utf8.startIndex
        while let slash = path.utf8[end...].firstIndex(of: UInt8(ascii: "/")) {
            if excludes(String(path[..<slash])) { return true }
            end = path.utf8.index(after: slash)
        }
        return excludes(path)
    }

    /// Patterns that matched nothing: probably a mistake.
    var warnings: [String] {
        globs.indices.filter { !used.contains($0) }.map { index in
            Problem(at: globs[index].location, "\"\(globs[index].value.pattern)\" leaves nothing out").rendered
        }
    }
}
