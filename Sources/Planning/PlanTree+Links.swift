import DefinitionFiles
import LinuxIO
import Product

extension PlanTree {
    /// Where following a path inside the product ends.
    enum Destination {
        /// At an entry.
        case entry(Candidate)
        /// At the top of the version's directory.
        case top
        /// Outside the product, by way of an absolute link.
        case outside
        /// At a path where the plan has nothing.
        case missing(String)
        /// Above the version's directory.
        case escapes
        /// Nowhere: links lead round in a circle.
        case loop
    }

    /// Follows a relative path as the kernel would, through the plan's links.
    ///
    /// - Parameters:
    ///   - target: The path.
    ///   - directory: Where it starts; empty for the top.
    func follow(_ target: String, from directory: String) -> Destination {
        var place = directory.split(separator: "/")
        var pending = Array(target.split(separator: "/").reversed())
        var hops = 0
        var last: Candidate? = self[directory]
        while let component = pending.popLast() {
            if component == "." { continue }
            if component == ".." {
                guard place.popLast() != nil else { return .escapes }
                last = self[place.joined(separator: "/")]
                continue
            }
            let path = (place + [component]).joined(separator: "/")
            guard let entry = self[path] else { return .missing(path) }
            switch entry.content {
            case .link(let next, _):
                // ELOOP comes after 40 links on Linux.
                hops += 1
                if hops > 40 { return .loop }
                if next.hasPrefix("/") { return .outside }
                pending += next.split(separator: "/").reversed()
            case .directory: place.append(component)
            case .file, .hashed:
                if let below = pending.last { return .missing(path + "/" + below) }
                place.append(component)
            }
            last = entry
        }
        return place.isEmpty ? .top : last.map(Destination.entry) ?? .top
    }

    /// What is wrong with the plan's links.
    ///
    /// - Parameter root: The product's root directory.
    func linkProblems(root: String) -> [Problem] {
        entries.compactMap { entry in
            guard case .link(let target, let isDeclared) = entry.content else { return nil }
            return linkProblem(entry, target, isDeclared: isDeclared, root: root)
        }
    }

    private func linkProblem(_ link: Candidate, _ target: String, isDeclared: Bool, root: String) -> Problem? {
        let shown = "the link \(link.shown) from \(link.origin.words)"
        let says = "\"\(PathText.display(target))\""
        func problem(_ message: String, _ hints: [String] = []) -> Problem {
            Problem(at: link.origin.location, "\(shown) \(message)", hints: hints)
        }
        if target.isEmpty { return problem("says nothing") }
        if target.utf8.count >= NameRules.pathLimit {
            return problem("is longer than \(NameRules.pathLimit - 1) bytes")
        }
        guard target.hasPrefix("/") else {
            return relativeProblem(follow(target, from: Self.directory(of: link.path)), says, problem)
        }
        guard isDeclared else {
            return problem(
                "leads out of the product, to \(says)",
                ["Leave it out with \"exclude\"; if it is meant, declare it as an entry with \"link\"."])
        }
        if target.split(separator: "/").contains("..") { return problem("goes upwards with \"..\" in \(says)") }
        guard target.hasPrefix(root + "/") else { return nil }
        let below = String(target.dropFirst(root.count + 1))
        return relativeProblem(follow(below, from: ""), says, problem)
    }

    private func relativeProblem(
        _ end: Destination, _ says: String, _ problem: (String, [String]) -> Problem
    ) -> Problem? {
        switch end {
        case .entry, .top, .outside: nil
        case .missing(let path):
            problem("leads to \(says), but \"\(PathText.display(path))\" isn't in the product", [])
        case .escapes:
            problem(
                "leads out of the product, to \(says)",
                ["Pack what it leads to, or leave the link out with \"exclude\"."])
        case .loop: problem("leads to \(says), round in a circle", [])
        }
    }

    private static func directory(of path: String) -> String {
        let parent = PathText.parent(path)
        return parent == "." ? "" : parent
    }
}
