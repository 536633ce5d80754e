/// Finds the known name that a mistyped one most likely means.
public enum NearestName {
    /// The hint for an unknown name.
    ///
    /// - Parameters:
    ///   - name: What was written.
    ///   - known: The names there are.
    /// - Returns: `Did you mean …?`, or the list of names when none is near; nothing when there are no names.
    public static func hints(for name: String, among known: [String]) -> [String] {
        if let nearest = nearest(to: name, among: known) { return ["Did you mean \(nearest)?"] }
        return known.isEmpty ? [] : ["There are: " + known.joined(separator: ", ") + "."]
    }

    /// The nearest name, at most a third of the letters away.
    static func nearest(to name: String, among known: [String]) -> String? {
        let ranked = known.map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, best.name.utf8.count / 3) ? best.name : nil
    }

    /// The number of letters to insert, remove, replace, or swap with their neighbour (optimal string alignment).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard left.count <= 200, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
