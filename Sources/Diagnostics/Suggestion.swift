/// Finds the word that was probably meant.
public enum Suggestion {
    /// The nearest of some words.
    ///
    /// - Parameters:
    ///   - word: What was written.
    ///   - candidates: What there is.
    /// - Returns: nil when none is near: at most a third of the letters, and at least one, may differ.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let plain = canonical(word)
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let distance = distance(plain, canonical(candidate))
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(1, plain.count / 3), best.distance < plain.count else { return nil }
        return best.word
    }

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

    /// Lower case without separators: `stopTimeout` and `stop-timeout` are `stop_timeout`.
    private static func canonical(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.prefix(64).map { $0 }
    }

    /// How many insertions, removals, replacements and swaps of neighbours make one word of the other.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var next = [row + 1] + [Int](repeating: 0, count: right.count)
            for column in 0..<right.count {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                next[column + 1] = min(replaced, last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    next[column + 1] = min(next[column + 1], beforeLast[column - 1] + 1)
                }
            }
            beforeLast = last
            last = next
        }
        return last[right.count]
    }
}
