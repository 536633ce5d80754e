/// Rules that files of every kind share.
extension TextRule {
    /// One line without control characters.
    package static let line = TextRule(pattern: #"[^\x00-\x1f\x7f]+"#, expected: "one line of text", takesNumbers: true)
    /// One line that may be empty.
    package static let value = TextRule(
        pattern: #"[^\x00-\x1f\x7f]*"#, expected: "one line of text", takesNumbers: true)
    /// Lines without control characters.
    package static let paragraphs = TextRule(
        pattern: #"[^\x00-\x09\x0b-\x1f\x7f]+"#, expected: "text without tabs and control characters",
        takesNumbers: true)
    package static let productName = TextRule(
        pattern: "[a-z][a-z0-9.-]{0,62}[a-z0-9]",
        expected: "a name of 2 to 64 lower-case letters, digits, - and ., first a letter, last no - or .")
    package static let maintainer = TextRule(
        pattern: #"[^<>\x00-\x1f\x7f]*[^<>\x00-\x20\x7f] <[^<>@\s]+@[^<>@\s]+>"#,
        expected: "a name and an address, as in Support <support@example.com>")
    package static let url = TextRule(pattern: #"https?://[^\s/]+(/[^\s]*)?"#, expected: "an http or https URL")
    package static let packageName = TextRule(
        pattern: "[a-z0-9][a-z0-9+.-]{1,63}",
        expected: "a package name of 2 to 64 lower-case letters, digits, +, - and .")
    package static let absolutePath = TextRule(
        pattern: #"(/(?!\.\.?(/|$))[A-Za-z0-9._+-]+){2,}"#,
        expected: "an absolute path of letters, digits and ._+-, at least two levels deep, without . or ..",
        explain: pathProblem)
    /// A path below the file's directory, or below another one.
    package static let relativePath = TextRule(
        pattern: #"(?!\.\.?/?$)(?!/)(?!\.\.?/)(?!.*/\.\.?(/|$))(?!.*//)[^\x00-\x1f\x7f]+"#,
        expected: "a relative path without . or ..", explain: relativeProblem)
    /// The same for what can't be a directory.
    package static let filePath = TextRule(
        pattern: "(?!.*/$)" + relativePath.pattern, expected: "a file's relative path without . or ..",
        explain: relativeProblem)
    package static let size = TextRule(
        pattern: "[0-9]+(\\.[0-9]+)? ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)",
        expected: "a size with its unit: B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024)")
    package static let system = TextRule(
        pattern: "[a-z][a-z0-9._-]*( ?>= ?[0-9]+(\\.[0-9]+)*)?",
        expected: "a system's ID from os-release, or el, with an optional lowest version, as in debian>=10")

    private static let pathProblem: @Sendable (String) -> String? = { text in
        text.split(separator: "/").contains("..") ? ".. would lead out of it" : nil
    }

    /// Why a text is no relative path.
    package static let relativeProblem: @Sendable (String) -> String? = { text in
        text.hasPrefix("/") ? "it is absolute" : pathProblem(text)
    }
}
