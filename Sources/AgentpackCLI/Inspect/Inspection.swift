import BinFormat
import Diagnostics
import LinuxIO
import Product
import SetupPlan
import XZ

/// What an installer says of itself.
struct Inspection: TwoFormReport {
    let path: String
    let size: UInt64
    let trailer: Trailer
    let plan: Plan
    let chains: [XZFilterChain]
    let listsFiles: Bool

    /// Looks at a file.
    init(_ file: borrowing BinFile, path: String, listsFiles: Bool) throws(Failure) {
        self.path = path
        size = file.size
        trailer = file.trailer
        plan = file.plan
        chains = try file.filterChains()
        self.listsFiles = listsFiles
    }

    var contentSize: UInt64 { plan.blocks.reduce(0) { $0 + $1.contentSize } }

    /// What is installed: equal files count each.
    var installedSize: UInt64 {
        plan.entries.reduce(0) { sum, entry in
            if case .file(let size, _, _, _) = entry.content { sum + size } else { sum }
        }
    }

    /// What stands before the lists: name and value.
    private var rows: [(String, String)] {
        let product = plan.product
        let license = plan.license.map { $0.mustAccept ? "must be accepted" : "is shown" }
        let service = plan.service.map { "as \($0.user), restart \($0.restart.rawValue)" }
        let stored = plan.configuration.map { "\($0.path) (\($0.format.rawValue))" }
        return [
            ("file", "\(path), \(Self.bytes(size))"),
            ("product", "\(product.title) (\(product.name))"),
            ("version", "\(product.fullVersion) for \(product.architecture)"),
            ("vendor", product.vendor),
            ("made by", "\(plan.generator), content of \(UTCTime(seconds: product.timestamp).text)"),
            ("signed by", trailer.signature?.fingerprint ?? "nobody"),
            ("program", Self.bytes(trailer.headLength)),
            ("payload", payload),
            ("plan", Self.bytes(trailer.planLength)),
            ("installs", "\(plan.entries.count) entries, \(ByteSize.text(installedSize)), in \(plan.paths.root)"),
            ("config tool", plan.configTool),
            ("licence", license ?? "none"),
            ("service", service ?? "none"),
            ("agent", plan.agent?.command.joined(separator: " ") ?? "none"),
            ("settings", plan.settings.isEmpty ? "none" : plan.settings.map(\.id).joined(separator: ", ")),
            ("stored in", stored ?? "no file"),
        ]
    }

    var text: String {
        var lines = rows.map { name, value in
            name + String(repeating: " ", count: 13 - name.count) + PathText.display(value)
        }
        if !plan.blocks.isEmpty, !chains.isEmpty {
            lines.append("")
            lines.append("block      content       stored   ratio  filters")
            lines += zip(plan.blocks, chains).enumerated().map { Self.line($0, $1.0, $1.1) }
        }
        if listsFiles {
            lines.append("")
            lines += plan.entries.map(EntryLine.text)
        }
        return lines.joined(separator: "\n")
    }

    private var payload: String {
        if trailer.payloadLength == 0 { return "none: this is the installed config tool" }
        return "\(Self.bytes(trailer.payloadLength)) in \(counted(plan.blocks.count, "block")), "
            + "\(ByteSize.text(contentSize)) of content"
    }

    private static func bytes(_ count: UInt64) -> String {
        count < 1000 ? ByteSize.text(count) : "\(ByteSize.text(count)) (\(count) bytes)"
    }

    private static func line(_ index: Int, _ block: Block, _ chain: XZFilterChain) -> String {
        func column(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let permille = block.contentSize == 0 ? 0 : block.storedSize * 1000 / block.contentSize
        let ratio = "\(permille / 10).\(permille % 10) %"
        return column("\(index + 1)", 5) + column("\(block.contentSize)", 13) + column("\(block.storedSize)", 13)
            + column(ratio, 8) + "  " + chain.words
    }
}

extension XZFilterChain {
    /// The chain as reports name it.
    var words: String {
        switch self {
        case .lzma2: "lzma2"
        case .x86ThenLZMA2: "x86 lzma2"
        case .stored: "stored"
        }
    }
}
