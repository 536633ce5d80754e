import Diagnostics
import LinuxIO
import RPMFormat

/// One `file` element of a record.
enum PackageFile {
    /// Whether primary lists a path; `cr_is_primary` of createrepo_c's src/misc.h.
    ///
    /// Clients that look for a package by such a path needn't fetch filelists.
    static func isPrimary(_ path: [UInt8]) -> Bool {
        if path.starts(with: "/etc/".utf8) || path.elementsEqual("/usr/lib/sendmail".utf8) { return true }
        guard path.count >= 4 else { return false }
        return (0...path.count - 4).contains { place in
            path[place] == UInt8(ascii: "b") && path[place + 1] == UInt8(ascii: "i")
                && path[place + 2] == UInt8(ascii: "n") && path[place + 3] == UInt8(ascii: "/")
        }
    }

    /// Writes the elements of a package's paths.
    ///
    /// - Parameters:
    ///   - files: The paths, in the header's order.
    ///   - indent: Blanks before each.
    ///   - isPrimary: Whether only those that primary lists are wanted.
    static func write(
        _ files: [RPMFileRecord], to xml: inout XMLWriter, indent: Int, primary: Bool
    ) throws(Failure) {
        for file in files {
            let path = Array(file.path.utf8)
            if primary, !isPrimary(path) { continue }
            xml.begin(indent, "file")
            if file.kind == .directory {
                xml.put(" type=\"dir\"")
            } else if file.flags.contains(.ghost) {
                xml.put(" type=\"ghost\"")
            }
            xml.close("file", try XMLText(path, "the path \(PathText.display(file.path))").bytes)
        }
    }
}
