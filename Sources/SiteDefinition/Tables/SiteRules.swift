import DefinitionFiles

/// The grammars of what becomes a path, a URL or a field of an index.
extension TextRule {
    private static let host = #"([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])"#

    /// The URL below which everything lies.
    static let siteURL = TextRule(
        pattern: "https?://\(host)(:[0-9]{1,5})?(/(?!\\.\\.?(/|$))[A-Za-z0-9._~-]+)*",
        expected: "an https URL without a slash at its end, as in https://dist.example.com",
        explain: { text in
            if text.hasSuffix("/") { return "leave out the slash at its end" }
            if text.contains("@") { return "a name and password have no place in it" }
            if text.contains("?") || text.contains("#") { return "clients append paths to it" }
            return text.contains(where: \.isUppercase) ? "its host is written in lower case" : nil
        })
    /// The site's directory, which may be anywhere.
    static let directory = TextRule(
        pattern: #"/?([^/\x00-\x1f\x7f]+/)*[^/\x00-\x1f\x7f]+"#,
        expected: "a directory's path without a slash at its end")
    /// A path below the site's URL.
    static let prefix = TextRule(
        pattern: #"(?!\.)[a-z0-9._-]+(/(?!\.)[a-z0-9._-]+)*"#,
        expected: "words of lower-case letters, digits and ._- with slashes between them, as in downloads/linux",
        explain: { text in
            if text.hasPrefix("/") || text.hasSuffix("/") { return "slashes stand between words alone" }
            return text.contains(where: \.isUppercase) ? "no capital letters: URLs tell them apart" : nil
        })
    /// `Origin` and `Label`: apt_preferences(5) separates them by commas, unattended-upgrades by colons.
    static let releaseName = TextRule(
        pattern: #"[^\x00-\x20\x7f,:]([^\x00-\x1f\x7f,:]*[^\x00-\x20\x7f,:])?"#,
        expected: "one line without commas and colons", takesNumbers: true,
        explain: { text in
            text.contains(",") || text.contains(":") ? "pins of apt and unattended-upgrades couldn't name it" : nil
        })
    /// A codename of a distribution, which becomes a directory.
    static let codename = TextRule(
        pattern: "[a-z][a-z0-9]*(-[a-z0-9]+)*",
        expected: "a codename of lower-case letters, digits and -, as in bookworm")
    static let component = TextRule(
        pattern: "[a-z][a-z0-9]*(-[a-z0-9]+)*", expected: "a component of lower-case letters, digits and -, as in main")
    static let channel = TextRule(
        pattern: "[a-z](?!.*--)[a-z0-9-]{0,30}[a-z0-9]",
        expected: "a name of 2 to 32 lower-case letters, digits and -, as in stable")
    /// A file's name in a URL.
    static let keyFileName = TextRule(
        pattern: #"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.(gpg|asc)"#,
        expected: "a file name that ends in .gpg or .asc, as in apt-sign.gpg",
        explain: { text in text.contains("/") ? "the directory is that of \"prefix\"" : nil })
    /// A public key's file; its last part becomes a URL.
    static let keyPath = TextRule(
        pattern: #"([A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.asc"#,
        expected: "the relative path of an armored public key, as in keys/rpm-sign.asc",
        explain: { text in
            if text.hasPrefix("/") { return "it is absolute" }
            if text.contains("..") { return ".. would lead out of it" }
            return text.hasSuffix(".asc") ? "its name becomes a URL: letters, digits, ., _ and -" : "it ends in .asc"
        })
    /// Where clients keep the key; sources.list(5) tells binary from armored by the ending.
    static let keyring = TextRule(
        pattern: #"/(usr/share|etc/apt)/keyrings/[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*\.gpg"#,
        expected: "a file of /usr/share/keyrings or /etc/apt/keyrings that ends in .gpg",
        explain: { text in
            text.hasSuffix(".asc") ? "the documented command makes a binary key, for which apt wants .gpg" : nil
        })
    /// A file below `/etc/apt/sources.list.d` without its ending: sources.list(5).
    static let listName = TextRule(
        pattern: "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}",
        expected: "a file name of at most 64 letters, digits and _.-, without its ending")
    /// An id of a repository: dnf's `_REPOID_CHARS` (dnf/base.py) and libdnf's `REPOID_CHARS`, without the colon.
    static let repositoryID = TextRule(
        pattern: "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", expected: "an id of at most 64 letters, digits and _.-")
    /// A fingerprint, RFC 9580 section 5.5.4: of version 4.
    static let fingerprint = TextRule(
        pattern: "[0-9A-Fa-f]{4}( {0,2}[0-9A-Fa-f]{4}){9}",
        expected: "a fingerprint of 40 hexadecimal digits", takesNumbers: true,
        explain: { text in
            let count = text.count { $0 != " " }
            if text.hasPrefix("0x") { return "without 0x" }
            if [8, 16].contains(count) { return "shorter names of keys can be forged" }
            return count == 64 ? "keys of version 6 are read by no client of today" : nil
        })
    /// What a command of the landing page deletes, so nothing that others have their files in.
    static let stateDirectory = TextRule(
        pattern: #"(/(?!\.\.?(/|$))[A-Za-z0-9._+-]+){3,}"#,
        expected: "an absolute path of letters, digits and ._+-, at least three levels deep, without . or ..")
    /// A span of time that people plan in.
    static let period = TextRule(
        pattern: "[0-9]+ ?(m|h|d)", expected: "a duration with its unit: m, h or d, as in 14d")
    /// The name of a package for each product.
    static let releasePackage = TextRule(
        pattern: "[a-z0-9*][a-z0-9+.*-]{0,63}",
        expected: "a package name of lower-case letters, digits, +, - and ., with * for the product's name")
    /// A version of a package that has nothing but one.
    static let plainVersion = TextRule(
        pattern: #"[0-9]+(\.[0-9]+)*"#, expected: "numbers with dots between them, as in 2026.1", takesNumbers: true)
}
