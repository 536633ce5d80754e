import ByteIO

/// The lines in which two texts differ.
enum LineDifference {
    /// Texts of more lines aren't compared line by line: the effort grows with the product of their differences.
    private static let limit = 2000

    /// Lines that look alike can differ.
    private static func exact(_ line: Substring) -> ExactText { ExactText(String(line)) }

    /// Removed and added lines in the order of the texts, `-` and `+` before them.
    ///
    /// - Parameters:
    ///   - left: The first text.
    ///   - right: The second.
    static func lines(_ left: String, _ right: String) -> [String] {
        let before = left.split(separator: "\n", omittingEmptySubsequences: false)
        let after = right.split(separator: "\n", omittingEmptySubsequences: false)
        guard max(before.count, after.count) <= limit else {
            return ["      \(before.count) lines became \(after.count) other ones"]
        }
        var removed = Set<Int>()
        var added = Set<Int>()
        for change in after.map(Self.exact).difference(from: before.map(Self.exact)) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [String] = []
        var (i, j) = (0, 0)
        while i < before.count || j < after.count {
            if removed.contains(i) {
                lines.append("      - " + Inspection.display(String(before[i])))
                i += 1
            } else if added.contains(j) {
                lines.append("      + " + Inspection.display(String(after[j])))
                j += 1
            } else {
                i += 1
                j += 1
            }
        }
        return lines
    }
}
