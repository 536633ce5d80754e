import DefinitionFiles

extension SiteTables {
    /// Debian's names of architectures: dpkg's data/tupletable, those that its archive or its ports have today.
    static let debArchitectures = [
        "amd64", "arm64", "armel", "armhf", "i386", "loong64", "mips64el", "ppc64el", "riscv64", "s390x",
    ]
    /// What `$basearch` can be: dnf's `_BASEARCH_MAP` in dnf/rpm/__init__.py.
    static let baseArchitectures = [
        "x86_64", "aarch64", "armhfp", "i386", "loongarch64", "ppc64", "ppc64le", "riscv64", "s390x",
    ]

    static let apt = KeyTable(
        name: "apt", mention: "\"apt\"",
        doc: "The APT repositories: `apt-<codename>` below `url`, each with one distribution of that codename.",
        keys: [
            .init(
                name: "codenames", type: .list(.textOrMapping(.codename, codename), minimum: 1), isRequired: true,
                doc: "The releases of Debian and Ubuntu, by codename. Known are "
                    + Codename.known.map { "`\($0.name)`" }.joined(separator: ", ")
                    + "; another one warns. All share the same package files.",
                example: "[jammy, noble, bookworm, { name: trixie, architectures: [amd64, arm64] }]"),
            .init(
                name: "components", type: .list(.text(.component), minimum: 1),
                doc: "The components; packages go to the first one.", fallback: "`[main]`", example: "[main]"),
            .init(
                name: "architectures", type: .list(.word(debArchitectures), minimum: 1),
                doc: "Debian's names of the architectures. Packages for `all` go into each.", fallback: "`[amd64]`",
                example: "[amd64]"),
            .init(
                name: "description", type: .text(.line), doc: "The `Description` of every `Release`.",
                fallback: "the site's `title`", example: "Packages of Example"),
            .init(
                name: "key_file", type: .text(.keyFileName),
                doc: "The file with the public keys of the role `apt`, current and successor in one armor, below "
                    + "`prefix`. Its ending says nothing of its form: `gpg --dearmor` is what the documented command does "
                    + "with it.",
                fallback: "`apt-sign.gpg`", example: "apt-sign.gpg"),
            .init(
                name: "keyring", type: .text(.keyring),
                doc:
                    "Where clients keep the keys: the path in the commands, in `signed-by` and in the keyring package.",
                fallback: "`/usr/share/keyrings/<origin>-archive-keyring.gpg`, the origin in lower case",
                example: "/usr/share/keyrings/example-archive-keyring.gpg"),
            .init(
                name: "list", type: .text(.listName),
                doc: "The name of the file below `/etc/apt/sources.list.d`, without its ending.",
                fallback: "the origin in lower case", example: "example"),
            .init(
                name: "contents", type: .boolean,
                doc: "Whether `Contents-<architecture>` and its `.gz` are made in each component, for apt-file: which "
                    + "package has a file. Each package that comes is unpacked once more for it.",
                fallback: "false", example: "true"),
            .init(
                name: "valid_for", type: .text(.period),
                doc: "How long a `Release` is valid: its `Valid-Until`. It keeps an attacker from serving an old state "
                    + "for ever, and it makes every client fail when nobody signs anew in time: it needs `refresh`. "
                    + "From 1d to 366d.",
                fallback: "none: `Release` files are valid for ever", example: "14d"),
            .init(
                name: "refresh", type: .text(.period),
                doc: "How often `agentpack repo refresh` runs by a schedule of yours: at most half of `valid_for`, "
                    + "because `repo status` fails once half of it is over. Needs `valid_for`.",
                fallback: "never", example: "1d"),
        ])

    static let codename = KeyTable(
        name: "codename", doc: "One entry of `apt.codenames`; a name alone is one with defaults.",
        keys: [
            .init(
                name: "name", type: .text(.codename), isRequired: true, doc: "The codename.", example: "trixie"),
            .init(
                name: "architectures", type: .list(.word(debArchitectures), minimum: 1),
                doc: "The architectures of this one.", fallback: "`apt.architectures`", example: "[amd64, arm64]"),
        ])

