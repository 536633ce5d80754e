import DefinitionFiles
import SetupPlan

/// The tables of a manifest, from the top down.
enum ManifestTables {
    static let vocabulary = Vocabulary(root: manifest, later: ["logs", "update", "channels"])

    static let manifest = KeyTable(
        name: "manifest", mention: "the manifest", doc: "The whole file.",
        keys: [
            .init(
                name: "name", type: .text(.productName), isRequired: true,
                doc: "The machine name of the product and of its service; the self-extracting installer is called "
                    + "`<name>.bin`. In upper case it starts the names of environment variables.",
                example: "my-agent"),
            .init(
                name: "title", type: .text(.line), doc: "The name for people.", fallback: "`name`",
                example: "My Agent"),
            .init(
                name: "version", type: .text(.version), isRequired: true,
                doc:
                    "The version, read as it is written: `2.10` is newer than `2.9`. `-rcN` at the end becomes `~rcN`, "
                    + "which every package manager sorts before the release. Numbers are joined by `.`; a part after "
                    + "`+` or `~` starts with letters. Other forms are refused, because dpkg and rpm order them "
                    + "differently. `--version` on the command line overrides it.",
                example: "2.3.0"),
            .init(
                name: "release", type: .integer(1...999_999),
                doc: "The build of that version. `--release` on the command line overrides it.", fallback: "1",
                example: "1"),
            .init(name: "vendor", type: .text(.line), isRequired: true, doc: "Who ships it.", example: "Example Ltd"),
            .init(
                name: "maintainer", type: .text(.maintainer), isRequired: true, doc: "Who answers for the packages.",
                example: "Example Support <support@example.com>"),
            .init(
                name: "description", type: .text(.line), isRequired: true,
                doc: "One line on what it does. Native packages show it without a full stop at its end; more than 80 "
                    + "bytes are too many for their lists and warn.",
                example: "Watches things and reports them."),
            .init(name: "homepage", type: .text(.url), doc: "Its web page.", example: "https://www.example.com"),
            .init(
                name: "license", type: .mapping(license), doc: "The licence: what it is called, what installing shows.",
                fallback: "no licence is shown", example: "{ file: EULA.txt, accept: required }"),
            .init(
                name: "architectures", type: .list(.word(Architecture.allCases.map(\.rawValue)), minimum: 1),
                doc: "The machines it is built for, under Debian's names.", fallback: "`[amd64]`", example: "[amd64]"),
            .init(
                name: "paths", type: .mapping(paths), doc: "Where it goes.", fallback: "paths made from `name`",
                example: "{ root: /opt/my-agent, state: /var/opt/my-agent, options: /etc/opt/my-agent }"),
            .init(
                name: "tools", type: .mapping(tools), doc: "The names of the programs that come with it.",
                fallback: "names made from `name`", example: "{ config: my-agent-config }"),
            .init(
                name: "packages", type: .list(.mapping(package), minimum: 1), isRequired: true,
                doc: "What is installed. Native formats make a package of each entry; a self-extracting installer "
                    + "holds them all.",
                example: "[{ name: my-agent, contents: [{ source: agent/, to: . }] }]"),
            .init(
                name: "agent", type: .mapping(agent), doc: "The program to run.",
                fallback: "nothing is run", example: "{ command: [bin/my-agent, --foreground] }"),
            .init(
                name: "service", type: .mapping(service), doc: "How the agent is kept running. Needs `agent`.",
                fallback: "no service is installed", example: "{ restart: on-failure, stop_timeout: 30s }"),
            .init(
                name: "requirements", type: .mapping(requirements),
                doc: "What a machine must have. Memory, processor and system only warn; disk space and reach refuse.",
                fallback: "disk space alone is checked", example: "{ memory: 2GB, os: [debian>=10, el>=7] }"),
            .init(
                name: "settings", type: .list(.variants(key: "group", present: group, absent: setting), minimum: 0),
                doc: "What a person decides, in the order of the questions: settings, and groups of settings.",
                fallback: "nothing is asked", example: "[{ id: token, prompt: Installation token, secret: true }]"),
            .init(
                name: "configuration", type: .mapping(configuration),
                doc: "The file in which the agent reads its settings; created once with mode 0600, never packaged.",
                fallback: "no file is written", example: "{ file: conf/agent.properties, format: properties }"),
            .init(
                name: "legacy", type: .mapping(legacy), doc: "What older packages of the vendor left on machines.",
                fallback: "nothing", example: "{ paths: [/opt/my-agent/conf/agent.properties] }"),
            .init(
                name: "elf", type: .mapping(elf),
                doc: "What the programs and libraries of the packages may need. Each ELF file is read: it must be made "
                    + "for the architecture, need no newer C library than the oldest system in `requirements.os` has, "
                    + "find its libraries in its package or in those that it depends on, and look for them nowhere "
                    + "outside the product.",
                fallback: "no exceptions", example: "{ libraries: [libz.so.1] }"),
            .init(
                name: "compression", type: .mapping(compression), doc: "How files are compressed.",
                fallback: "`{ filters: x86 }`", example: "{ filters: none }"),
        ])

