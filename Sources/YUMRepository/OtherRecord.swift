import Diagnostics
import Digests
import RPMFormat

/// The record of a package in `other.xml`: its changelog.
enum OtherRecord {
    /// How many entries are taken, the newest; createrepo_c's `--changelog-limit`.
    static let changeLimit = 10

    /// Writes it as `cr_xml_dump_other` of createrepo_c's src/xml_dump_other.c does.
    static func bytes(_ file: RPMFile, key: PackageKey, digest: SHA256Digest) throws(Failure) -> [UInt8] {
        var xml = XMLWriter(capacity: 1024)
        xml.package(key, digest)
        for change in changes(file) {
            xml.begin(2, "changelog")
            xml.attribute("author", try XMLText(change.author, "CHANGELOGNAME").bytes)
            xml.attribute("date", change.time)
            xml.close("changelog", try XMLText(change.text, "CHANGELOGTEXT").bytes)
        }
        xml.put("</package>\n")
        return xml.bytes
    }

    private struct Change {
        var time: Int64
        var author: [UInt8]
        var text: [UInt8]
    }

    /// The newest entries, oldest first.
    ///
    /// Entries of one day have one time; clients sort by it, so earlier ones get a second more each, as
    /// `cr_package_from_header` of src/parsehdr.c does it.
    private static func changes(_ file: RPMFile) -> [Change] {
        let header = file.header
        guard let times = header[.changeLogTime]?.numbers, let names = header[.changeLogName]?.texts,
            let texts = header[.changeLogText]?.texts
        else { return [] }
        // Newest last, as createrepo_c's list has it at its head.
        var changes: [Change] = []
        var lastTime: Int64 = 0
        for index in 0..<min(times.count, names.count, texts.count, changeLimit) {
            let time = Int64(truncatingIfNeeded: times[index])
            var author = names[index]
            while author.count > 1, author.last == UInt8(ascii: " ") { author.removeLast() }
            if time == lastTime {
                var taken = time
                for place in changes.indices.reversed() {
                    guard changes[place].time == taken else { break }
                    changes[place].time += 1
                    taken += 1
                }
            } else {
                lastTime = time
            }
            changes.append(Change(time: time, author: author, text: texts[index]))
        }
        return changes.reversed()
    }
}
