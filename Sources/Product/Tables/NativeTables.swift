import DefinitionFiles

extension ManifestTables {
    /// A key of `deb` and the field of a control file that it becomes, as upstream spells it.
    static let debRelations: [(key: String, field: String)] = [
        ("pre_depends", "Pre-Depends"), ("depends", "Depends"), ("recommends", "Recommends"),
        ("suggests", "Suggests"), ("enhances", "Enhances"), ("breaks", "Breaks"), ("conflicts", "Conflicts"),
        ("replaces", "Replaces"), ("provides", "Provides"), ("built_using", "Built-Using"),
    ]
    /// The keys of `rpm` that hold relations.
    static let rpmRelations = [
        "requires", "recommends", "suggests", "supplements", "enhances", "conflicts", "obsoletes", "provides",
    ]

    static let deb = KeyTable(
        name: "deb", mention: "\"deb\"",
        doc:
            "What is said of a package to Debian's package managers alone. Relations are written as in deb-control(5), "
            + "one to an item: `name`, `name (>= 1.2)`, with `<<`, `<=`, `=`, `>=` and `>>`.",
        keys: [
            .init(
                name: "section", type: .text(.debSection), doc: "Where archives list it.", fallback: "`misc`",
                example: "net"),
            .init(
                name: "priority", type: .word(["required", "important", "standard", "optional", "extra"]),
                doc: "How much a system needs it.", fallback: "`optional`", example: "optional"),
            .init(
                name: "multi_arch", type: .word(["same", "foreign", "allowed", "no"]),
                doc: "How it gets on with other architectures.", fallback: "`no`", example: "foreign"),
            alternatives("pre_depends", "What must be configured before it is unpacked.", "libc6 (>= 2.17)"),
            alternatives("depends", "What must be configured before it is, beside the package's `depends`.", "adduser"),
            alternatives("recommends", "What is installed with it unless somebody objects.", "ca-certificates"),
            alternatives("suggests", "What makes it more useful.", "postgresql | mysql-server"),
            relations("enhances", "What it makes more useful.", "nginx"),
            relations("breaks", "What can't be configured beside it.", "old-agent-plugin (<< 2.0)"),
            relations("conflicts", "What can't be unpacked beside it.", "old-agent"),
            relations("replaces", "Whose files it may overwrite, or which it takes the place of.", "old-agent"),
            .init(
                name: "provides", type: .list(.text(.debProvision), minimum: 0),
                doc: "Names that it answers to; a version only with `=`, which needs dpkg 1.17.11.", fallback: "none",
                example: "[old-agent]"),
            .init(
                name: "built_using", type: .list(.text(.debSource), minimum: 0),
                doc: "Source packages whose code is in it, each with its exact version.", fallback: "none",
                example: "[openssl (= 3.0.15-1)]"),
            .init(
                name: "triggers", type: .list(.text(.debTrigger), minimum: 0),
                doc:
                    "Lines for deb-triggers(5): `interest`, `interest-noawait`, `activate` or `activate-noawait` and a "
                    + "name or a path. What is to happen then is for `scripts.after_install`, which is called with the "
                    + "word `triggered` and, as one more argument, the names that were activated.",
                fallback: "none", example: "[activate-noawait ldconfig]"),
        ])

    static let rpm = KeyTable(
        name: "rpm", mention: "\"rpm\"",
        doc: "What is said of a package to rpm alone. Relations are written as in spec files, one to an item: `name`, "
            + "`name >= 1.2`, `name = 1:1.2-3`, with `<`, `<=`, `=`, `>=` and `>`.",
        keys: [
            .init(
                name: "group", type: .text(.line), doc: "Where old tools list it.", fallback: "`Applications/System`",
                example: "System Environment/Daemons"),
            rpmRelations("requires", "What must be installed, beside the package's `depends`.", "glibc >= 2.17"),
            rpmRelations("recommends", "What is installed with it unless somebody objects.", "ca-certificates"),
            rpmRelations("suggests", "What makes it more useful.", "postgresql-server"),
            rpmRelations("supplements", "What brings it along.", "httpd"),
            rpmRelations("enhances", "What it makes more useful.", "httpd"),
            rpmRelations("conflicts", "What can't be installed beside it.", "old-agent-plugin < 2.0"),
            rpmRelations("obsoletes", "What it takes the place of.", "old-agent < 2.0"),
            rpmRelations("provides", "Names that it answers to.", "old-agent = 2.0"),
        ])

    static let scripts = KeyTable(
        name: "scripts", mention: "\"scripts\"",
        doc: "Files with POSIX shell, relative to the manifest's directory, whose text becomes a part of a native "
            + "package's scripts: UTF-8, at most 64 KiB, without `#!` or with `#!/bin/sh`. They run as root under dash, "
            + "bash and busybox, must be fit to run twice, and end the installation when they fail. Validating and "
            + "building parse them with dash and bash, or else sh, of the machine. The first argument is the one that "
            + "dpkg or rpm gives: a word or a count. `before_remove` and `after_remove` run at every upgrade, too, while "
            + "the service goes on; for a removal alone: `case \"$1\" in remove | purge | 0) … ;; esac`.",
        keys: [
            script("before_install", "Runs before files are unpacked.", "packaging/before-install.sh"),
            script(
                "after_install", "Runs after files are in place, before the service is started.",
                "packaging/after-install.sh"),
            script(
                "before_remove",
                "Runs before files are removed (`remove`, `0`), after the service was stopped, and at an upgrade "
                    + "(`upgrade`, `1`), while it goes on.", "packaging/before-remove.sh"),
            script(
                "after_remove",
                "Runs after files were removed (`remove`, `purge`, `0`), and after those of an older version were at an "
                    + "upgrade (`upgrade`, `1`).", "packaging/after-remove.sh"),
        ])

    private static func alternatives(_ name: String, _ doc: String, _ example: String) -> KeyTable.Key {
        .init(
            name: name, type: .list(.text(.debAlternatives), minimum: 0),
            doc: doc + " An item may hold alternatives: `a | b`.", fallback: "none", example: "[\(example)]")
    }

    private static func relations(_ name: String, _ doc: String, _ example: String) -> KeyTable.Key {
        .init(
            name: name, type: .list(.text(.debRelation), minimum: 0), doc: doc, fallback: "none",
            example: "[\(example)]")
    }

    private static func rpmRelations(_ name: String, _ doc: String, _ example: String) -> KeyTable.Key {
        .init(
            name: name, type: .list(.text(.rpmRelation), minimum: 0), doc: doc, fallback: "none",
            example: "[\(example)]")
    }

    private static func script(_ name: String, _ doc: String, _ example: String) -> KeyTable.Key {
        .init(name: name, type: .text(.filePath), doc: doc, fallback: "nothing", example: example)
    }
}
