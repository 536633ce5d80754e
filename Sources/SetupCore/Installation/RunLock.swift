import Diagnostics
import LinuxIO

/// Keeps runs from working on one installation at the same time: a lock on the file `.lock` in the product root.
///
/// The file is root's alone (0600). A lock on the directory itself would do as well but for one thing: every user may
/// open a directory, lock it, and so keep installers out for ever. The lock ends with the process, the file stays until
/// the product is removed: a full disk must not keep anybody from uninstalling. A transient lock's file goes with it.
struct RunLock: ~Copyable {
    /// The file's name in the product root.
    static let name = ".lock"

    private let file: FileDescriptor
    /// Whether this run made the file.
    let isNew: Bool
    private let name: String
    /// Where the file is removed in the end; nil when it stays.
    private let place: Directory?

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - root: The product root, which only root can write.
    ///   - path: Its path, for messages.
    /// - Throws: `.conflict` when another run holds the lock, or what the system reports.
    init(_ root: borrowing Directory, path: String) throws(Failure) {
        var isNew = false
        let file = try Self.take(Self.name, in: root, path, &isNew)
        self.file = file
        self.isNew = isNew
        name = Self.name
        place = nil
    }

    /// Takes a lock whose file doesn't stay.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - place: The directory of the file, which only root can write.
    ///   - path: What is worked on, for messages.
    /// - Throws: `.conflict` when another run holds the lock, or what the system reports.
    init(transient name: String, in place: consuming Directory, path: String) throws(Failure) {
        var isNew = false
        let file = try Self.take(name, in: place, path, &isNew)
        self.file = file
        self.isNew = isNew
        self.name = name
        self.place = consume place
    }

    // Removed under the lock, so whoever has opened it meanwhile sees that it isn't the one at the path any more.
    deinit { _ = try? place?.removeFile(name) }

    private static func take(
        _ name: String, in place: borrowing Directory, _ path: String, _ isNew: inout Bool
    ) throws(Failure) -> FileDescriptor {
        while true {
            isNew = try place.status(name) == nil
            let file = try open(name, in: place)
            let status = try file.status()
            guard status.kind == .file, status.links == 1, status.user == 0, status.mode & 0o077 == 0 else {
                throw Failure(
                    .conflict,
                    "\(PathText.join(place.path, name)) is not a file of root's alone, so it can't be a lock",
                    hints: ["Look at what it is and remove it, then run the command again."])
            }
            guard try file.lock() else { throw busy(path, holder: holder(file)) }
            // The holder before may have removed the file, with the product, after we opened it.
            guard let now = try place.status(name), now.isSameFile(as: status) else { continue }
            // Who holds it is a help for people only: a full disk must not matter.
            if (try? file.truncate(to: 0)) != nil { _ = try? file.write("\(System.processID)\n") }
            return file
        }
    }

    /// Opens the file for writing, which a lock on NFS needs; reading is enough elsewhere, where it can't be written.
    private static func open(_ name: String, in root: borrowing Directory) throws(Failure) -> FileDescriptor {
        do throws(Failure) {
            return try root.file(name, [.readWrite, .create, .nonBlocking], mode: 0o600)
        } catch {
            guard error.isUnwritable else { throw error }
            return try root.file(name, .nonBlocking)
        }
    }

    /// The number of the process that holds a lock, where it can be seen from here.
    private static func holder(_ file: borrowing FileDescriptor) -> Int32? {
        guard let text = try? file.readToEnd(limit: 100),
            let number = Int32(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
        else { return nil }
        return ProcessEntry(number) == nil ? nil : number
    }

    private static func busy(_ path: String, holder: Int32?) -> Failure {
        let process = holder.map { ", process \($0)," } ?? ""
        return Failure(
            .conflict, "another run of setup\(process) is working on \(path)",
            hints: ["Wait for it to end, then run the command again."])
    }
}
