import DefinitionFiles

/// The tables of a site's definition, from the top down.
enum SiteTables {
    /// What nobody should look for in the file: it is published by many who write such files.
    private static let secrets = ["passphrase", "password", "private_key", "secret", "secret_key", "token"]

    static let vocabulary = Vocabulary(
        root: site,
        hints: Dictionary(
            uniqueKeysWithValues: secrets.map {
                (
                    $0,
                    "Secrets never stand in this file: options and the environment name them when something is signed."
                )
            }))

    static let site = KeyTable(
        name: "site definition", mention: "the site definition", doc: "The whole file.",
        keys: [
            .init(
                name: "url", type: .text(.siteURL), isRequired: true,
                doc: "The address below which clients find the site. It becomes a part of what administrators type and "
                    + "of files on their machines: moving it later means serving the old one for years. `http` works and "
                    + "warns: the keys come from there.",
                example: "https://dist.example.com"),
            .init(
                name: "site", type: .text(.directory),
                doc: "The directory that is published, relative to this file's. It is made by the first publish; its "
                    + "`public` is what a web server serves.",
                fallback: "`site`", example: "../site"),
            .init(
                name: "title", type: .text(.line), doc: "The name for people.", fallback: "`origin`", example: "Example"
            ),
            .init(
                name: "origin", type: .text(.releaseName), isRequired: true,
                doc: "Whose packages they are: the `Origin` of every `Release`. Never change it once it is published: "
                    + "`apt-get update` fails on every machine until somebody confirms the change there.",
                example: "Example"),
            .init(
                name: "label", type: .text(.releaseName),
                doc:
                    "The `Label` of every `Release` of the first channel. As with `origin`, a change is refused by every "
                    + "client.",
                fallback: "`origin`", example: "Example"),
            .init(
                name: "prefix", type: .text(.prefix),
                doc:
                    "Where keys, `.repo` files and installers are, below `url`. APT and YUM repositories are not below "
                    + "it.",
                fallback: "`linux`", example: "downloads/linux"),
            .init(
                name: "landing_page", type: .mapping(landingPage),
                doc: "What `index.html` says beside what is published.",
                fallback: "the built-in page", example: "{ support: \"https://support.example.com\" }"),
            .init(
                name: "products", type: .list(.mapping(product), minimum: 1), isRequired: true,
                doc:
                    "What `.repo` files, installers and the landing page are made for, and the packages that belong to each.",
                example: "[{ name: my-agent }]"),
            .init(
                name: "apt", type: .mapping(apt), doc: "The APT repositories, one a codename.",
                fallback: "no DEBs are published", example: "{ codenames: [bookworm, trixie] }"),
            .init(
                name: "yum", type: .mapping(yum), doc: "The YUM repositories, one a base architecture.",
                fallback: "no RPMs are published", example: "{ architectures: [x86_64] }"),
            .init(
                name: "keys", type: .mapping(keys), isRequired: true,
                doc: "The OpenPGP keys, by role and fingerprint. Two roles, so that a stolen one opens one door.",
                example: "{ apt: { current: { fingerprint: FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B, file: "
                    + "keys/apt-sign.asc } } }"),
            .init(
                name: "channels", type: .list(.textOrMapping(.channel, channel), minimum: 1),
                doc: "Lines of releases. The first is at the site's root, each other one below `channels/<name>`; "
                    + "`promote` takes a version from one to another.",
                fallback: "`[stable]`", example: "[stable, beta]"),
            .init(
                name: "retention", type: .mapping(retention),
                doc: "What `prune` leaves of old versions. What a channel has as its newest is never removed.",
                fallback: "every version stays", example: "{ versions: 5, days: 90 }"),
            .init(
                name: "index_retention", type: .mapping(indexRetention),
                doc: "How long old indexes stay, for clients and caches that began with one: `by-hash` files of APT, "
                    + "checksum-named files and snapshots of YUM.",
                fallback: "`{ generations: 3, hours: 24 }`; with `yum.mirrorlist` 168 hours",
                example: "{ generations: 5, hours: 48 }"),
            .init(
                name: "targets", type: .list(.text(.system), minimum: 1),
                doc: "The systems that must be able to install what is published: what one of them would refuse isn't "
                    + "published. `ID` of os-release, or `el` for Red Hat Enterprise Linux and what is built from it, with "
                    + "the lowest version.",
                fallback: "the systems of `apt.codenames`; with `yum`, el>=7, fedora and suse",
                example: "[debian>=10, ubuntu>=14.04, el>=7, fedora, suse]"),
            .init(
                name: "lock", type: .mapping(lock), doc: "How two publishers keep out of each other's way.",
                fallback: "`{ lease: 10m, wait: 5m }`", example: "{ lease: 30m, wait: 1h }"),
            .init(
                name: "client_packages", type: .mapping(clientPackages),
                doc:
                    "Packages that bring keys and repositories to a machine and keep them up to date: a DEB that owns the "
                    + "file at `apt.keyring`, and for each product an RPM that owns its `.repo` file and the keys.",
                fallback: "none are made",
                example: "{ version: 2026.1, maintainer: Example Support <support@example.com> }"),
        ],
        atLeastOneOf: ["apt", "yum"])

