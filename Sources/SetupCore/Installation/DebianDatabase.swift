import Diagnostics
import LinuxIO

/// What dpkg's database says of files.
///
/// `/var/lib/dpkg/info/<package>.list` or `<package>:<architecture>.list` has a path a line. A package that was removed
/// and not purged keeps a list of its conffiles and of the directories that were not empty (dpkg, src/main/remove.c,
/// `removal_bulk_remove_leftover_dirs`), so its state in `/var/lib/dpkg/status` counts, too.
enum DebianDatabase {
    /// The installed packages that own a path.
    ///
    /// - Parameters:
    ///   - path: An absolute path.
    ///   - base: `/` or an image's root.
    /// - Returns: Their names, sorted; none where there is no database.
    static func owners(of path: String, base: borrowing Directory) throws(Failure) -> [String] {
        do throws(Failure) {
            let database = try TrustedPath.open("/var/lib/dpkg", base: base, creating: false).take()
            let listing = try listing(path, in: try database.directory("info"))
            guard !listing.isEmpty else { return [] }
            let removed = try removed(in: database)
            return Set(listing.filter { !removed.contains($0) }).sorted()
        } catch {
            if error.isNotFound { return [] }
            throw error
        }
    }

    /// The packages whose list has a path.
    private static func listing(_ path: String, in info: borrowing Directory) throws(Failure) -> [String] {
        let wanted = Array("\n\(path)\n".utf8)
        var packages: [String] = []
        for name in try info.names() where name.hasSuffix(".list") {
            let text = [UInt8(ascii: "\n")] + (try info.file(name).readToEnd(limit: 64 << 20)) + [UInt8(ascii: "\n")]
            if text.containsSequence(wanted) { packages.append(String(name.dropLast(5).prefix { $0 != ":" })) }
        }
        return packages
    }

    /// The packages that are known, but not installed: deb-status, `Status: want flag state`.
    ///
    /// One that is known in two architectures counts as removed only where both are.
    private static func removed(in database: borrowing Directory) throws(Failure) -> Set<String> {
        guard try database.status("status")?.kind == .file else { return [] }
        let text = try database.file("status", .nonBlocking).readToEnd(limit: 256 << 20)
        var removed: Set<String> = []
        var present: Set<String> = []
        var package = ""
        for line in text.split(separator: UInt8(ascii: "\n")) {
            if line.starts(with: "Package: ".utf8) {
                package = String(decoding: line.dropFirst(9), as: UTF8.self)
            } else if line.starts(with: "Status: ".utf8) {
                let state = line.split(separator: UInt8(ascii: " ")).last.map { String(decoding: $0, as: UTF8.self) }
                if state == "config-files" || state == "not-installed" {
                    removed.insert(package)
                } else {
                    present.insert(package)
                }
            }
        }
        return removed.subtracting(present)
    }
}

extension [UInt8] {
    /// Whether the bytes hold others in a row.
    func containsSequence(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, count >= wanted.count else { return false }
        var from = startIndex
        while let start = self[from...].firstIndex(of: first), start + wanted.count <= endIndex {
            if self[start..<start + wanted.count].elementsEqual(wanted) { return true }
            from = start + 1
        }
        return false
    }
}
