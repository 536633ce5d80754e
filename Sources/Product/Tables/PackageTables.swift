import DefinitionFiles

extension ManifestTables {
    static let package = KeyTable(
        name: "package", doc: "One entry of `packages`.",
        keys: [
            .init(
                name: "name", type: .text(.packageName), isRequired: true,
                doc: "The package's name in native formats.", example: "my-agent"),
            .init(
                name: "version", type: .text(.version),
                doc: "Its version, in the form of the product's. A runtime that changes less often than the agent has "
                    + "one of its own.",
                fallback: "the product's", example: "17.0.13"),
            .init(
                name: "release", type: .integer(1...999_999), doc: "The build of its version.",
                fallback: "the product's, or 1 beside a `version` of its own", example: "1"),
            .init(
                name: "description", type: .text(.line),
                doc: "One line on what is in it, as the product's `description`.",
                fallback: "the product's", example: "Runtime of My Agent"),
            .init(
                name: "details", type: .text(.paragraphs),
                doc: "More on it, for the long description of native packages; an empty line ends a paragraph.",
                fallback: "no more than the one line", example: "Java runtime, cut down to what My Agent needs."),
            .init(
                name: "depends", type: .list(.text(.packageName), minimum: 0),
                doc: "Packages that must be there too, in every native format. One of the same product means at least "
                    + "the version that was built beside it.",
                fallback: "none", example: "[my-agent-jre]"),
            .init(
                name: "contents", type: .list(.mapping(content), minimum: 1), isRequired: true,
                doc: "The files, directories and links in it.", example: "[{ source: agent/, to: . }]"),
            .init(
                name: "deb", type: .mapping(deb), doc: "What is said to Debian's package managers alone.",
                fallback: "nothing", example: "{ section: net, depends: [\"libc6 (>= 2.17)\"] }"),
            .init(
                name: "rpm", type: .mapping(rpm), doc: "What is said to rpm alone.", fallback: "nothing",
                example: "{ requires: [glibc >= 2.17] }"),
            .init(
                name: "scripts", type: .mapping(scripts),
                doc: "What native packages run beside their own steps; a self-extracting installer runs none of it.",
                fallback: "nothing", example: "{ after_install: packaging/after-install.sh }"),
        ])

    static let content = KeyTable(
        name: "contents entry",
        doc: "One entry of `contents`. Exactly one of `source`, `glob`, `archive`, `link` and `directory` says what "
            + "it is; `to` says where it goes.",
        keys: [
            .init(
                name: "source", type: .text(.relativePath),
                doc: "A file, or a directory whose content goes below `to`. Relative to the manifest's directory; "
                    + "with a slash at the end it must be a directory.",
                example: "agent/"),
            .init(
                name: "glob", type: .text(.glob),
                doc: "Files that match: `*` and `?` within a name, `[a-z]` sets, `**` for any number of directories. "
                    + "They keep their path below the part before the first wildcard. In quotes when it starts with "
                    + "`*`. Matching nothing is an error.",
                example: "lib/*.jar"),
            .init(
                name: "archive", type: .text(.filePath),
                doc: "A tar (plain, gzip, xz, bzip2 or zstd) or zip file whose content goes below `to`.",
                example: "downloads/jre-linux-x64.tar.gz"),
            .init(
                name: "link", type: .text(.linkTarget), doc: "The target of a symbolic link at `to`.",
                example: "../lib/libagent.so.2"),
            .init(
                name: "directory", type: .boolean, doc: "`true`: an empty directory at `to`.", example: "true"),
            .init(
                name: "to", type: .text(.destination),
                doc: "The path below the product's root. A single file keeps its name below it when it is `.` or ends "
                    + "in a slash. `versions`, `current`, `uninstall`, `start-agent`, `bin/start-agent` and the config "
                    + "tool's name are reserved. Required for `link` and `directory`.",
                fallback: "`.`", example: "lib/"),
            .init(
                name: "strip_components", type: .integer(0...64),
                doc: "How many leading directories of an archive's paths are left out.", fallback: "0", example: "1"),
            .init(
                name: "exclude", type: .list(.text(.glob), minimum: 0),
                doc: "Patterns of what is left out. One without a slash matches names at any depth, one with a slash "
                    + "paths below the source.",
                fallback: "none", example: "[\"*.map\", \"tests/**\"]"),
            .init(
                name: "owner", type: .text(.account),
                doc:
                    "The owner of everything in the entry. Native packages can only be installed where the account is, "
                    + "or where `scripts.before_install` makes it; so with `group`.",
                fallback: "`root`", example: "root"),
            .init(
                name: "group", type: .text(.account), doc: "The group of everything in the entry.", fallback: "`root`",
                example: "root"),
            .init(
                name: "mode", type: .text(.mode),
                doc: "The mode of files, octal; of the directory itself for `directory`.",
                fallback: "0755 for what its owner may execute, else 0644; 0755 for directories", example: "0644"),
            .init(
                name: "dir_mode", type: .text(.mode), doc: "The mode of directories, octal.", fallback: "0755",
                example: "0750"),
            .init(
                name: "config", type: .boolean,
                doc: "Whether administrators may change the files of the entry: a conffile in a DEB, "
                    + "`%config(noreplace)` in an RPM, so that upgrades keep what was changed. A self-extracting "
                    + "installer puts each version in a directory of its own and keeps no such change: what "
                    + "administrators set belongs in `configuration` or below `paths.state`.",
                fallback: "false", example: "true"),
            .init(
                name: "doc", type: .boolean,
                doc: "Whether the files are documentation: `%doc` in an RPM, which an installation without "
                    + "documentation leaves out. Other formats make no difference.",
                fallback: "false", example: "true"),
            .init(
                name: "capabilities", type: .text(.capabilities),
                doc: "Capabilities of the executables of the entry, in the words of cap_from_text(3): kept in the "
                    + "header of an RPM, set after unpacking by a DEB where setcap(8) is installed. A self-extracting "
                    + "installer sets none.",
                fallback: "none", example: "cap_net_raw=ep"),
        ],
        exactlyOneOf: ["source", "glob", "archive", "link", "directory"])
}
