import DefinitionFiles

extension ManifestTables {
    /// The kinds of settings.
    static let kinds = ["text", "bool", "integer", "port", "host", "url", "path", "choice"]

    static let setting = KeyTable(
        name: "setting",
        doc: "One entry of `settings`. Its option is `--` and the id with `-` for `_`, its environment variable the "
            + "product's name and the id in upper case joined by `_`, its line in an answers file `id=value`. A secret "
            + "is never taken from a command line: `--<id>-file` names a file that holds it.",
        keys: [
            .init(
                name: "id", type: .text(.settingID), isRequired: true,
                doc: "The name. The runtime gives a meaning to `proxy_pac_url`, `proxy_host`, `proxy_port`, "
                    + "`proxy_user`, `proxy_password`, `no_proxy`, `ca_file` and `auto_update`.",
                example: "token"),
            .init(
                name: "prompt", type: .text(.line), isRequired: true, doc: "The question, without a final colon.",
                example: "Installation token"),
            .init(
                name: "help", type: .text(.line), doc: "One or two sentences for `--help` and for `?` at the prompt.",
                example: "You find it in the server's Add Agent dialog."),
            .init(
                name: "kind", type: .word(kinds),
                doc:
                    "What values it takes. `text` is any line, `bool` yes or no, `integer` a whole number, `port` 1 to "
                    + "65535, `host` a host name or an IP address, `url` http or https, `path` an absolute path, "
                    + "`choice` one of `choices`.",
                fallback: "`text`", example: "text"),
            .init(
                name: "secret", type: .boolean,
                doc: "Whether the value is never shown, logged or taken from a command "
                    + "line.",
                fallback: "false", example: "true"),
            .init(
                name: "required", type: .boolean,
                doc: "Whether an installation can't go on without it; in a group, whether that alternative can't.",
                fallback: "false", example: "true"),
            .init(
                name: "ask", type: .boolean,
                doc: "Whether a person is asked. Otherwise only option, variable or answers file change it.",
                fallback: "true", example: "false"),
            .init(
                name: "default", type: .text(.value), doc: "The value without an answer; never for a secret.",
                fallback: "none", example: "https://server.example.com"),
            .init(
                name: "min", type: .integer(Int64.min...Int64.max), doc: "The lowest value of an `integer`.",
                fallback: "no bound", example: "1"),
            .init(
                name: "max", type: .integer(Int64.min...Int64.max), doc: "The highest value of an `integer`.",
                fallback: "no bound", example: "3600"),
            .init(
                name: "choices", type: .list(.text(.line), minimum: 1), doc: "The words of a `choice`.",
                example: "[low, medium, high]"),
            .init(
                name: "pattern", type: .text(.line),
                doc: "A POSIX extended regular expression that the whole value must match.", fallback: "none",
                example: "\"[A-Za-z0-9-]{8,}\""),
            .init(
                name: "pattern_hint", type: .text(.line), doc: "What to say when it does not; needs `pattern`.",
                fallback: "the pattern is shown", example: "at least 8 letters, digits or dashes"),
            .init(
                name: "when", type: .mapping(condition),
                doc: "Asked and stored only when an earlier setting has a value.", fallback: "always",
                example: "{ setting: auto_update, is: true }"),
            .init(
                name: "file_key", type: .text(.line),
                doc: "The key in the configuration file; needs `configuration`.", fallback: "not stored there",
                example: "agent.token"),
            .init(
                name: "formats", type: .list(.word(["bin", "deb", "rpm", "msi"]), minimum: 1),
                doc: "The formats whose installation asks for it.", fallback: "all", example: "[bin, msi]"),
        ])

    static let condition = KeyTable(
        name: "condition", doc: "A value that another setting must have.",
        keys: [
            .init(
                name: "setting", type: .text(.settingID), isRequired: true,
                doc: "The id of a setting that stands earlier.", example: "auto_update"),
            .init(
                name: "is", type: .text(.value), isRequired: true, doc: "The value it must have.", example: "true"),
        ])

    static let group = KeyTable(
        name: "group",
        doc: "An entry of `settings` that keeps settings together, such as a proxy's. The settings themselves are "
            + "entries of the same list.",
        keys: [
            .init(
                name: "group", type: .text(.settingID), isRequired: true, doc: "The group's name.", example: "proxy"),
            .init(
                name: "prompt", type: .text(.line), isRequired: true, doc: "The question that offers the group.",
                example: "Use an HTTP proxy"),
            .init(
                name: "help", type: .text(.line), doc: "One or two sentences for help.",
                example: "The agent reaches its server through it."),
            .init(
                name: "optional", type: .boolean, doc: "Whether it can be left out altogether.", fallback: "false",
                example: "true"),
            .init(
                name: "one_of",
                type: .list(.listOrMapping(.list(.text(.settingID), minimum: 1), alternative), minimum: 1),
                isRequired: true,
                doc:
                    "The ways to answer, each a list of setting ids or a mapping with a label; values from two of them "
                    + "at once are an error.",
                example: "[[proxy_pac_url], [proxy_host, proxy_port, proxy_user, proxy_password]]"),
        ])

    static let alternative = KeyTable(
        name: "alternative", mention: "an alternative", doc: "One way to answer a group.",
        keys: [
            .init(
                name: "label", type: .text(.line), isRequired: true, doc: "What the choice is called.",
                example: "PAC URL"),
            .init(
                name: "settings", type: .list(.text(.settingID), minimum: 1), isRequired: true,
                doc: "The ids of its settings, in the order of the questions.", example: "[proxy_pac_url]"),
        ])
}
