import DefinitionFiles
import Planning
import Product

/// What a package asks of the system because its programs and libraries do.
///
/// rpm's way is that of its tools/elfdeps.c: every library by name, and every version of its symbols. Debian's packages
/// have names of their own, of which two are sure for what every system has; dpkg-shlibdeps knows the others from the
/// machine that it runs on.
struct SystemRelations {
    private let package: PlannedPackage

    init(_ package: PlannedPackage) { self.package = package }

    /// The library that comes with the compiler; all others that every system has are the C library's.
    private static let compilerLibrary = "libgcc_s.so.1"

    // MARK: Debian

    /// Elements of `Depends`, without what the package says itself.
    var deb: [String] {
        let stated = Set(
            ["Depends", "Pre-Depends"].flatMap { package.deb.relations[$0] ?? [] }
                .flatMap { $0.value.split(separator: "|") }
                .map { String($0.drop { $0 == " " }.prefix { !" (:".contains($0) }) })
        var relations: [String] = []
        let base = package.systemLibraries.filter { SystemLibrary.base.contains($0.name) }
        let system = base.filter { $0.name != Self.compilerLibrary }
        if !system.isEmpty, !stated.contains("libc6") {
            let version = system.flatMap(\.versions).compactMap { GlibcVersion(symbolVersion: $0) }.max()
            relations.append(version.map { "libc6 (>= \($0))" } ?? "libc6")
        }
        if let library = base.first(where: { $0.name == Self.compilerLibrary }),
            stated.isDisjoint(with: ["libgcc-s1", "libgcc1"])
        {
            let version = library.versions.compactMap { name in
                name.hasPrefix("GCC_") ? GlibcVersion(name.dropFirst("GCC_".count)) : nil
            }.max()
            // The name until Debian 10 and Ubuntu 18.04, which had an epoch.
            relations.append(
                version.map { "libgcc-s1 (>= \($0)) | libgcc1 (>= 1:\($0))" } ?? "libgcc-s1 | libgcc1")
        }
        return relations
    }

    // MARK: rpm

    /// Names of `Requires`, without what the package says itself, sorted.
    var rpm: [String] {
        let stated = (package.rpm.relations["requires"] ?? []).map { $0.value.prefix { $0 != " " } }
        var relations: Set<String> = []
        for library in package.systemLibraries where Self.isRequired(library.name) {
            let isStated = stated.contains {
                String($0) == Self.home(of: library.name) || $0.hasPrefix(library.name + "(")
            }
            if isStated { continue }
            relations.insert("\(library.name)()(64bit)")
            // glibc keeps its private symbols to itself, in its `Provides`, too.
            for version in library.versions where version != "GLIBC_PRIVATE" {
                relations.insert("\(library.name)(\(version))(64bit)")
            }
        }
        if package.needsGNUHash, !stated.contains("glibc") { relations.insert("rtld(GNU_HASH)") }
        return relations.sorted()
    }

    /// The package of rpm systems that brings a library of every system.
    private static func home(of library: String) -> String? {
        guard SystemLibrary.base.contains(library) else { return nil }
        return library == compilerLibrary ? "libgcc" : "glibc"
    }

    /// elfdeps' `skipSoname`: a loader's or a library's name; others are nobody's `Provides`.
    private static func isRequired(_ name: String) -> Bool {
        name.contains(".so") && (name.hasPrefix("lib") || name.hasPrefix("ld-") || name.hasPrefix("ld."))
            && !name.contains { " (),<=>".contains($0) }
    }
}
