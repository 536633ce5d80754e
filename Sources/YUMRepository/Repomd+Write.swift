import Digests
public import IndexFiles

extension RepomdData {
    /// The entry of an index that was compressed with gzip: `repodata/<sha256>-primary.xml.gz`.
    ///
    /// - Parameters:
    ///   - index: Which one.
    ///   - written: The files that were written.
    ///   - timestamp: Seconds since 1970; `Repomd.next` may move it.
    public init(_ index: (some PackageIndexGrammar).Type, _ written: WrittenIndex, timestamp: Int64) {
        let digest = written.gzip.sha256.hex
        self.init(
            type: index.type, checksum: RepositoryChecksum(value: digest),
            openChecksum: RepositoryChecksum(value: written.text.sha256.hex),
            location: "repodata/\(digest)-\(index.type).xml.gz", timestamp: timestamp, size: written.gzip.size,
            openSize: written.text.size)
    }
}

extension Repomd {
    /// The list that takes the place of a published one.
    ///
    /// Revision and time stamps never go backwards, whatever the clock says: yum 3 refuses metadata whose newest time stamp
    /// is older than what it has (`_latestRepomdXML` of its yumRepo.py). So going back to older content is a new revision.
    ///
    /// - Parameters:
    ///   - published: What is published; nil for a new repository.
    ///   - data: The files. One that is published already keeps its time stamp.
    ///   - tags: The tags.
    ///   - time: Now, in seconds since 1970.
    ///   - isNewer: Whether it is a newer one even where nothing changes.
    /// - Returns: The published list itself when nothing changes.
    public static func next(
        after published: Repomd?, data: [RepomdData], tags: Tags = Tags(), time: Int64, isNewer: Bool = false
    ) -> Repomd {
        let newest = published?.data.compactMap(\.timestamp).max() ?? 0
        let data = data.map { entry in
            var entry = entry
            let old = published?.data.first { $0.type == entry.type && $0.checksum == entry.checksum }
            entry.timestamp = isNewer ? max(time, newest) : old?.timestamp ?? max(time, newest)
            return entry
        }
        if !isNewer, let published, published.data == data, published.tags == tags { return published }
        let last = published?.revision.flatMap { Int64($0) }
        let revision = last.map { $0 < .max ? max(time, $0 + 1) : $0 } ?? time
        return Repomd(revision: String(revision), tags: tags, data: data)
    }

    /// The file, as `cr_xml_dump_repomd` of createrepo_c's src/xml_dump_repomd.c writes it.
    public var bytes: [UInt8] {
        var xml = XMLWriter(capacity: 4096)
        xml.put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        xml.put("<repomd xmlns=\"http://linux.duke.edu/metadata/repo\"")
        xml.put(" xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n")
        if let revision { xml.element(2, "revision", revision.utf8) }
        if !tags.isEmpty {
            xml.put("  <tags>\n")
            for text in tags.content { xml.element(4, "content", text.utf8) }
            for text in tags.repository { xml.element(4, "repo", text.utf8) }
            for distribution in tags.distributions {
                xml.begin(4, "distro")
                if let cpe = distribution.cpe { xml.attribute("cpeid", cpe) }
                xml.close("distro", distribution.text.utf8)
            }
            xml.put("  </tags>\n")
        }
        for entry in data { entry.write(to: &xml) }
        xml.put("</repomd>\n")
        return xml.bytes
    }
}

extension RepomdData {
    fileprivate func write(to xml: inout XMLWriter) {
        xml.begin(2, "data")
        xml.attribute("type", type)
        xml.put(">\n")
        xml.checksum("checksum", checksum)
        if let openChecksum { xml.checksum("open-checksum", openChecksum) }
        if let headerChecksum { xml.checksum("header-checksum", headerChecksum) }
        xml.begin(4, "location")
        xml.attribute("href", location)
        if let base { xml.attribute("xml:base", base) }
        xml.close()
        if let timestamp { xml.element(4, "timestamp", String(timestamp).utf8) }
        if let size { xml.element(4, "size", String(size).utf8) }
        if let openSize { xml.element(4, "open-size", String(openSize).utf8) }
        if let headerSize { xml.element(4, "header-size", String(headerSize).utf8) }
        if let databaseVersion { xml.element(4, "database_version", String(databaseVersion).utf8) }
        xml.put("  </data>\n")
    }
}

extension XMLWriter {
    fileprivate mutating func checksum(_ name: StaticString, _ checksum: RepositoryChecksum) {
        begin(4, name)
        attribute("type", checksum.algorithm)
        close(name, checksum.value.utf8)
    }
}
