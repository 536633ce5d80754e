import Artifacts
import LinuxIO

extension EntryLine {
    /// The line of a path of any format.
    static func text(_ entry: ArtifactEntry) -> String {
        var path = PathText.display(entry.path)
        switch entry.kind {
        case .directory: if path != "/" { path += "/" }
        case .link: path += " -> " + PathText.display(entry.target ?? "")
        case .hardLink: path += " = " + PathText.display(entry.target ?? "")
        case .file: break
        case .characterDevice, .blockDevice, .pipe, .socket: path += "  (\(entry.kind.rawValue))"
        }
        let words = entry.flags + (entry.capabilities.map { [$0] } ?? [])
        if !words.isEmpty { path += "  [\(PathText.display(words.joined(separator: ", ")))]" }
        return text(
            mode: entry.mode, owner: PathText.display(entry.owner), group: PathText.display(entry.group),
            size: entry.kind == .file ? String(entry.size) : "-", path: path)
    }
}
