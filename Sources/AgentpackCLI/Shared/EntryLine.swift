import LinuxIO
import SetupPlan

/// One path of a listing, in columns.
enum EntryLine {
    /// The line.
    static func text(mode: UInt32, owner: String, group: String, size: String, path: String) -> String {
        let owners = "\(owner):\(group)"
        return octal(mode) + "  " + owners + spaces(12 - owners.count) + spaces(12 - size.count) + size + "  " + path
    }

    /// The line of an installer's entry.
    static func text(_ entry: Entry) -> String {
        var size = "-"
        var path = PathText.display(entry.path)
        switch entry.content {
        case .directory: path += "/"
        case .file(let count, _, _, _): size = String(count)
        case .link(let target): path += " -> " + PathText.display(target)
        }
        return text(mode: entry.mode, owner: entry.owner, group: entry.group, size: size, path: path)
    }

    /// Permission bits as four octal digits.
    static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
