public import Diagnostics
import LinuxIO

/// A `.repo` file: how clients find a repository and what they check.
///
/// One form for yum 3, dnf, dnf5 and zypper: a section, one option a line, further URLs of keys on lines that begin with a
/// blank. Options as in dnf.conf(5) and yum.conf(5), and no others: `dnf5 config-manager addrepo --from-repofile` refuses a
/// file with one that it doesn't know, such as zypper's `autorefresh`.
public struct RepositoryConfiguration: Sendable, Equatable {
    /// Where packages come from.
    public enum Source: Sendable, Equatable {
        /// The directory that has `repodata`.
        case base(String)
        /// A file with the URLs of such directories, a line each.
        case mirrorList(String)
    }

    /// The section: letters, digits and `- _ . :`.
    public var id: String
    /// The name for people: one line.
    public var name: String
    /// Where packages come from; may have variables such as `$basearch`.
    public var source: Source
    /// The URLs of the keys, one key a file.
    public var keys: [String]
    /// Seconds after which clients look for new metadata; nil for the clients' own choice (dnf 48 hours, yum 6).
    public var expiry: Int?

    /// Describes a repository.
    public init(id: String, name: String, source: Source, keys: [String], expiry: Int? = nil) {
        self.id = id
        self.name = name
        self.source = source
        self.keys = keys
        self.expiry = expiry
    }

    /// The file.
    ///
    /// Signatures of packages (`gpgcheck`) and of `repomd.xml` (`repo_gpgcheck`) are always wanted.
    ///
    /// - Throws: `.usage` for an ID, a name or a URL that would be read as something else.
    public func bytes() throws(Failure) -> [UInt8] {
        guard !id.isEmpty, id.utf8.allSatisfy(Self.isIdentifier), id != "main" else {
            throw Failure(
                .usage,
                "“\(PathText.display(id))” is no ID of a repository: letters, digits and - _ . : are, main is not")
        }
        guard !name.isEmpty, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !$0.actsOnTerminal }),
            name.utf8.first != 0x20, name.utf8.last != 0x20
        else { throw Failure(.usage, "“\(PathText.display(name))” is no name of a repository: it must be one line") }
        guard !keys.isEmpty else { throw Failure(.usage, "the repository \(id) has no keys to check signatures with") }
        var lines = ["[\(id)]", "name=\(name)"]
        switch source {
        case .base(let url): lines.append("baseurl=\(try Self.checked(url))")
        case .mirrorList(let url): lines.append("mirrorlist=\(try Self.checked(url))")
        }
        lines += ["enabled=1", "gpgcheck=1", "repo_gpgcheck=1"]
        for (index, key) in keys.enumerated() {
            lines.append((index == 0 ? "gpgkey=" : "       ") + (try Self.checked(key)))
        }
        if let expiry { lines.append("metadata_expire=\(expiry)") }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func isIdentifier(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// A URL without anything that ends it early: blanks, commas, quotes, comments.
    private static func checked(_ url: String) throws(Failure) -> String {
        let schemes = ["https://", "http://", "file:///"]
        let wrong = Array(" ,;\"'#<>\\^`".utf8)
        guard let scheme = schemes.first(where: { url.utf8.starts(with: $0.utf8) }), url.utf8.count > scheme.utf8.count,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !wrong.contains($0) })
        else {
            throw Failure(
                .usage, "“\(PathText.display(url))” can't stand in a .repo file",
                cause: "a URL that begins with https://, http:// or file:/// is expected, other characters as %20")
        }
        return url
    }
}
