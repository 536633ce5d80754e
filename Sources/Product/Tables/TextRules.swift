import DefinitionFiles

extension TextRule {
    /// An SPDX expression without parentheses.
    static let license = TextRule(
        pattern: #"[A-Za-z0-9][A-Za-z0-9.-]*\+?( (AND|OR|WITH) [A-Za-z0-9][A-Za-z0-9.-]*\+?)*"#,
        expected: "an SPDX identifier such as Apache-2.0, several joined by AND, OR or WITH, or LicenseRef- and a name")
    static let version = TextRule(
        pattern: #"[0-9]+(\.[0-9]+)*([~+][A-Za-z]+0*[1-9][0-9]*(\.[0-9]+)*)*([~+][A-Za-z]+|-rc0*[1-9][0-9]*)?"#,
        expected: "a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57", takesNumbers: true,
        explain: versionProblem)
    static let fileName = TextRule(
        pattern: "[A-Za-z][A-Za-z0-9_-]{0,63}",
        expected: "a file name of at most 64 letters, digits, _ and -, first a letter")
    static let account = TextRule(
        pattern: "[a-z_][a-z0-9_-]{0,31}", expected: "the name of an account or group, such as root")
    /// A path in the product; `.` for its top.
    static let destination = TextRule(
        pattern: #"(\.|\./|(?!\.\.?/?$)(?!/)(?!\.\.?/)(?!.*/\.\.?(/|$))(?!.*//)[^\x00-\x1f\x7f]+)"#,
        expected: "a path below the product's root without .., or . for the root itself", explain: relativeProblem)
    static let linkTarget = TextRule(pattern: #"[^\x00-\x1f\x7f]+"#, expected: "a path")
    static let glob = TextRule(
        pattern: #"(?!/)(?!\.\.?(/|$))(?!.*/\.\.?(/|$))(?!.*//)(?!.*/$)[^\x00-\x1f\x7f]+"#,
        expected: "a relative pattern with * ? [a-z] or **", explain: relativeProblem)
    /// A shared library's name, maybe with wildcards.
    static let libraryPattern = TextRule(
        pattern: #"[^/\x00-\x20\x7f]+"#, expected: "a library's name such as libz.so.1, without its directory")
    static let mode = TextRule(
        pattern: "0?[0-7]{3,4}", expected: "an octal mode such as 0644", takesNumbers: true)
    static let disk = TextRule(
        pattern: "auto|" + size.pattern, expected: "auto, or " + size.expected)
    static let duration = TextRule(
        pattern: "[0-9]+ ?(s|m|h)", expected: "a duration with its unit: s, m or h, as in 30s")
    static let settingID = TextRule(
        pattern: "[a-z][a-z0-9_]{0,63}", expected: "a name of lower-case letters, digits and _, first a letter")
    static let reach = TextRule(
        pattern: #"https?://[^\s/@]+/?|@[a-z][a-z0-9_]*"#,
        expected: "https://host:port, or @ and the id of a setting that holds a URL",
        explain: { text in
            text.contains("@") && !text.hasPrefix("@") ? "a name and password have no place in a manifest" : nil
        })
    static let variableName = TextRule(
        pattern: "[A-Za-z_][A-Za-z0-9_]*", expected: "the name of an environment variable")

    private static let versionProblem: @Sendable (String) -> String? = { text in
        if text.first == "v" || text.first == "V", version.matches(String(text.dropFirst())) {
            return "leave out the \(text.prefix(1))"
        }
        if text.first?.isNumber != true { return "it starts with a digit" }
        let allowed = TextRule(pattern: "[A-Za-z0-9.+~-]", expected: "")
        if let bad = text.first(where: { !allowed.matches(String($0)) }) {
            return "dpkg knows no \(DefinitionNode.quoted(String(bad))) in versions" + instead(of: text)
        }
        if let dash = text.firstIndex(of: "-"), !text[dash...].hasPrefix("-rc") {
            return "a - stands in -rcN alone; the build of a version is \"release\"" + instead(of: text)
        }
        return "dpkg and rpm would order it differently among other versions: after the numbers, ~ or + must be "
            + "followed by letters, and letters by nothing or a number that is not 0" + instead(of: text)
    }

    /// A version that is allowed and says nearly the same, as the end of a sentence.
    private static func instead(of text: String) -> String {
        let plain = String(text.map { "_- ".contains($0) ? "+" : $0 })
        let tries = ["b", "build"].map { letter in
            String(
                plain.enumerated().flatMap { index, character -> [Character] in
                    let next = plain.dropFirst(index + 1).first
                    return character == "+" && next?.isNumber == true ? ["+"] + Array(letter) : [character]
                })
        }
        return tries.first(where: version.matches).map { "; \($0) would do" } ?? ""
    }
}