    static let landingPage = KeyTable(
        name: "landing page", mention: "\"landing_page\"", doc: "What `index.html` says beside what is published.",
        keys: [
            .init(
                name: "title", type: .text(.line), doc: "Its heading.", fallback: "the site's `title`",
                example: "Example downloads"),
            .init(
                name: "introduction", type: .text(.paragraphs),
                doc: "A few sentences at its top; an empty line ends a paragraph.", fallback: "none",
                example: "Agents that watch things."),
            .init(
                name: "support", type: .text(.url), doc: "Where help is.", fallback: "no link",
                example: "https://support.example.com"),
            .init(
                name: "template", type: .text(.filePath),
                doc: "A Mustache file to use instead of the built-in page, relative to this file's directory.",
                fallback: "the built-in page", example: "landing.mustache"),
        ])

    static let product = KeyTable(
        name: "product", doc: "One entry of `products`.",
        keys: [
            .init(
                name: "name", type: .text(.productName), isRequired: true,
                doc: "The machine name. `<name>.repo`, `<name>.bin` and `<name>/<version>/` are called after it.",
                example: "my-agent"),
            .init(
                name: "title", type: .text(.line), doc: "The name for people.", fallback: "`name`", example: "My Agent"),
            .init(
                name: "description", type: .text(.line), doc: "One line on what it does.", fallback: "none",
                example: "Watches things and reports them."),
            .init(
                name: "documentation", type: .text(.url), doc: "Where its documentation is.", fallback: "no link",
                example: "https://docs.example.com/my-agent"),
            .init(
                name: "packages", type: .list(.text(.packageName), minimum: 1),
                doc: "The names of its native packages. `publish` refuses a package that no product lists: a typo "
                    + "would be on machines for years.",
                fallback: "one of the product's name",
                example: "[my-agent, my-agent-jre]"),
            .init(
                name: "install", type: .text(.packageName),
                doc: "The package that people install; the others come as its dependencies.",
                fallback: "the one of the product's name, else the first", example: "my-agent"),
            .init(
                name: "installer", type: .boolean,
                doc: "Whether a self-extracting installer, a `.bin`, is published too.", fallback: "true",
                example: "false"),
            .init(
                name: "state", type: .text(.stateDirectory),
                doc:
                    "The directory with settings and logs, which stays when everything is uninstalled: the landing page "
                    + "says how to delete it.",
                fallback: "the page says nothing of it", example: "/var/opt/my-agent"),
            .init(
                name: "commands", type: .mapping(commands),
                doc: "Lines for the landing page that the product alone knows.", fallback: "none",
                example: "{ configure: sudo /opt/my-agent/my-agent-config interactive }"),
        ])

