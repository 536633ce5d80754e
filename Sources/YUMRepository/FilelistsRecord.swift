import Diagnostics
import Digests
import RPMFormat

/// The record of a package in `filelists.xml`: its paths.
enum FilelistsRecord {
    /// Writes it as `cr_xml_dump_filelists` of createrepo_c's src/xml_dump_filelists.c does.
    static func bytes(_ file: RPMFile, key: PackageKey, digest: SHA256Digest) throws(Failure) -> [UInt8] {
        var xml = XMLWriter(capacity: 256 + file.files.count * 64)
        xml.package(key, digest)
        try PackageFile.write(file.files, to: &xml, indent: 2, primary: false)
        xml.put("</package>\n")
        return xml.bytes
    }
}

extension XMLWriter {
    /// How records of `filelists.xml` and `other.xml` begin.
    mutating func package(_ key: PackageKey, _ digest: SHA256Digest) {
        put("<package")
        attribute("pkgid", digest.hex)
        attribute("name", key.name)
        attribute("arch", key.architecture)
        put(">\n")
        version(key)
    }
}
