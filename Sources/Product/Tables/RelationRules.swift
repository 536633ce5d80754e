import DefinitionFiles

/// How packages are named in relations, by the rules of each format.
///
/// Debian: deb-control(5) and dpkg's lib/dpkg/fields.c, `f_dependency`. RPM: build/parseReqs.cc, `parseRCPOT`.
extension TextRule {
    private static let debName = "[a-z0-9][a-z0-9+.-]+"
    private static let debVersion = "([0-9]+:)?[0-9][A-Za-z0-9.+~-]*"
    private static let debTerm = debName + "(:[a-z0-9-]+)?( ?\\((<<|<=|=|>=|>>) ?\(debVersion)\\))?"

    /// One relation of a control file, with alternatives.
    static let debAlternatives = TextRule(
        pattern: "\(debTerm)( ?\\| ?\(debTerm))*", expected: "a relation such as libc6 (>= 2.17) or a | b",
        explain: { debProblem($0) })
    /// One relation without alternatives: dpkg refuses them outside of the fields that ask for something.
    static let debRelation = TextRule(
        pattern: debTerm, expected: "a relation such as libc6 or libc6 (<< 2.17)",
        explain: { $0.contains("|") ? "alternatives have no meaning here" : debProblem($0) })
    /// What a package answers to: dpkg takes only exact versions.
    static let debProvision = TextRule(
        pattern: debName + "( ?\\(= ?\(debVersion)\\))?",
        expected: "a name, or a name with an exact version: a (= 2.0)",
        explain: { text in
            if text.contains("|") { return "alternatives have no meaning here" }
            return ["<", ">"].contains { text.contains($0) } ? "only = has a meaning here" : debProblem(text)
        })
    /// A source package with its version.
    static let debSource = TextRule(
        pattern: debName + " ?\\(= ?\(debVersion)\\)",
        expected: "a source package with its exact version, as in openssl (= 3.0.15-1)",
        explain: { $0.contains("(") ? debProblem($0) : "the version is missing" })
    /// A line of deb-triggers(5).
    static let debTrigger = TextRule(
        pattern: #"(interest|interest-noawait|activate|activate-noawait) [\x21-\x7e]+"#,
        expected: "interest, interest-noawait, activate or activate-noawait and a trigger's name",
        explain: { text in
            text.hasPrefix("interest-await ") || text.hasPrefix("activate-await ")
                ? "dpkg before 1.17.21 doesn't know it; without -await it means the same" : nil
        })
    /// Sections of Debian's archive; dpkg takes any word, lintian and archives don't.
    static let debSection = TextRule(
        pattern: "((contrib|non-free|non-free-firmware)/)?(\(debSections))",
        expected: "a section of Debian's archive such as admin, net or non-free/utils")
    private static let debSections =
        "admin|cli-mono|comm|database|debug|devel|doc|editors|education|electronics|embedded|fonts|games|gnome|gnu-r|"
        + "gnustep|graphics|hamradio|haskell|httpd|interpreters|introspection|java|javascript|kde|kernel|libdevel|libs|"
        + "lisp|localization|mail|math|metapackages|misc|net|news|ocaml|oldlibs|otherosfs|perl|php|python|ruby|rust|"
        + "science|shells|sound|tasks|tex|text|utils|vcs|video|web|x11|xfce|zope"

    private static func debProblem(_ text: String) -> String? {
        if text.contains(",") { return "each relation is an item of its own" }
        if text.contains("[") { return "only source packages name architectures" }
        if text.contains(where: \.isUppercase), !text.contains("(") { return "package names have no capital letters" }
        if text.contains("(< ") || text.contains("(> ") { return "< and > are called <<, <=, >= or >>" }
        let hasOperator = ["<", ">", "="].contains { text.contains($0) }
        return hasOperator && !text.contains("(") ? "the version stands in parentheses" : nil
    }

    private static let rpmVersion = "([0-9]+:)?[A-Za-z0-9][A-Za-z0-9._+~]*(-[A-Za-z0-9._+~]+)?"
    private static let rpmName = "[A-Za-z0-9_][A-Za-z0-9_.+:()/~-]*"

    /// One relation of an RPM header.
    static let rpmRelation = TextRule(
        pattern: "(?!rpmlib\\()(\(rpmName)( (<|<=|=|>=|>) \(rpmVersion))?|/[^ \\x00-\\x1f\\x7f]+)",
        expected: "a relation such as glibc or glibc >= 2.17",
        explain: { text in
            if text.hasPrefix("rpmlib(") { return "what rpm itself must know is found out by agentpack" }
            if text.hasPrefix("(") { return "rpm before 4.13 knows no rich dependencies" }
            if text.hasPrefix("/") { return "a file's name has no version" }
            if text.contains(",") { return "each relation is an item of its own" }
            if text.contains("^") { return "rpm before 4.15 knows no ^ in versions" }
            return ["<", ">", "="].contains { text.contains($0) }
                ? "name, operator and version stand apart, and the operator is one of <, <=, =, >=, >" : nil
        })

    /// cap_from_text(3): lists of capabilities, each with an operator and flags.
    static let capabilities = TextRule(
        pattern: "\(capabilityClause)( \(capabilityClause))*",
        expected: "capabilities with their flags, as in cap_net_raw=ep or cap_net_admin,cap_net_raw+ep")
    private static let capabilityClause = "(all|cap_[a-z_]+(,cap_[a-z_]+)*)[=+][eip]{1,3}"
}
