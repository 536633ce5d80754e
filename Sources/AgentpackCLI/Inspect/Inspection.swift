import Artifacts
import Diagnostics
import LinuxIO
import Product

/// What an installer or package says of itself, for people.
///
/// Lists of files can be long, so they are printed as they are made.
struct Inspection {
    let artifact: Artifact
    var listsFiles = false
    var showsScripts = false

    /// Prints lines.
    func printText(to console: Console) {
        console.print(summary)
        if listsFiles, let entries = artifact.entries {
            console.print("")
            console.print(lines: entries.lazy.map(EntryLine.text))
        }
        guard showsScripts else { return }
        if artifact.scripts.isEmpty { console.print("\nno scripts") }
        for script in artifact.scripts {
            let interpreter = script.interpreter.isEmpty ? "" : " (\(PathText.display(script.interpreter)))"
            console.print("\n--- \(PathText.display(script.name))\(interpreter)")
            console.print(Self.display(script.text))
        }
    }

    /// Everything but the lists that are asked for.
    var summary: String {
        var lines = Table.lines(rows)
        let blocks = artifact.compression.blocks
        if let installer = artifact.installer, !installer.chains.isEmpty {
            lines.append("")
            lines.append("block      content       stored   ratio  filters")
            lines += blocks.enumerated().map { Self.line($0, $1) }
        }
        return lines.joined(separator: "\n")
    }

    private var rows: [Table.Row] {
        var rows = [Table.Row("file", "\(artifact.path), \(Self.bytes(artifact.size))")]
        if let installer = artifact.installer {
            rows += Self.rows(installer, of: artifact)
        } else {
            rows += packageRows
        }
        return rows
    }

    /// A text of several lines without what a terminal shouldn't get.
    static func display(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                line.split(separator: "\t", omittingEmptySubsequences: false).map { PathText.display(String($0)) }
                    .joined(separator: "\t")
            }.joined(separator: "\n")
    }

    static func bytes(_ count: UInt64) -> String {
        count < 1000 ? ByteSize.text(count) : "\(ByteSize.text(count)) (\(count) bytes)"
    }

    private static func line(_ index: Int, _ block: ArtifactCompression.Block) -> String {
        func column(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        return column("\(index + 1)", 5) + column("\(block.contentSize)", 13) + column("\(block.storedSize)", 13)
            + column(Self.ratio(block.storedSize, block.contentSize), 8) + "  " + (block.filters ?? "")
    }

    static func ratio(_ stored: UInt64, _ content: UInt64) -> String {
        // A hostile file may state anything.
        let value = content == 0 ? 0 : UInt64(min(Double(stored) * 1000 / Double(content), 1e9))
        return "\(value / 10).\(value % 10) %"
    }
}
