import Digests
import RPMFormat

/// The tags of an RPM package that are neither paths nor relations nor scripts, as names and values.
enum RPMFields {
    /// Elements of an array that are written out.
    private static let elementLimit = 200
    /// Bytes of a binary value that are written out.
    private static let binaryLimit = 64

    /// Tags with a value for each path, by their numbers; FILESIZES to FILEFLAGS and their like.
    private static let paths: Set<UInt32> = [
        1027, 1028, 1029, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1039, 1040, 1045, 1095, 1096, 1097, 1116,
        1117,
        1118, 1140, 1141, 1143, 1144, 1145, 5008, 5010,
    ]

    private static let others: Set<RPMTag> = {
        var tags: Set<RPMTag> = [.payloadSHA256, .payloadSHA256Alt]
        for kind in RPMRelation.Kind.allCases { tags.formUnion([kind.tags.name, kind.tags.version, kind.tags.flags]) }
        for kind in RPMScriptlet.Kind.allCases { tags.formUnion([kind.tags.body, kind.tags.program]) }
        return tags
    }()

    /// The fields of a header, in its order, by upstream's names in lower case.
    static func fields(of header: RPMHeader<RPMTag>) -> [ArtifactField] {
        header.entries.filter { !paths.contains($0.tag.rawValue) && !others.contains($0.tag) }.map { entry in
            ArtifactField(entry.tag.name.lowercased(), text(header.value(entry)))
        }
    }

    /// The digests and sizes that a package states.
    static func statements(of file: RPMFile) -> [ArtifactStatement] {
        let rows: [(RPMSignatureTag, String, String)] = [
            (.sha1, "header", "sha1"), (.sha256, "header", "sha256"), (.sha3_256, "header", "sha3-256"),
            (.md5, "header and payload", "md5"), (.size, "header and payload", "size"),
            (.longSize, "header and payload", "size"), (.payloadSize, "payload, decompressed", "size"),
            (.longArchiveSize, "payload, decompressed", "size"),
        ]
        var statements = rows.compactMap { tag, part, kind in
            file.signatureHeader[tag].map { ArtifactStatement(part, kind, text($0)) }
        }
        let algorithm = Artifact.algorithm(file.header.number(.payloadSHA256Algo) ?? 8)
        for (tag, part) in [(RPMTag.payloadSHA256, "payload"), (.payloadSHA256Alt, "payload, decompressed")] {
            if let value = file.header[tag] { statements.append(ArtifactStatement(part, algorithm, text(value))) }
        }
        return statements
    }

    private static func text(_ value: RPMValue) -> String {
        if case .bin(let bytes) = value {
            return bytes.count <= binaryLimit ? Hexadecimal.text(bytes) : "\(bytes.count) bytes"
        }
        guard value.count <= elementLimit else { return "\(value.count) values" }
        if let texts = value.texts { return texts.map { readable($0) }.joined(separator: "\n") }
        return (value.numbers ?? []).map(String.init).joined(separator: " ")
    }
}