    static let commands = KeyTable(
        name: "commands", mention: "\"commands\"",
        doc: "Command lines that the landing page shows as they are written here.",
        keys: [
            .init(
                name: "configure", type: .text(.line), doc: "What follows the installation of a native package.",
                fallback: "the step is left out",
                example: "sudo /opt/my-agent/my-agent-config interactive"),
            .init(
                name: "start", type: .text(.line), doc: "What starts the service after that.",
                fallback: "the step is left out", example: "sudo service my-agent start"),
            .init(
                name: "uninstall", type: .text(.line), doc: "What removes what a self-extracting installer installed.",
                fallback: "the step is left out", example: "sudo /opt/my-agent/uninstall"),
        ])

    static let channel = KeyTable(
        name: "channel", doc: "One entry of `channels`; a name alone is one with defaults.",
        keys: [
            .init(
                name: "name", type: .text(.channel), isRequired: true, doc: "The name, a part of URLs.", example: "beta"
            ),
            .init(
                name: "label", type: .text(.releaseName),
                doc: "The `Label` of its `Release` files, which never changes, either. Pins tell channels apart by it.",
                fallback: "the site's `label` for the first one, else that and the name", example: "Example beta"),
            .init(
                name: "retention", type: .mapping(retention), doc: "What `prune` leaves in this channel.",
                fallback: "the site's `retention`", example: "{ versions: 2 }"),
        ])

    static let retention = KeyTable(
        name: "retention", mention: "\"retention\"",
        doc: "A version stays while one of the two keeps it; without the other, the one there is decides alone.",
        keys: [
            .init(
                name: "versions", type: .integer(1...10_000), doc: "How many newest versions of a package stay.",
                fallback: "no number keeps any", example: "5"),
            .init(
                name: "days", type: .integer(1...36_500), doc: "For how long after its publication a version stays.",
                fallback: "no age keeps any", example: "90"),
        ],
        atLeastOneOf: ["versions", "days"])

    static let indexRetention = KeyTable(
        name: "index retention", mention: "\"index_retention\"",
        doc: "An old index stays while one of the two keeps it.",
        keys: [
            .init(
                name: "generations", type: .integer(1...1000), doc: "How many publishes back.", fallback: "3",
                example: "5"),
            .init(
                name: "hours", type: .integer(1...8760),
                doc: "For how long after it was replaced. yum 3 keeps a mirror list for a day: below 168 hours "
                    + "`yum.mirrorlist` warns.",
                fallback: "24; with `yum.mirrorlist` 168", example: "48"),
        ])

    static let lock = KeyTable(
        name: "lock", mention: "\"lock\"", doc: "How two publishers keep out of each other's way.",
        keys: [
            .init(
                name: "lease", type: .text(.period),
                doc: "After what time without a sign of life a publisher counts as dead, from 1m to 1d.",
                fallback: "`10m`", example: "10m"),
            .init(
                name: "wait", type: .text(.period),
                doc: "How long a publisher waits for another one before it gives up, at most 1d; `0m` is not at all.",
                fallback: "`5m`", example: "5m"),
        ])

    static let clientPackages = KeyTable(
        name: "client packages", mention: "\"client_packages\"",
        doc: "Packages that bring keys and repositories to a machine.",
        keys: [
            .init(
                name: "version", type: .text(.plainVersion), isRequired: true,
                doc:
                    "Their version. Raise it whenever a key, a URL or a product changes: a published version with other "
                    + "content is refused.",
                example: "2026.1"),
            .init(
                name: "maintainer", type: .text(.maintainer), isRequired: true, doc: "Who answers for them.",
                example: "Example Support <support@example.com>"),
            .init(
                name: "vendor", type: .text(.line), doc: "Who ships them.", fallback: "`origin`", example: "Example Ltd"
            ),
            .init(
                name: "keyring", type: .text(.packageName), doc: "The name of the DEB.",
                fallback: "the file name of `apt.keyring`", example: "example-archive-keyring"),
            .init(
                name: "release", type: .text(.releasePackage),
                doc: "The name of each product's RPM; `*` stands for the product's name.", fallback: "`*-release`",
                example: "\"*-release\""),
        ])
}
