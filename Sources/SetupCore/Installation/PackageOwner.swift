import Diagnostics
import LinuxIO

/// The package of another package manager that owns a product's directory.
struct PackageOwner: Sendable, Equatable {
    /// `dpkg` or `rpm`.
    var manager: String
    /// The package's name.
    var package: String
    /// The command that removes it.
    var removal: String

    /// Asks dpkg's database and rpm who owns a directory.
    ///
    /// - Parameters:
    ///   - root: The product's directory.
    ///   - base: `/` or an image's root.
    /// - Returns: The owner, or nil.
    static func find(of root: String, base: borrowing Directory) throws(Failure) -> PackageOwner? {
        if let package = try debianOwner(of: root, base: base) {
            return PackageOwner(manager: "dpkg", package: package, removal: "apt-get remove \(package)")
        }
        if let package = try rpmOwner(of: root, base: base) {
            return PackageOwner(manager: "rpm", package: package, removal: "yum remove \(package)")
        }
        return nil
    }

    /// Reads `/var/lib/dpkg/info/*.list`: a package that was removed but not purged lists only its conffiles there, so
    /// dpkg's `config-files` state doesn't count as an owner.
    private static func debianOwner(of root: String, base: borrowing Directory) throws(Failure) -> String? {
        let wanted = Array("\n\(root)\n".utf8)
        do throws(Failure) {
            let info = try TrustedPath.open("/var/lib/dpkg/info", base: base, creating: false).take()
            for name in try info.names() where name.hasSuffix(".list") {
                let text =
                    [UInt8(ascii: "\n")] + (try info.file(name).readToEnd(limit: 64 << 20)) + [UInt8(ascii: "\n")]
                if text.containsSequence(wanted) {
                    return String(name.dropLast(5).prefix { $0 != ":" })
                }
            }
            return nil
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Where rpm keeps its database: Berkeley DB, sqlite and ndb, at the old and the new place.
    private static let rpmDatabases = ["/var/lib/rpm/", "/usr/lib/sysimage/rpm/"].flatMap { directory in
        ["Packages", "rpmdb.sqlite", "Packages.db"].map { directory + $0 }
    }

    /// Asks rpm itself, because its database has no text form.
    ///
    /// A Debian machine may have the program and no database.
    private static func rpmOwner(of root: String, base: borrowing Directory) throws(Failure) -> String? {
        guard base.path == "/", fileStatus(root) != nil, rpmDatabases.contains(where: { fileStatus($0) != nil }),
            let rpm = Subprocess.find("rpm")
        else { return nil }
        return try rpmOwner(of: root, as: try Subprocess.run([rpm, "-qf", "--qf", "%{NAME}\\n", root]))
    }

    /// Reads rpm's answer.
    ///
    /// Only its own words for it mean that nobody owns the directory: with a database that can't be read or is locked, a
    /// package's files would be overwritten.
    ///
    /// - Parameters:
    ///   - root: The directory that was asked about.
    ///   - result: How `rpm -qf` in the C locale ended.
    /// - Returns: The package's name, or nil.
    static func rpmOwner(of root: String, as result: ProcessResult) throws(Failure) -> String? {
        let question = "can't tell whether an rpm package owns \(root)"
        guard !result.isTimedOut else {
            throw Failure(
                .failed, question, cause: "rpm didn't answer in time",
                hints: ["Another program may hold its database: wait for it to end, then run the command again."])
        }
        if result.status == 0 { return result.text.split(separator: "\n").first.map(String.init) }
        let lines = (result.text + "\n" + result.errorText).split(separator: "\n").map(String.init)
        // The second is what rpm says of a directory that isn't there yet; a missing database is worded much like it.
        let answers = ["file \(root) is not owned by any package", "file \(root): No such file or directory"]
        if lines.contains(where: { line in answers.contains { line.hasSuffix($0) } }) { return nil }
        throw Failure(
            .failed, question,
            cause: lines.isEmpty ? "rpm ended with status \(result.status)" : lines.joined(separator: "; "),
            hints: ["Put the rpm database in order (`rpm --rebuilddb`), then run the command again."])
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
