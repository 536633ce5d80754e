import Diagnostics
import LinuxIO

/// The packages of another package manager that own a product's directory.
struct PackageOwner: Sendable, Equatable {
    /// Who installed them.
    var manager: PackageManager
    /// The packages' names, sorted: one at least.
    var packages: [String]

    /// Asks dpkg's database and rpm who owns a directory.
    ///
    /// - Parameters:
    ///   - root: The product's directory.
    ///   - base: `/` or an image's root.
    /// - Returns: The owner, or nil.
    static func find(of root: String, base: borrowing Directory) throws(Failure) -> PackageOwner? {
        for (manager, packages) in [
            (PackageManager.dpkg, try DebianDatabase.owners(of: root, base: base)),
            (.rpm, try rpmOwners(of: root, base: base)),
        ] where !packages.isEmpty {
            return PackageOwner(manager: manager, packages: packages)
        }
        return nil
    }

    /// The refusal to touch what they own.
    ///
    /// - Parameters:
    ///   - title: The product.
    ///   - aim: What the command is for, as the start of a sentence: `Update or remove it`.
    func refusal(_ title: String, _ aim: String) -> Failure {
        let noun = packages.count == 1 ? "package" : "packages"
        return Failure(
            .conflict,
            "\(title) is installed as the \(manager.rawValue) \(noun) \(packages.joined(separator: " and "))",
            hints: ["\(aim) with \(manager.rawValue): \(manager.removal(of: packages))"])
    }

    /// Where rpm keeps its database: Berkeley DB, sqlite and ndb, at the old and the new place.
    private static let rpmDatabases = ["/var/lib/rpm/", "/usr/lib/sysimage/rpm/"].flatMap { directory in
        ["Packages", "rpmdb.sqlite", "Packages.db"].map { directory + $0 }
    }

    /// Asks rpm itself, because its database has no text form.
    ///
    /// A Debian machine may have the program and no database.
    private static func rpmOwners(of root: String, base: borrowing Directory) throws(Failure) -> [String] {
        guard base.path == "/", fileStatus(root) != nil, rpmDatabases.contains(where: { fileStatus($0) != nil }),
            let rpm = Subprocess.find("rpm")
        else { return [] }
        return try rpmOwners(of: root, as: try Subprocess.run([rpm, "-qf", "--qf", "%{NAME}\\n", root]))
    }

    /// Reads rpm's answer.
    ///
    /// Only its own words for it mean that nobody owns the directory: with a database that can't be read or is locked, a
    /// package's files would be overwritten.
    ///
    /// - Parameters:
    ///   - root: The directory that was asked about.
    ///   - result: How `rpm -qf` in the C locale ended.
    /// - Returns: The packages' names, sorted.
    static func rpmOwners(of root: String, as result: ProcessResult) throws(Failure) -> [String] {
        let question = "can't tell whether an rpm package owns \(root)"
        guard !result.isTimedOut else {
            throw Failure(
                .failed, question, cause: "rpm didn't answer in time",
                hints: ["Another program may hold its database: wait for it to end, then run the command again."])
        }
        // Several packages may own a directory, and one may be installed in several builds.
        if result.status == 0 { return Set(result.text.split(separator: "\n").map(String.init)).sorted() }
        let lines = (result.text + "\n" + result.errorText).split(separator: "\n").map(String.init)
        // The second is what rpm says of a directory that isn't there yet; a missing database is worded much like it.
        let answers = ["file \(root) is not owned by any package", "file \(root): No such file or directory"]
        if lines.contains(where: { line in answers.contains { line.hasSuffix($0) } }) { return [] }
        throw Failure(
            .failed, question,
            cause: lines.isEmpty ? "rpm ended with status \(result.status)" : lines.joined(separator: "; "),
            hints: ["Put the rpm database in order (`rpm --rebuilddb`), then run the command again."])
    }
}
