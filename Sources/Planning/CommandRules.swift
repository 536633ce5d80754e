import DefinitionFiles
import Diagnostics
import LinuxIO
import Product

/// Commands of the manifest that start programs of the plan.
enum CommandRules {
    /// What is wrong with a command's program.
    ///
    /// - Parameters:
    ///   - command: Program and arguments.
    ///   - tree: The plan, in which a program without a leading slash must be an executable file.
    static func problem(_ command: Located<[String]>, in tree: PlanTree) -> Problem? {
        guard let program = command.value.first, !program.hasPrefix("/") else { return nil }
        let shown = "\"\(PathText.display(program))\""
        func problem(_ message: String, suggestion: String? = nil, hints: [String] = []) -> Problem {
            Problem(at: command.location, message, suggestion: suggestion, hints: hints)
        }
        switch tree.follow(program, from: "") {
        case .entry(let entry):
            if entry.isDirectory { return problem("\(shown) is a directory, not a program") }
            guard entry.mode & 0o111 == 0 else { return nil }
            return problem(
                "\(shown) from \(entry.origin.words) isn't executable",
                hints: ["Make it executable in the source, or give its entry a \"mode\"."])
        case .outside: return nil
        case .top, .escapes, .loop: return problem("\(shown) is no program of the product")
        case .missing:
            return problem("\(shown) isn't in any package", suggestion: nearest(to: program, in: tree))
        }
    }

    /// A program with the same name elsewhere, or else the one with the nearest path.
    private static func nearest(to program: String, in tree: PlanTree) -> String? {
        let programs = tree.entries.filter { !$0.isDirectory && $0.mode & 0o111 != 0 }.map(\.path)
        let name = PathText.lastComponent(program)
        let elsewhere = programs.first { PathText.lastComponent($0) == name }
        return elsewhere ?? Suggestion.nearest(to: program, among: programs)
    }
}
