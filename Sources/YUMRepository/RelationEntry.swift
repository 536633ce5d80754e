import ByteIO
import Diagnostics
import RPMFormat

/// One `rpm:entry` of a primary record; `cr_package_from_header` of createrepo_c's src/parsehdr.c.
struct RelationEntry {
    /// The package or capability.
    var name: [UInt8]
    /// `LT`, `LE`, `EQ`, `GE`, `GT`; nil where any version will do.
    var comparison: StaticString?
    /// Epoch, version and release, each maybe empty; nil where the relation has none.
    var version: (epoch: [UInt8], version: [UInt8], release: [UInt8])?
    /// Whether it must be there before the package is installed.
    var isPrerequisite = false

    /// `cr_flag_to_str` of src/misc.c.
    static func comparison(_ flags: UInt32) -> StaticString? {
        switch flags & 0xF {
        case 2: "LT"
        case 4: "GT"
        case 8: "EQ"
        case 10: "LE"
        case 12: "GE"
        default: nil
        }
    }

    /// Takes a relation of a header.
    ///
    /// - Returns: nil where there is no name, and for an epoch that is no number, as createrepo_c leaves those out.
    init?(name: [UInt8], version: [UInt8], flags: UInt32) {
        guard !name.isEmpty else { return nil }
        self.name = name
        comparison = Self.comparison(flags)
        guard !version.isEmpty else { return }
        var rest = version[...]
        var epoch = Array("0".utf8)
        if let colon = version.firstIndex(of: UInt8(ascii: ":")) {
            let digits = version[..<colon]
            guard digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
            if !digits.isEmpty { epoch = Array(digits) }
            rest = version[(colon + 1)...]
        }
        // The first dash; rpm's own versions and releases have none.
        let dash = rest.firstIndex(of: UInt8(ascii: "-"))
        let release = dash.map { Array(rest[($0 + 1)...]) } ?? []
        self.version = (epoch, Array(rest[..<(dash ?? rest.endIndex)]), release)
    }

    /// Writes it.
    func write(to xml: inout XMLWriter) throws(Failure) {
        xml.begin(6, "rpm:entry")
        xml.attribute("name", try XMLText(name, "the name of a relation").bytes)
        if let comparison {
            comparison.withUTF8Buffer { xml.attribute("flags", $0) }
            if let version {
                xml.attribute("epoch", version.epoch)
                if !version.version.isEmpty {
                    xml.attribute("ver", try XMLText(version.version, "the version of a relation").bytes)
                }
                if !version.release.isEmpty {
                    xml.attribute("rel", try XMLText(version.release, "the release of a relation").bytes)
                }
            }
        }
        if isPrerequisite { xml.put(" pre=\"1\"") }
        xml.close()
    }
}
