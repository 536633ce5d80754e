/// How a product is installed on a kind of system: what a guide of `templates/landing` says once its values are in.
///
/// A guide is text. Lines `key: value` at its top say `system`, `label`, `needs` and, for some code names alone,
/// `releases`; `# ` starts a task, `## ` a step.
/// Lines indented by four spaces are commands, shown and copied as they are; `!keys ROLE` shows fingerprints; other lines
/// are paragraphs, with commands between backticks.
public struct Guide: Sendable, Equatable {
    /// A part of a paragraph.
    public enum Run: Sendable, Equatable {
        /// Words.
        case words(String)
        /// What is typed.
        case code(String)
    }

    /// What a step consists of.
    public enum Block: Sendable, Equatable {
        /// Text.
        case paragraph([Run])
        /// Lines for a shell, joined by line feeds.
        case commands(String)
        /// The fingerprints of a role's keys.
        case keys(role: String)
    }

    /// One thing to do.
    public struct Step: Sendable, Equatable {
        /// What it is; nil for what needs no heading of its own.
        public var title: String?
        /// What to do, in order.
        public var blocks: [Block]
    }

    /// What somebody came for: to install, to update, to uninstall.
    public struct Task: Sendable, Equatable {
        /// What it is.
        public var title: String
        /// How it is done, in order.
        public var steps: [Step]
    }

    /// The name of its template, and of its place in the page.
    public var name: String
    /// The kind of system, which guides share.
    public var system: String
    /// Which ones of that kind.
    public var label: String
    /// What of the product it is about: `apt`, `yum`, `installer`, `offline`.
    public var needs: [String]
    /// The code names of which one must be published for it; with `!` before them, those of which another one must be.
    public var releases: [String]
    /// What is to be known before.
    public var introduction: [Block]
    /// What is told, in order.
    public var tasks: [Task]

    /// Whether it is about one of these code names.
    func isAbout(_ codenames: [String]) -> Bool {
        let others = releases.filter { $0.hasPrefix("!") }.map { $0.dropFirst() }
        guard !releases.isEmpty else { return true }
        return codenames.contains { others.isEmpty ? releases.contains($0) : !others.contains($0[...]) }
    }

    /// All commands, in order.
    public var commands: [String] {
        tasks.flatMap(\.steps).flatMap(\.blocks).compactMap { block in
            if case .commands(let text) = block { text } else { nil }
        }
    }
}
