/// What a mistyped name probably meant.
enum NearestName {
    /// Finds the nearest of some names.
    ///
    /// - Parameters:
    ///   - name: What was written.
    ///   - names: What there is.
    /// - Returns: The name with the fewest edits, if a third of its letters or fewer differ.
    static func of(_ name: String, among names: [String]) -> String? {
        let wanted = Array(name.utf8)
        let allowed = max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for other in names where abs(other.utf8.count - wanted.count) <= allowed {
            let found = distance(wanted, Array(other.utf8))
            if found <= allowed, found < best?.distance ?? .max { best = (other, found) }
        }
        return best?.name
    }

    /// Edits (insert, delete, replace a byte) between two names.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
