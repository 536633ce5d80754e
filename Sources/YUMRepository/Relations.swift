import RPMFormat
import SetupPlan

/// The relations of a package as its primary record has them; `cr_package_from_header` of createrepo_c's src/parsehdr.c.
struct Relations {
    /// Bits of `REQUIREFLAGS` that mean “before”: `RPMSENSE_PREREQ`, `SCRIPT_PRE`, `SCRIPT_POST`, `PRETRANS`, `POSTTRANS`.
    ///
    /// createrepo_c has the last two since 1.1.1.
    private static let before: UInt32 = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 7 | 1 << 5

    private let file: RPMFile

    init(_ file: RPMFile) { self.file = file }

    private func raw(_ kind: RPMRelation.Kind) -> [(name: [UInt8], version: [UInt8], flags: UInt32)] {
        let header = file.header
        // createrepo_c takes none when one of the three lists is missing.
        guard let names = header[kind.tags.name]?.texts, let versions = header[kind.tags.version]?.texts,
            let flags = header[kind.tags.flags]?.numbers
        else { return [] }
        return names.indices.map { (names[$0], versions[$0], UInt32(truncatingIfNeeded: flags[$0])) }
    }

    /// The entries of a kind, in the header's order.
    func entries(_ kind: RPMRelation.Kind) -> [RelationEntry] {
        if kind == .requires { return requires() }
        return raw(kind).compactMap { RelationEntry(name: $0.name, version: $0.version, flags: $0.flags) }
    }

    /// What tells relations apart.
    private struct Identity: Hashable {
        var comparison: [UInt8]
        var version: [UInt8]
        var isPrerequisite = false

        init(_ version: [UInt8], _ flags: UInt32, isPrerequisite: Bool = false) {
            self.version = version
            self.isPrerequisite = isPrerequisite
            comparison = RelationEntry.comparison(flags)?.withUTF8Buffer { Array($0) } ?? []
        }
    }

    /// Without what rpm itself provides, what the package provides or brings, and repetitions; of glibc the newest alone.
    private func requires() -> [RelationEntry] {
        var provided: Set<[UInt8]> = []
        for (name, version, flags) in raw(.provides) {
            provided.insert(name + Identity(version, flags).comparison + version)
        }
        let paths = Set(file.files.map { Array($0.path.utf8) }.filter(PackageFile.isPrimary))
        var last: [[UInt8]: Identity] = [:]
        var glibc: RelationEntry?
        var entries: [RelationEntry] = []
        for (name, version, flags) in raw(.requires) {
            if name.starts(with: "rpmlib(".utf8) { continue }
            if name.first == UInt8(ascii: "/"), paths.contains(name) { continue }
            if provided.contains(name + Identity(version, flags).comparison + version) { continue }
            let isPrerequisite = flags & Self.before != 0
            let identity = Identity(version, flags, isPrerequisite: isPrerequisite)
            if last[name] == identity { continue }
            guard var entry = RelationEntry(name: name, version: version, flags: flags) else { continue }
            entry.isPrerequisite = isPrerequisite
            if name.starts(with: "libc.so.6".utf8) {
                if glibc.map({ Self.isNewer(name, than: $0.name) }) ?? true { glibc = entry }
                continue
            }
            entries.append(entry)
            last[name] = identity
        }
        if let glibc { entries.append(glibc) }
        return entries
    }

    /// Whether a `libc.so.6(GLIBC_2.4)(64bit)` is of a newer version than another one; `cr_compare_dependency`.
    private static func isNewer(_ name: [UInt8], than other: [UInt8]) -> Bool {
        guard let left = libraryVersion(name) else { return false }
        guard let right = libraryVersion(other) else { return true }
        return VersionOrder.compare(left, right) > 0
    }

    /// What is within the first parentheses, from its first digit on; nil where that is nothing.
    ///
    /// Without a digit there, createrepo_c's search runs on behind them; then the version is nothing, too.
    private static func libraryVersion(_ name: [UInt8]) -> String? {
        guard let open = name.firstIndex(of: UInt8(ascii: "(")), let close = name.firstIndex(of: UInt8(ascii: ")")),
            open < close
        else { return nil }
        let part = name[(open + 1)..<close].drop { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") }
        return part.isEmpty ? nil : String(decoding: part, as: UTF8.self)
    }
}
