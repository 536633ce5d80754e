import ByteIO
import DebFormat
import Diagnostics
import Digests
import LinuxIO
import TarFormat
import XZ

extension Artifact {
    /// Describes a Debian package.
    ///
    /// - Parameters:
    ///   - file: The package, with its control archive read.
    ///   - path: The path it was opened by.
    ///   - listsPaths: Whether the archive of files is decompressed.
    /// - Throws: `.integrity`, with the offset, for a damaged archive.
    init(_ file: DebFile, path: String, listsPaths: Bool) throws(Failure) {
        self.path = path
        format = .deb
        size = file.source.size
        let version = file.fields.version
        identity = ArtifactIdentity(
            name: file.fields.package,
            version: version.upstream + (version.revision.isEmpty ? "" : "-" + version.revision),
            architecture: file.fields.architecture,
            summary: file.control["Description"].map { String($0.prefix { $0 != "\n" }) } ?? "",
            homepage: file.control["Homepage"])
        let relationNames = Set(DebRelation.fields.map { $0.lowercased() })
        fields = file.control.fields.filter { !relationNames.contains($0.name.lowercased()) }
            .map { ArtifactField($0.name, $0.value) }
        fields += file.controlFiles.filter { !Self.readControlFiles.contains($0.name) }
            .map { ArtifactField("DEBIAN/\($0.name)", readable($0.content)) }
        for name in DebRelation.fields {
            relations += (file.fields.relations[name] ?? []).map { alternatives in
                ArtifactRelation(name.lowercased(), alternatives.map(\.text).joined(separator: " | "))
            }
        }
        let contents = file.scripts
        scripts = contents.keys.sorted().map { name in
            let text = readable(contents[name] ?? [])
            return ArtifactScript(name: name, interpreter: Self.interpreter(of: text), text: text)
        }
        triggers = file.triggers.map { "\($0.directive.rawValue) \($0.name)" }
        conffiles = file.conffiles.map { ($0.isRemovedOnUpgrade ? "remove-on-upgrade " : "") + $0.path }
        parts = file.members.map { ArtifactPart($0.name, offset: $0.offset, size: $0.size) }
        signatures = try file.signatures.map { signature throws(Failure) in signature.description }
        compression = try Self.compression(of: file)
        if listsPaths { entries = try Self.entries(of: file) }
    }

    /// Files of the control archive that are described apart.
    private static let readControlFiles: Set<String> = [
        "control", "md5sums", "conffiles", "triggers", "preinst", "postinst", "prerm", "postrm", "config",
    ]

    private static func interpreter(of text: String) -> String {
        guard text.hasPrefix("#!") else { return "" }
        return String(text.dropFirst(2).prefix { $0 != "\n" }.drop { $0 == " " })
    }

    private static func compression(of file: DebFile) throws(Failure) -> ArtifactCompression {
        let settings = "control archive: \(file.controlCompression.name)"
        guard case .xz(let layout) = file.dataCompression else {
            return ArtifactCompression(file.dataCompression.name, settings: settings)
        }
        let content = try file.source.part(
            file.dataMember.offset..<file.dataMember.offset + file.dataMember.size, name: file.dataMember.name)
        return ArtifactCompression("xz", settings: settings, blocks: try layout.blocks(in: content))
    }

    private static func entries(of file: DebFile) throws(Failure) -> [ArtifactEntry] {
        let conffiles = Set(file.conffiles.filter { !$0.isRemovedOnUpgrade }.map { ExactText($0.path) })
        var stated: [ExactText: [UInt8]] = [:]
        for sum in file.md5sums ?? [] { stated[ExactText(sum.path)] = sum.md5 }
        var entries: [ArtifactEntry] = []
        try file.verify { found throws(Failure) in
            entries.append(
                ArtifactEntry(
                    found, isConffile: conffiles.contains(ExactText(found.path)),
                    stated: stated[ExactText(found.path)].map { ArtifactDigest("md5", $0) }))
        }
        return entries
    }
}

extension ArtifactEntry {
    /// A path of a Debian package.
    init(_ found: DebFileEntry, isConffile: Bool, stated: ArtifactDigest?) {
        let header = found.header
        let kind: Kind =
            switch header.content {
            case .directory: .directory
            case .file: .file
            case .link: .link
            case .hardLink: .hardLink
            case .characterDevice: .characterDevice
            case .blockDevice: .blockDevice
            case .pipe: .pipe
            }
        self.init(
            path: found.path, kind: kind, mode: header.mode,
            owner: header.userName.isEmpty ? String(header.user) : header.userName,
            group: header.groupName.isEmpty ? String(header.group) : header.groupName, size: header.fileSize,
            sha256: found.digests?.sha256, stated: stated, target: header.linkTarget,
            flags: isConffile ? ["conffile"] : [], time: header.time)
    }
}

extension DebFile {
    /// The signatures that debsig-verify(1) knows: members `_gpg…` over the three members before them.
    var signatures: [(description: ArtifactSignature, bytes: [UInt8], content: ByteSource)] {
        get throws(Failure) {
            var found: [(description: ArtifactSignature, bytes: [UInt8], content: ByteSource)] = []
            for member in members where member.name.hasPrefix("_gpg") && member.offset > dataMember.offset {
                let name = "\(source.name): \(member.name), at byte \(member.offset),"
                guard member.size <= UInt64(DetachedSignature.sizeLimit) else {
                    throw Failure(.integrity, "\(name) has \(member.size) bytes, too many for a signature")
                }
                let bytes = try DetachedSignature.packet(source.read(Int(member.size), at: member.offset), name: name)
                let content = ByteSource(
                    joining: try [members[0], controlMember, dataMember].map { part throws(Failure) in
                        try source.part(part.offset..<part.offset + part.size, name: part.name)
                    }, name: "\(source.name), members")
                let description = try ArtifactSignature(
                    openPGP: bytes, covers: "members", place: member.name, name: name)
                found.append((description, bytes, content))
            }
            return found
        }
    }
}

extension XZStreamLayout {
    /// The blocks with their filters, as far as those are ones that we write.
    ///
    /// - Parameter stream: The whole stream.
    func blocks(in stream: ByteSource) throws(Failure) -> [ArtifactCompression.Block] {
        var offset = UInt64(XZFrame.headerSize)
        var blocks: [ArtifactCompression.Block] = []
        for block in self.blocks {
            let count = Int(min(UInt64(XZBlockHeader.maximumSize), stream.size - min(offset, stream.size)))
            let start = blocks.count < Self.describedBlocks ? try stream.read(count, at: offset) : []
            let chain = try? XZBlockHeader.chain(start.span.bytes)
            blocks.append(
                ArtifactCompression.Block(
                    storedSize: block.storedSize, contentSize: block.contentSize, filters: chain?.words))
            offset += block.storedSize
        }
        return blocks
    }

    /// Blocks whose headers are read.
    private static var describedBlocks: Int { 1 << 16 }
}