    static let yum = KeyTable(
        name: "yum", mention: "\"yum\"",
        doc:
            "The YUM repositories: `yum/<architecture>` below `url`, each for all releases of all distributions with rpm.",
        keys: [
            .init(
                name: "architectures", type: .list(.word(baseArchitectures), minimum: 1),
                doc: "Base architectures, as `$basearch` has them. Packages for `noarch` go into each.",
                fallback: "`[x86_64]`", example: "[x86_64]"),
            .init(
                name: "id", type: .text(.repositoryID),
                doc: "The id of the repository in `.repo` files. Several products give the same id several times, of "
                    + "which dnf takes one. Channels other than the first append their name.",
                fallback: "each product's `name`", example: "example"),
            .init(
                name: "title", type: .text(.line), doc: "The `name` of the repository in `.repo` files.",
                fallback: "each product's `title`", example: "Example packages"),
            .init(
                name: "mirrorlist", type: .boolean,
                doc: "Whether `mirrorlist` and the snapshots that it leads to are made: with them a client that comes "
                    + "during a publish gets `repomd.xml` and its signature from the same state. `.repo` files name the "
                    + "plain `baseurl` all the same.",
                fallback: "false", example: "true"),
        ])

    static let keys = KeyTable(
        name: "keys", mention: "\"keys\"", doc: "The two roles of keys.",
        keys: [
            .init(
                name: "apt", type: .mapping(role), doc: "What signs `Release` files. Needed with `apt`.",
                fallback: "none",
                example: "{ current: { fingerprint: FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B, file: "
                    + "keys/apt-sign.asc } }"),
            .init(
                name: "rpm", type: .mapping(role), doc: "What signs RPM packages and `repomd.xml`. Needed with `yum`.",
                fallback: "none",
                example: "{ current: { fingerprint: 0541 9789 E34E BE6E E3D3 6096 5097 8649 30A7 D659, file: "
                    + "keys/rpm-sign.asc } }"),
        ],
        atLeastOneOf: ["apt", "rpm"])

    static let role = KeyTable(
        name: "role", doc: "The keys of one role.",
        keys: [
            .init(
                name: "current", type: .mapping(key), isRequired: true, doc: "The key in use.",
                example: "{ fingerprint: FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B, file: keys/apt-sign.asc }"),
            .init(
                name: "successor", type: .mapping(key),
                doc:
                    "The key that will follow, made now and kept offline. Clients get it with the current one, so that "
                    + "nobody is asked anything when it takes over. Without one a lost key means new commands on every "
                    + "machine: that warns.",
                fallback: "none",
                example: "{ fingerprint: 9F2C 4B7A 6E1D 83C5 02B9 D47F 5A60 E1C8 7B34 F296, file: "
                    + "keys/apt-sign-next.asc }"),
            .init(
                name: "retired", type: .list(.mapping(key), minimum: 1),
                doc: "Keys that were current once. The files of role `rpm` stay on the site, because old packages are "
                    + "signed with them and old `.repo` files name them; those of role `apt` leave the key file.",
                fallback: "none",
                example:
                    "[{ fingerprint: 3D18 A0C4 7F5B 92E6 C1D0 48B3 6A9F E527 0C8D B41A, file: keys/rpm-sign-2024.asc "
                    + "}]"),
            .init(
                name: "signed_by", type: .word(SigningKeys.allCases.map(\.rawValue)),
                doc:
                    "Which key signs. A rotation goes from `current` to `successor`; in role `apt` by way of `both`, while "
                    + "machines are left that know the current key alone. Then the successor's entry becomes `current`, a "
                    + "new successor is made, and the old key goes to `retired`. `repomd.xml` takes one signature: role "
                    + "`rpm` knows no `both`.",
                fallback: "`current`", example: "both"),
        ])

    static let key = KeyTable(
        name: "key", doc: "An OpenPGP key.",
        keys: [
            .init(
                name: "fingerprint", type: .text(.fingerprint), isRequired: true,
                doc:
                    "The fingerprint of its primary key, as `agentpack keys generate --gpg` and `gpg --show-keys` print "
                    + "it.",
                example: "FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B"),
            .init(
                name: "file", type: .text(.keyPath), isRequired: true,
                doc:
                    "The armored public key, relative to this file's directory. In role `rpm` its last part is its name "
                    + "below `prefix`: clients have that URL in their `.repo` files, so keep it for as long as the key is "
                    + "in use.",
                example: "keys/apt-sign.asc"),
        ])
}
