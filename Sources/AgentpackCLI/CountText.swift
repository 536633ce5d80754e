/// A number with its noun: `1 block`, `2 blocks`.
///
/// - Parameters:
///   - count: How many.
///   - noun: The noun in the singular; its plural ends in `s`.
/// - Returns: The words.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
