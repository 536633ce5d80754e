import Diagnostics
import Digests
import LinuxIO
import RPMFormat

/// The record of a package in `primary.xml`: all that a client needs to choose it and to fetch it.
enum PrimaryRecord {
    /// Writes it as `cr_xml_dump_primary` of createrepo_c's src/xml_dump_primary.c does.
    ///
    /// `time file=` is the time of the build, where createrepo_c has the file's time stamp, which a copy changes. Only
    /// `createrepo_c --update` compares it, to find out whether a package was replaced, and yum 3 sorts `list recent` by
    /// it; no client decides by it what to fetch or install (libsolv reads `build` alone: ext/repo_rpmmd.c).
    static func bytes(
        _ file: RPMFile, key: PackageKey, digest: SHA256Digest, location: String
    ) throws(Failure) -> [UInt8] {
        var xml = XMLWriter(capacity: 4096)
        let header = file.header
        xml.put("<package type=\"rpm\">\n")
        xml.element(2, "name", key.name.utf8)
        xml.element(2, "arch", key.architecture.utf8)
        xml.version(key)
        xml.begin(2, "checksum")
        xml.put(" type=\"sha256\" pkgid=\"YES\"")
        xml.close("checksum", digest.hex.utf8)
        for (name, tag) in texts { xml.element(2, name, try XMLText(file.raw(tag), tag.name).bytes) }
        let built = header.number(.buildTime) ?? 0
        xml.begin(2, "time")
        xml.attribute("file", built)
        xml.attribute("build", built)
        xml.close()
        xml.begin(2, "size")
        xml.attribute("package", file.source.size)
        xml.attribute("installed", header.number(.longSize) ?? header.number(.size) ?? 0)
        xml.attribute("archive", file.archiveSize)
        xml.close()
        xml.begin(2, "location")
        xml.attribute("href", try XMLText(Array(location.utf8), "the location").bytes)
        xml.close()
        xml.put("  <format>\n")
        for (name, tag) in formatTexts { xml.element(4, name, try XMLText(file.raw(tag), tag.name).bytes) }
        xml.begin(4, "rpm:header-range")
        xml.attribute("start", file.headerRange.lowerBound)
        xml.attribute("end", file.headerRange.upperBound)
        xml.close()
        let relations = Relations(file)
        for (kind, begin, end) in relationKinds {
            let entries = relations.entries(kind)
            guard !entries.isEmpty else { continue }
            xml.put(begin)
            for entry in entries { try entry.write(to: &xml) }
            xml.put(end)
        }
        try PackageFile.write(file.files, to: &xml, indent: 4, primary: true)
        xml.put("  </format>\n</package>\n")
        return xml.bytes
    }

    private static let texts: [(StaticString, RPMTag)] = [
        ("summary", .summary), ("description", .description), ("packager", .packager), ("url", .url),
    ]
    private static let formatTexts: [(StaticString, RPMTag)] = [
        ("rpm:license", .license), ("rpm:vendor", .vendor), ("rpm:group", .group), ("rpm:buildhost", .buildHost),
        ("rpm:sourcerpm", .sourceRPM),
    ]
    private static let relationKinds: [(RPMRelation.Kind, StaticString, StaticString)] = [
        (.provides, "    <rpm:provides>\n", "    </rpm:provides>\n"),
        (.requires, "    <rpm:requires>\n", "    </rpm:requires>\n"),
        (.conflicts, "    <rpm:conflicts>\n", "    </rpm:conflicts>\n"),
        (.obsoletes, "    <rpm:obsoletes>\n", "    </rpm:obsoletes>\n"),
        (.suggests, "    <rpm:suggests>\n", "    </rpm:suggests>\n"),
        (.enhances, "    <rpm:enhances>\n", "    </rpm:enhances>\n"),
        (.recommends, "    <rpm:recommends>\n", "    </rpm:recommends>\n"),
        (.supplements, "    <rpm:supplements>\n", "    </rpm:supplements>\n"),
    ]
}

extension XMLWriter {
    /// The `version` element; an epoch is always there.
    mutating func version(_ key: PackageKey) {
        begin(2, "version")
        attribute("epoch", key.version.epoch ?? 0)
        attribute("ver", key.version.version)
        attribute("rel", key.version.release ?? "")
        close()
    }
}

extension RPMFile {
    /// Bytes of the decompressed payload, as rpm reports them: the signature header's numbers, or the header's own.
    fileprivate var archiveSize: UInt64 {
        signatureHeader.number(.longArchiveSize) ?? header.number(RPMTag(rawValue: 271))
            ?? signatureHeader.number(.payloadSize) ?? header.number(RPMTag(rawValue: 1046)) ?? 0
    }
}