    static let license = KeyTable(
        name: "license", mention: "\"license\"", doc: "The licence. At least one of `file` and `name` is there.",
        keys: [
            .init(
                name: "file", type: .text(.filePath),
                doc: "A UTF-8 text, relative to the manifest's directory.", fallback: "no licence is shown",
                example: "EULA.txt"),
            .init(
                name: "accept", type: .word(["required", "none"]),
                doc:
                    "Whether a self-extracting installer needs an explicit yes. Native packages bring the text and ask "
                    + "nothing, as is the custom there. Needs `file`.", fallback: "`required`",
                example: "required"),
            .init(
                name: "name", type: .text(.license),
                doc:
                    "The short name that package managers show: an SPDX identifier or expression, or `LicenseRef-` and "
                    + "a name of your own.",
                fallback: "`LicenseRef-Proprietary`", example: "Apache-2.0"),
        ],
        atLeastOneOf: ["file", "name"])

    static let legacy = KeyTable(
        name: "legacy", mention: "\"legacy\"",
        doc: "What older packages of the vendor left on machines. It is kept and not read: what the agent needs of it "
            + "`scripts.after_install` brings over, as native-packages.md shows.",
        keys: [
            .init(
                name: "paths", type: .list(.text(.absolutePath), minimum: 0),
                doc: "Files that older packages owned and that a native package keeps when it takes their place: "
                    + "configuration, above all. None may be in a package of the product or be made by one. Outside of "
                    + "`paths` and of what vendors have below `/opt`, `/etc/opt` and `/var/opt`, one has the name of the "
                    + "product, of a package or of one that a package replaces in it: a purge deletes the file.",
                fallback: "none", example: "[/opt/my-agent/conf/agent.properties]")
        ])

    static let paths = KeyTable(
        name: "paths", mention: "\"paths\"", doc: "Three directories, none inside another.",
        keys: [
            .init(
                name: "root", type: .text(.absolutePath), doc: "The program.", fallback: "`/opt/<name>`",
                example: "/opt/my-agent"),
            .init(
                name: "state", type: .text(.absolutePath),
                doc: "What the agent changes: `conf`, `logs` and `state`. Kept on uninstall unless purged.",
                fallback: "`/var/opt/<name>`", example: "/var/opt/my-agent"),
            .init(
                name: "options", type: .text(.absolutePath),
                doc: "What the administrator writes: `start-agent.ini`.", fallback: "`/etc/opt/<name>`",
                example: "/etc/opt/my-agent"),
        ])

    static let tools = KeyTable(
        name: "tools", mention: "\"tools\"", doc: "Programs that come with the product.",
        keys: [
            .init(
                name: "config", type: .text(.fileName), doc: "The file name of the config tool, in the root.",
                fallback: "`<name>-config`", example: "my-agent-config")
        ])

    static let agent = KeyTable(
        name: "agent", mention: "the agent", doc: "The program to run.",
        keys: [
            .init(
                name: "command", type: .list(.text(.value), minimum: 1), isRequired: true,
                doc: "Program and arguments, no shell. A program without a leading `/` is below the product's root. "
                    + "`@options` stands for the lines of `start-agent.ini`.",
                example: "[jre/bin/java, \"@options\", -jar, lib/agent.jar]"),
            .init(
                name: "environment", type: .dictionary(keys: .variableName, values: .value),
                doc: "Environment variables added for the agent.", fallback: "none", example: "{ LANG: C.UTF-8 }"),
            .init(
                name: "health", type: .mapping(health), doc: "How to ask whether it is well.",
                fallback: "a running process counts as well", example: "{ command: [bin/health], within: 30s }"),
        ])

