import DefinitionFiles
import LinuxIO
import Product

/// The shared libraries of a product, by the names under which loaders ask for them.
struct LibraryIndex {
    private var packages: [String: Set<String>] = [:]
    private var paths: Set<PathKey> = []
    private var dependencies: [String: [String]] = [:]

    /// Collects file names, the names of links to them, and `DT_SONAME`s.
    init(_ entries: [Candidate], _ files: [(index: Int, file: ELFFile)], _ definitions: [PackageDefinition]) {
        for entry in entries {
            paths.insert(PathKey(entry.path))
            if entry.isDirectory { continue }
            packages[PathText.lastComponent(entry.path), default: []].insert(entry.package)
        }
        for (index, file) in files {
            if let name = file.soname { packages[name, default: []].insert(entries[index].package) }
        }
        for definition in definitions {
            // Relations of one format say nothing of the others, where the library would be missing.
            dependencies[definition.name.value] = definition.depends.map(\.value)
        }
    }

    /// A package and those of the product that are there whenever it is.
    func packages(visibleFrom name: String) -> Set<String> {
        var found: Set<String> = [name]
        var pending = [name]
        while let next = pending.popLast() {
            for dependency in dependencies[next] ?? [] where dependencies[dependency] != nil {
                if found.insert(dependency).inserted { pending.append(dependency) }
            }
        }
        return found
    }

    /// The packages that bring a library.
    func providers(of name: String) -> Set<String> { packages[name] ?? [] }

    /// Whether the plan has something at a path.
    func holds(_ path: String) -> Bool { paths.contains(PathKey(path)) }
}
