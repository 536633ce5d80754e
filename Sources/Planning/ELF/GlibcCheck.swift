import Product
import SetupPlan

/// Compares the C library that a file needs with those of the systems that are supported.
struct GlibcCheck {
    /// The loaders of glibc; any other comes from another C library, or from one machine's own.
    private static let loaders = ["/lib64/ld-linux-x86-64.so.2"]

    private let floor: (version: GlibcVersion, words: String)?

    init(_ systems: [SystemRequirement]) { floor = GlibcVersion.floor(of: systems) }

    /// What is wrong with a file's C library, each as what follows the file's name.
    func findings(_ file: ELFFile, _ search: LibraryCheck) -> [String] {
        var findings: [String] = []
        if let loader = file.interpreter, !Self.loaders.contains(loader), !search.holds(absolute: loader) {
            let musl = loader.contains("ld-musl") ? "musl's, " : ""
            findings.append("starts through \(musl)\"\(loader)\", which isn't the loader of the supported systems")
        }
        guard let floor else { return findings }
        // The product's own C library needs no other.
        let highest = file.versions.filter { !search.isInside($0.library) }
            .compactMap { need in GlibcVersion(symbolVersion: need.version).map { (version: $0, need: need) } }
            .max { $0.version < $1.version }
        guard let highest, highest.version > floor.version else { return findings }
        let symbol = highest.need.symbol.map { "\($0), " } ?? ""
        findings.append(
            "needs \(highest.need.version) (\(symbol)\(highest.need.library)), while \(floor.words)")
        return findings
    }
}
