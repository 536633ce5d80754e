public import Diagnostics
import LinuxIO
import RPMFormat

/// The strict grammar of what becomes part of a path: names, versions, releases and architectures.
///
/// Narrower than rpm's own (`rpmCharCheck` of its build/parsePreamble.cc): nothing in it has a meaning to a shell, a URL's
/// path or a file system, and no component begins with a dot or a dash.
public enum PackageFileName {
    /// The most bytes of a file's name; file systems take 255, staging and signatures add to it.
    public static let limit = 220

    /// The name of a package's file: `name-version-release.architecture.rpm`.
    ///
    /// - Parameter key: What the package says of itself.
    /// - Throws: `.failed` for a part outside the grammar.
    public static func name(of key: PackageKey) throws(Failure) -> String {
        try check(key)
        return "\(key.name)-\(key.version.version)-\(key.version.release ?? "").\(key.architecture).rpm"
    }

    /// Checks that a package can have a path.
    ///
    /// - Throws: `.failed` for a part outside the grammar.
    public static func check(_ key: PackageKey) throws(Failure) {
        try check(key.name, "name", "letters, digits and . _ + -, a letter or digit first") { byte in
            isAlphanumeric(byte) || Array("._+-".utf8).contains(byte)
        }
        for (part, what) in [(key.version.version, "version"), (key.version.release ?? "", "release")] {
            try check(part, what, "letters, digits and . _ + ~ ^, a letter or digit first") { byte in
                isAlphanumeric(byte) || Array("._+~^".utf8).contains(byte)
            }
        }
        try check(key.architecture, "architecture", "lower-case letters, digits and _") { byte in
            isAlphanumeric(byte) && !(0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
        }
        let size = [key.name, key.version.version, key.version.release ?? "", key.architecture].reduce(7) {
            $0 + $1.utf8.count
        }
        guard size <= limit else {
            throw Failure(.failed, "the file's name of a package would have \(size) bytes; at most \(limit) fit")
        }
    }

    private static func check(
        _ part: String, _ what: String, _ grammar: String, _ isAllowed: (UInt8) -> Bool
    ) throws(Failure) {
        guard let first = part.utf8.first, isAlphanumeric(first), part.utf8.allSatisfy(isAllowed) else {
            throw Failure(
                .failed,
                "“\(PathText.display(part))” can't be the \(what) of a published package: it must have \(grammar)")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
