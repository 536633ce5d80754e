public import DebFormat
public import Diagnostics
public import Digests
import LinuxIO

/// The stanza of a package in a `Packages` index.
public struct PackagesRecord: Sendable, Equatable {
    /// The text, with the empty line that ends it.
    public let bytes: [UInt8]
    /// Name, version and architecture, in the order of an index.
    public let key: PackagesKey
    /// Where the package is, below the archive's root.
    public let filename: String
    /// Bytes of the package.
    public let size: UInt64
    /// Its SHA-256; nil where the stanza has none, as in an archive by somebody else.
    public let sha256: SHA256Digest?
    /// Its MD5, 16 bytes; nil where the stanza has none.
    public let md5: [UInt8]?

    /// Reads a stanza.
    ///
    /// - Parameter bytes: One stanza, with or without the empty line behind it.
    /// - Throws: `.integrity`, with the line, for what is none.
    public init(parsing bytes: [UInt8]) throws(Failure) {
        let stanza = try PackagesStanza(bytes)
        self.bytes = bytes
        key = try stanza.key()
        filename = try stanza.text(.filename)
        size = try stanza.size()
        sha256 = try stanza.digest(.sha256).flatMap { SHA256Digest($0) }
        md5 = try stanza.digest(.md5)
    }

    /// Describes a package, all of whose bytes are read.
    ///
    /// The fields are those that apt-ftparchive writes, in its order (apt-pkg/tagfile-order.c, ftparchive/writer.cc of apt
    /// 2.6.1), but for digests: SHA-256 is what every apt since 0.7 believes, and MD5 is there for apt-mirror, which writes
    /// its list of files from it. The description is whole, so no Translation file is needed.
    ///
    /// - Parameters:
    ///   - package: The package.
    ///   - component: The part of the archive that it goes to.
    /// - Throws: `.usage` for names that can't become a path and fields that can't be written; what reading throws.
    public init(describing package: DebFile, component: String = "main") throws(Failure) {
        let filename = try PoolPath.path(of: package.fields, component: component)
        let (sha256, md5) = try Self.digests(of: package.source)
        var control = ControlParagraph()
        let added = [
            "Filename": filename, "Size": "\(package.source.size)", "MD5sum": Hexadecimal.text(md5),
            "SHA256": sha256.hex,
        ]
        for name in PackagesFields.order {
            guard let value = PackagesFields.replaced.contains(name) ? added[name] : package.control[name] else {
                continue
            }
            if !value.isEmpty { control[name] = value }
        }
        let ordered = Set((PackagesFields.order + PackagesFields.replaced).map { $0.lowercased() })
        for field in package.control.fields where !ordered.contains(field.name.lowercased()) && !field.value.isEmpty {
            control[field.name] = field.value
        }
        do throws(Failure) {
            try self.init(parsing: Array((control.text() + "\n").utf8))
        } catch {
            throw error.during("can't list \(package.source.name) in an index")
        }
    }

    private static func digests(of source: ByteSource) throws(Failure) -> (SHA256Digest, [UInt8]) {
        let sha256 = SHA256()
        let md5 = try MessageDigest(.md5)
        try source.forEachPiece { piece throws(Failure) in
            sha256.update(piece)
            md5.update(piece)
        }
        return (sha256.finish(), md5.finish())
    }
}

/// The fields of a stanza.
enum PackagesFields {
    /// The order in which apt-ftparchive writes them; apt-pkg/tagfile-order.c, `iTFRewritePackageOrder`.
    static let order = [
        "Package", "Package-Type", "Architecture", "Architecture-Variant", "Subarchitecture", "Version",
        "Kernel-Version", "Built-Using", "Static-Built-Using", "Built-For-Profiles", "Auto-Built-Package", "Multi-Arch",
        "Priority", "Build-Essential", "Protected", "Important", "Essential", "Installer-Menu-Item", "Section",
        "Source",
        "Origin", "Phased-Update-Percentage", "Maintainer", "Original-Maintainer", "Bugs", "Config-Version",
        "Conffiles", "Triggers-Awaited", "Triggers-Pending", "Installed-Size", "Provides", "Pre-Depends", "Depends",
        "Recommends", "Suggests", "Conflicts", "Breaks", "Replaces", "Enhances", "Filename", "Size", "MD5sum", "SHA256",
        "Homepage", "Description", "Tag", "Task",
    ]

    /// What a package can't say of itself: the archive says it, or nobody does.
    static let replaced = [
        "Status", "Filename", "MSDOS-Filename", "Size", "MD5sum", "SHA1", "SHA256", "SHA512", "Description-md5",
    ]
}
