import APTRepository
import Diagnostics
import LinuxIO
import RepositoryFiles
import Signing
import YUMRepository

/// What clients have seen of archives and repositories before: a place in the same layout, at an earlier time.
///
/// Nothing of it is verified: whoever names it vouches for it.
struct SeenState {
    private let reader: any RepositoryReader

    /// Takes the earlier place.
    init(_ reader: any RepositoryReader) { self.reader = reader }

    /// The Release files of an archive, by codename.
    ///
    /// - Parameters:
    ///   - root: The archive.
    ///   - codenames: Which; nil for all that are there.
    /// - Throws: `.usage` for one that can't be read.
    func releases(_ root: String, _ codenames: [String]?) throws(Failure) -> [String: ReleaseFile] {
        let dists = root.isEmpty ? "dists" : "\(root)/dists"
        var names = codenames ?? []
        if codenames == nil { names = (try reader.entries(dists) ?? []).filter(\.isDirectory).map(\.name) }
        var releases: [String: ReleaseFile] = [:]
        for name in names {
            let directory = "\(dists)/\(name)"
            try Self.reading(directory) { () throws(Failure) in
                if let bytes = try reader.read("\(directory)/InRelease") {
                    let text = try CleartextMessage(reading: bytes, name: "InRelease").text
                    releases[name] = try ReleaseFile(parsing: text, name: "InRelease")
                } else if let bytes = try reader.read("\(directory)/Release") {
                    releases[name] = try ReleaseFile(parsing: bytes, name: "Release")
                }
            }
        }
        return releases
    }

    /// The repomd.xml of a repository; nil where it wasn't there.
    ///
    /// - Throws: `.usage` for one that can't be read.
    func repomd(_ root: String) throws(Failure) -> Repomd? {
        let name = root.isEmpty ? RepositoryFileNames.index : "\(root)/\(RepositoryFileNames.index)"
        var repomd: Repomd?
        try Self.reading(name) { () throws(Failure) in
            if let bytes = try reader.read(name) { repomd = try Repomd(bytes, name: name) }
        }
        return repomd
    }

    /// Tells damage of the earlier place from what is wrong with the one that is looked at.
    private static func reading(_ path: String, _ work: () throws(Failure) -> Void) throws(Failure) {
        do throws(Failure) {
            try work()
        } catch {
            guard error.code == .integrity else { throw error }
            throw Failure(
                .usage, "\(PathText.display(path)) of the previous state can't be read", cause: error.message,
                hints: ["Name a whole copy with --previous, or a generation of the site."])
        }
    }
}
