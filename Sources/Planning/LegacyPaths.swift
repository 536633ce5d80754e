import LinuxIO
import Product

/// Paths that older packages owned and that no new package may own as well.
enum LegacyPaths {
    /// What is wrong with them.
    ///
    /// - Parameters:
    ///   - paths: The paths, absolute.
    ///   - tree: The plan.
    ///   - root: The product's root directory.
    ///   - reserved: What artifacts create below it.
    static func problems(
        _ paths: [Located<String>], in tree: PlanTree, root: String, reserved: ReservedPaths
    ) -> [Problem] {
        paths.compactMap { path in
            func problem(_ message: String) -> Problem { Problem(at: path.location, "\(path.value) \(message)") }
            if (root + "/").hasPrefix(path.value + "/") {
                return problem("is a directory that the product needs itself")
            }
            guard path.value.hasPrefix(root + "/") else { return nil }
            let below = String(path.value.dropFirst(root.count + 1))
            if reserved.collision(with: below) != nil { return problem("is a path that the product makes itself") }
            if let entry = tree[below] {
                return problem("is in the package \(entry.package), from \(entry.origin.words)")
            }
            var parent = PathText.parent(below)
            while parent != "." {
                if let entry = tree[parent], !entry.isDirectory {
                    return problem(
                        "can't be below \(entry.shown), which is \(entry.content.words) from \(entry.origin.words)")
                }
                parent = PathText.parent(parent)
            }
            return nil
        }
    }
}