    static let health = KeyTable(
        name: "health", doc: "A command that exits with 0 when the agent is well.",
        keys: [
            .init(
                name: "command", type: .list(.text(.value), minimum: 1), isRequired: true,
                doc: "Program and arguments, as in `agent.command` but without `@options`.", example: "[bin/health]"),
            .init(
                name: "within", type: .text(.duration), doc: "How long after a start it may take.", fallback: "`30s`",
                example: "30s"),
        ])

    static let service = KeyTable(
        name: "service", mention: "\"service\"",
        doc: "A systemd unit and an LSB init script, where the machine has a home for them.",
        keys: [
            .init(
                name: "user", type: .text(.account),
                doc: "The account it runs as; one other than `root` must exist on the machine.", fallback: "`root`",
                example: "root"),
            .init(
                name: "group", type: .text(.account), doc: "The group it runs as.", fallback: "the account's own",
                example: "adm"),
            .init(
                name: "restart", type: .word(Service.RestartPolicy.allCases.map(\.rawValue)),
                doc:
                    "When it is started again after it ended. Exit code 143, a JVM's answer to SIGTERM, is no failure.",
                fallback: "`on-failure`", example: "on-failure"),
            .init(
                name: "stop_timeout", type: .text(.duration), doc: "The time between SIGTERM and SIGKILL.",
                fallback: "`30s`", example: "30s"),
        ])

    static let requirements = KeyTable(
        name: "requirements", mention: "\"requirements\"",
        doc: "What a machine must have. Each check can be waived by name.",
        keys: [
            .init(
                name: "memory", type: .text(.size), doc: "Warns below it; 15 % less is still fine.",
                fallback: "not checked", example: "2GB"),
            .init(
                name: "cpu_mhz", type: .integer(1...1_000_000),
                doc: "Warns when the processor's highest speed is below it.", fallback: "not checked", example: "1400"),
            .init(
                name: "disk", type: .text(.disk),
                doc: "Refuses when the file systems have less room; `auto` is what "
                    + "the files need, with a reserve.",
                fallback: "`auto`", example: "auto"),
            .init(
                name: "os", type: .list(.text(.system), minimum: 0),
                doc: "Systems that are supported, by `ID` of os-release, or `el` for Red Hat Enterprise Linux and what "
                    + "is built from it. Another one warns.",
                fallback: "any", example: "[debian>=10, ubuntu>=14.04, el>=7]"),
            .init(
                name: "reach", type: .list(.text(.reach), minimum: 0),
                doc: "Servers that must answer, through the proxy that was entered. `@id` is the value of a setting.",
                fallback: "none", example: "[\"https://server.example.com:443\"]"),
        ])

    static let configuration = KeyTable(
        name: "configuration", mention: "\"configuration\"", doc: "The file in which the agent reads its settings.",
        keys: [
            .init(
                name: "file", type: .text(.filePath), isRequired: true, doc: "The path below `paths.state`.",
                example: "conf/agent.properties"),
            .init(
                name: "format", type: .word(ConfigurationFile.Format.allCases.map(\.rawValue)), isRequired: true,
                doc: "How it is written: `java.util.Properties`; sections and `key = value` (the part of a key before "
                    + "its first dot is the section); an object (dots in a key make nested objects); `KEY=value` lines.",
                example: "properties"),
            .init(
                name: "values", type: .dictionary(keys: .line, values: .value),
                doc: "Keys that get a fixed value when the file is created.", fallback: "none",
                example: "{ log.level: info }"),
        ])

    static let compression = KeyTable(
        name: "compression", mention: "\"compression\"", doc: "How files are compressed.",
        keys: [
            .init(
                name: "filters", type: .word(Compression.Filters.allCases.map(\.rawValue)),
                doc: "What is applied to executables first: the branch filter for x86, or `none` for scanners that "
                    + "know LZMA2 alone.",
                fallback: "`x86`", example: "x86")
        ])
}
