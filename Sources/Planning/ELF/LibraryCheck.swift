import LinuxIO
import Product

/// Compares the libraries that a file asks for, and the places where it looks for them, with what is there.
struct LibraryCheck {
    /// The product's root directory.
    let root: String
    let libraries: LibraryIndex
    /// The packages that are there when the file's package is.
    let visible: Set<String>
    /// What the manifest allows.
    let allowed: [Glob]

    /// Whether the product itself brings a library.
    func isInside(_ name: String) -> Bool { !libraries.providers(of: name).isDisjoint(with: visible) }

    /// Whether an absolute path is one of the product's.
    func holds(absolute path: String) -> Bool {
        path.hasPrefix(root + "/") && libraries.holds(String(path.dropFirst(root.count + 1)))
    }

    /// What a file asks for in vain, each as what follows the file's name.
    func neededFindings(_ file: ELFFile, in entry: Candidate) -> [String] {
        file.needed.compactMap { name in
            let shown = PathText.display(name)
            // With a slash it is a path, and no search takes place: ld.so(8).
            if name.contains("/") {
                if holds(absolute: name) { return nil }
                return "needs \(shown), a path that isn't the product's"
            }
            if SystemLibrary.base.contains(name) || isInside(name) { return nil }
            if allowed.contains(where: { $0.matches(name) }) { return nil }
            guard let other = libraries.providers(of: name).min() else {
                return "needs \(shown), which is neither in the product nor on every system"
            }
            return "needs \(shown) from the package \(other), on which \(entry.package) doesn't depend"
        }
    }

    /// What a file takes from the system: libraries that are not the product's, and versions that all systems have.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - floor: The oldest C library of the supported systems; what is newer is a finding, or waived.
    func systemLibraries(_ file: ELFFile, floor: GlibcVersion?) -> [(name: String, versions: [String])] {
        file.needed.compactMap { name in
            guard !name.contains("/"), !isInside(name) else { return nil }
            guard SystemLibrary.base.contains(name) || allowed.contains(where: { $0.matches(name) }) else { return nil }
            let versions = file.versions.filter { $0.library == name }.map(\.version).filter { version in
                guard let floor, let needed = GlibcVersion(symbolVersion: version) else { return true }
                return needed <= floor
            }
            return (name, versions)
        }
    }

    /// Where a file looks outside the product, each as what follows the file's name.
    ///
    /// `$ORIGIN` is the file's directory. A self-extracting installer puts it below the version's directory, native
    /// packages below the root: no path may leave either.
    func pathFindings(_ file: ELFFile, at path: String) -> [String] {
        var findings: [String] = []
        for place in file.searchPaths.flatMap({ $0.split(separator: ":", omittingEmptySubsequences: false) }) {
            guard let reason = reason(against: String(place), of: path) else { continue }
            let finding = "looks for libraries in \"\(PathText.display(String(place)))\", \(reason)"
            if !findings.contains(finding) { findings.append(finding) }
        }
        return findings
    }

    private func reason(against place: String, of path: String) -> String? {
        for token in ["$ORIGIN", "${ORIGIN}"] where place == token || place.hasPrefix(token + "/") {
            let parent = PathText.parent(path)
            let start = parent == "." ? 0 : parent.split(separator: "/").count
            return leaves(place.dropFirst(token.count), from: start) ? "which is outside the product" : nil
        }
        guard place.hasPrefix("/") else { return "which depends on the directory where it is started" }
        guard place == root || place.hasPrefix(root + "/") else { return "which isn't the product's" }
        return leaves(place.dropFirst(root.count), from: 0) ? "which is outside the product" : nil
    }

    /// Whether a path goes above its start by more than that many directories at any point.
    private func leaves(_ path: Substring, from start: Int) -> Bool {
        var depth = start
        for component in path.split(separator: "/") where component != "." {
            depth += component == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}
