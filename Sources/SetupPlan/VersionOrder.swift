/// The order of versions: rpm's.
///
/// Every format compares versions with its own package manager; the form that a manifest's version must have (see
/// `isPortable`) is one for which dpkg's order is the same, so an upgrade is an upgrade everywhere.
public enum VersionOrder {
    /// Compares two versions as `rpmvercmp` does (rpm, rpmio/rpmvercmp.cc).
    ///
    /// Digits and letters are compared in runs, other characters only separate them; a run of digits is newer than
    /// one of letters; `~` is older than the end of the text, `^` newer than the end and older than anything else.
    ///
    /// - Parameters:
    ///   - left: A version.
    ///   - right: A version.
    /// - Returns: -1, 0 or 1: `left` is older, as old, or newer.
    public static func compare(_ left: String, _ right: String) -> Int {
        var one = Array(left.utf8)[...]
        var two = Array(right.utf8)[...]
        while !one.isEmpty || !two.isEmpty {
            one = one.drop(while: isSeparator)
            two = two.drop(while: isSeparator)
            if one.first == tilde || two.first == tilde {
                guard one.first == tilde else { return 1 }
                guard two.first == tilde else { return -1 }
                one = one.dropFirst()
                two = two.dropFirst()
                continue
            }
            if one.first == caret || two.first == caret {
                guard let head = one.first else { return -1 }
                guard let other = two.first else { return 1 }
                guard head == caret else { return 1 }
                guard other == caret else { return -1 }
                one = one.dropFirst()
                two = two.dropFirst()
                continue
            }
            guard let head = one.first, !two.isEmpty else { break }
            let isNumber = isDigit(head)
            let kind = isNumber ? isDigit : isLetter
            let run = one.prefix(while: kind)
            let other = two.prefix(while: kind)
            // Runs of different kinds: digits are newer.
            if other.isEmpty { return isNumber ? 1 : -1 }
            let order = isNumber ? compareNumbers(run, other) : compareBytes(run, other)
            if order != 0 { return order }
            one = one.dropFirst(run.count)
            two = two.dropFirst(other.count)
        }
        return one.isEmpty ? (two.isEmpty ? 0 : -1) : 1
    }

    /// Compares versions with their releases, `2.3.0-1`: the version decides, then the release.
    ///
    /// - Parameters:
    ///   - left: A version, `-`, a release.
    ///   - right: Another one.
    /// - Returns: -1, 0 or 1: `left` is older, as old, or newer.
    public static func compareFull(_ left: String, _ right: String) -> Int {
        let (leftVersion, leftRelease) = split(left)
        let (rightVersion, rightRelease) = split(right)
        let order = compare(leftVersion, rightVersion)
        return order != 0 ? order : compare(leftRelease, rightRelease)
    }

    /// Whether dpkg and rpm put the version at the same place among all others of this form.
    ///
    /// The form: numbers joined by `.`, then any number of parts, each `~` or `+`, letters, and numbers joined by
    /// `.`, the first of them not zero; the last part may end with its letters. Outside it the two differ: `1.0+2` is
    /// newer than `1.0.1` for rpm and older for dpkg; `1.0a` and `1.0.a` are one version for rpm and two for dpkg,
    /// `1.0~rc` and `1.0~rc0` two for rpm and one for dpkg.
    ///
    /// - Parameter version: A version without its release.
    /// - Returns: Whether it has the form.
    public static func isPortable(_ version: String) -> Bool {
        var rest = Array(version.utf8)[...]
        guard takeNumbers(&rest) else { return false }
        while let mark = rest.first {
            guard mark == tilde || mark == UInt8(ascii: "+") else { return false }
            rest = rest.dropFirst()
            let letters = rest.prefix(while: isLetter)
            guard !letters.isEmpty else { return false }
            rest = rest.dropFirst(letters.count)
            if rest.isEmpty { return true }
            guard rest.prefix(while: isDigit).contains(where: { $0 != UInt8(ascii: "0") }) else { return false }
            guard takeNumbers(&rest) else { return false }
        }
        return true
    }

    private static let tilde = UInt8(ascii: "~")
    private static let caret = UInt8(ascii: "^")

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        !isDigit(byte) && !isLetter(byte) && byte != tilde && byte != caret
    }

    private static func split(_ full: String) -> (version: String, release: String) {
        guard let dash = full.lastIndex(of: "-") else { return (full, "") }
        return (String(full[..<dash]), String(full[full.index(after: dash)...]))
    }

    /// Numbers of any length: without leading zeros the longer one is greater.
    private static func compareNumbers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let one = left.drop { $0 == UInt8(ascii: "0") }
        let two = right.drop { $0 == UInt8(ascii: "0") }
        if one.count != two.count { return one.count < two.count ? -1 : 1 }
        return compareBytes(one, two)
    }

    private static func compareBytes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    /// Takes `1.2.3` from the front.
    private static func takeNumbers(_ rest: inout ArraySlice<UInt8>) -> Bool {
        while true {
            let digits = rest.prefix(while: isDigit)
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(digits.count)
            guard rest.first == UInt8(ascii: ".") else { return true }
            rest = rest.dropFirst()
        }
    }
}
