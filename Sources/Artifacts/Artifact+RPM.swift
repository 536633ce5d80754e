import ByteIO
import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import XZ

extension Artifact {
    /// Describes an RPM package.
    ///
    /// - Parameters:
    ///   - file: The package, with its headers read.
    ///   - path: The path it was opened by.
    /// - Throws: `.integrity`, with the offset, for a damaged signature or end of the payload.
    init(_ file: RPMFile, path: String) throws(Failure) {
        self.path = path
        format = .rpm
        isSource = file.isSource
        size = file.source.size
        identity = ArtifactIdentity(
            name: file.name,
            version: file.version.version + (file.version.release.map { "-" + $0 } ?? ""),
            architecture: debianArchitecture(file.architecture), summary: file.header.text(.summary) ?? "",
            homepage: file.header.text(.url))
        fields = RPMFields.fields(of: file.header)
        for kind in RPMRelation.Kind.allCases {
            relations += Self.merged(file.dependencies(kind)).map { ArtifactRelation(kind.rawValue, $0) }
        }
        let algorithm = file.header.number(.fileDigestAlgo).map(Self.algorithm) ?? "md5"
        entries = file.files.map { ArtifactEntry($0, algorithm: algorithm) }
        scripts = file.scripts.map {
            ArtifactScript(name: $0.kind.rawValue, interpreter: $0.program.joined(separator: " "), text: $0.body)
        }
        let signatureHeader = file.signatureHeader
        parts = [
            ArtifactPart("lead", offset: 0, size: signatureHeader.offset),
            ArtifactPart("signature header", offset: signatureHeader.offset, size: UInt64(signatureHeader.bytes.count)),
            ArtifactPart("header", offset: file.header.offset, size: UInt64(file.header.bytes.count)),
            ArtifactPart("payload", offset: file.payloadOffset, size: size - file.payloadOffset),
        ]
        statements = RPMFields.statements(of: file)
        signatures = try file.signatures().map { signature throws(Failure) in
            try ArtifactSignature(signature, of: file)
        }
        compression = try Self.compression(of: file)
    }

    /// Relations as texts, each once: a header has one for every scriptlet that needs it.
    private static func merged(_ dependencies: [RPMDependency]) -> [String] {
        var stages: [ExactText: [String]] = [:]
        var order: [ExactText] = []
        for dependency in dependencies {
            // What is always needed stays apart.
            let key = ExactText(dependency.text + (dependency.stages.isEmpty ? "" : " "))
            if stages[key] == nil { order.append(key) }
            let known = stages[key, default: []]
            stages[key] = known + dependency.stages.filter { !known.contains($0) }
        }
        return order.map { key in
            let names = stages[key] ?? []
            return names.isEmpty ? key.text : key.text + "(\(names.joined(separator: ", ")))"
        }
    }

    /// Numbers of OpenPGP's digests, `rpmHashAlgo` of include/rpm/rpmcrypto.h.
    static func algorithm(_ number: UInt64) -> String {
        switch number {
        case 1: "md5"
        case 2: "sha1"
        case 8: "sha256"
        case 9: "sha384"
        case 10: "sha512"
        case 11: "sha224"
        default: "digest \(number)"
        }
    }

    private static func compression(of file: RPMFile) throws(Failure) -> ArtifactCompression {
        let payload = try file.payload()
        // A package that doesn't say is of the time when there was gzip alone; `rpmPackageInstall` of lib/psm.cc.
        let compressor = file.compressor ?? "gzip"
        var compression = ArtifactCompression(compressor, settings: file.header.text(.payloadFlags))
        guard compressor == "xz" else { return compression }
        do throws(Failure) {
            let layout = try XZStreamLayout(size: payload.size) { count, offset throws(Failure) in
                try payload.read(count, at: offset)
            }
            compression.blocks = try layout.blocks(in: payload)
        } catch {
            throw error.located("in the payload, which starts at byte \(file.payloadOffset)")
        }
        return compression
    }
}

extension ArtifactSignature {
    /// A signature of an RPM package.
    init(_ signature: RPMSignature, of file: RPMFile) throws(Failure) {
        let name = "\(file.source.name), \(signature.tag.name) in the signature header at byte 96"
        try self.init(
            openPGP: signature.packet, covers: signature.scope == .header ? "header" : "header and payload",
            place: signature.tag.name, name: name)
    }
}

extension ArtifactEntry {
    /// A path of an RPM package.
    init(_ record: RPMFileRecord, algorithm: String) {
        let (kind, target): (Kind, String?) =
            switch record.kind {
            case .file: (.file, nil)
            case .directory: (.directory, nil)
            case .link(let target): (.link, target)
            case .special(let type, _): (Kind(type: type), nil)
            }
        let sha256 = algorithm == "sha256" ? record.digest.flatMap { SHA256Digest($0) } : nil
        self.init(
            path: record.path, kind: kind, mode: record.mode, owner: record.owner, group: record.group,
            size: kind == .file ? record.size : 0, sha256: sha256,
            stated: sha256 == nil ? record.digest.map { ArtifactDigest(algorithm, $0) } : nil, target: target,
            flags: record.flags.names + Self.verifyWord(record.verifyFlags), capabilities: record.capabilities,
            time: Int64(record.time))
    }

    /// What isn't verified of a path, in a spec file's words; `rpmVerifyAttrs_e` of include/rpm/rpmvf.h.
    private static func verifyWord(_ flags: UInt32) -> [String] {
        let words = ["filedigest", "size", "link", "user", "group", "mtime", "mode", "rdev", "caps"]
        let off = words.indices.filter { flags & 1 << UInt32($0) == 0 }.map { words[$0] }
        let rest = flags | 0x1FF
        return (off.isEmpty ? [] : ["verify(not \(off.joined(separator: " ")))"])
            + (rest == .max ? [] : ["verify=\(String(flags, radix: 16))"])
    }
}

extension ArtifactEntry.Kind {
    /// The type bits of a mode; stat(2).
    fileprivate init(type: UInt16) {
        switch type & 0o170000 {
        case 0o020000: self = .characterDevice
        case 0o060000: self = .blockDevice
        case 0o010000: self = .pipe
        default: self = .socket
        }
    }
}
