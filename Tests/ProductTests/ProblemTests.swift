import DefinitionFiles
import Diagnostics
import Product
import Testing

/// One mistake and the problem that it must give.
struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    var column: Int
    var keyPath: String
    var message: String
    var suggestion: String?

    var testDescription: String { message }

    /// A mistake in what follows the valid lines; lines count from 7.
    static func added(
        _ text: String, _ line: Int, _ column: Int, _ keyPath: String, _ message: String, suggestion: String? = nil
    ) -> Mistake {
        Mistake(
            text: Manifests.adding(text), line: line, column: column, keyPath: keyPath, message: message,
            suggestion: suggestion)
    }

    /// A mistake in one of the six lines.
    static func replaced(
        _ line: Int, _ text: String, _ column: Int, _ keyPath: String, _ message: String, suggestion: String? = nil
    ) -> Mistake {
        Mistake(
            text: Manifests.replacing(line, with: text), line: line, column: column, keyPath: keyPath,
            message: message, suggestion: suggestion)
    }
}

struct ProblemTests {
    private func expect(_ mistake: Mistake) {
        let problems = Manifests.problems(in: mistake.text)
        let list = problems.map(\.rendered).joined(separator: "\n")
        #expect(problems.count == 1, "\(list)")
        guard let problem = problems.first else { return }
        #expect(problem.location.file == "product.yaml")
        #expect(problem.location.line == mistake.line, "\(list)")
        #expect(problem.location.column == mistake.column, "\(list)")
        #expect(problem.location.keyPath == mistake.keyPath)
        #expect(problem.message == mistake.message)
        #expect(problem.suggestion == mistake.suggestion)
    }

    @Test(arguments: [
        Mistake.added("titel: x", 7, 1, "titel", "\"titel\" is no key of the manifest", suggestion: "title"),
        .added(
            "service: { stopTimeout: 5s }\nagent: { command: [a] }", 7, 12, "service.stopTimeout",
            "\"stopTimeout\" is no key of \"service\"", suggestion: "stop_timeout"),
        .added(
            "stop_timeout: 5s", 7, 1, "stop_timeout",
            "\"stop_timeout\" is no key of the manifest, but of \"service\""),
        .added(
            "update: { feed: x }", 7, 1, "update",
            "\"update\" is not supported by this version of agentpack; leave it out"),
        .added("homepage: [a]", 7, 11, "homepage", "expected an http or https URL, found a list"),
        .added("homepage: ftp://x", 7, 11, "homepage", "expected an http or https URL, found \"ftp://x\""),
        .added("title:", 7, 7, "title", "expected one line of text, found nothing"),
        .added("release: 0", 7, 10, "release", "expected a whole number from 1 to 999999, found \"0\""),
        .added("license: EULA.txt", 7, 10, "license", "expected a mapping with \"file\", \"name\", found \"EULA.txt\""),
        .added("license: { accept: required }", 7, 10, "license", "\"file\" or \"name\" is missing"),
        .added(
            "license: { file: ../EULA.txt }", 7, 18, "license.file",
            "expected a file's relative path without . or .., found \"../EULA.txt\": .. would lead out of it"),
        .added(
            "license: { file: /EULA.txt }", 7, 18, "license.file",
            "expected a file's relative path without . or .., found \"/EULA.txt\": it is absolute"),
        .added(
            "license: { file: a, accept: must }", 7, 29, "license.accept",
            "expected one of required, none, found \"must\""),
        .added(
            "architectures: [arm64]", 7, 17, "architectures[0]", "expected amd64, found \"arm64\"",
            suggestion: nil),
        .added("architectures: [amd64, amd64]", 7, 24, "architectures[1]", "\"amd64\" is listed twice"),
        .added(
            "compression: { filters: x68 }", 7, 25, "compression.filters",
            "expected one of x86, none, found \"x68\"", suggestion: "x86"),
        .added(
            "tools: { config: uninstall }", 7, 18, "tools.config",
            "\"uninstall\" is a reserved name in the product's root"),
    ])
    func `Mistakes at the top`(mistake: Mistake) { expect(mistake) }

    @Test(arguments: [
        Mistake.replaced(
            1, "name: My_Agent", 7, "name",
            "expected a name of 2 to 64 lower-case letters, digits, - and ., first a letter, last no - or ., "
                + "found \"My_Agent\""),
        .replaced(
            2, "version: v1.0", 10, "version",
            "expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"v1.0\": leave out the v"),
        .replaced(
            2, "version: 17.0.9_1", 10, "version",
            "expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"17.0.9_1\": dpkg knows no \"_\" in "
                + "versions; 17.0.9+b1 would do"),
        .replaced(
            2, "version: 17.0.9-1", 10, "version",
            "expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"17.0.9-1\": a - stands in -rcN "
                + "alone; the build of a version is \"release\"; 17.0.9+b1 would do"),
        .replaced(
            2, "version: next", 10, "version",
            "expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"next\": it starts with a digit"),
        .replaced(
            2, "version: 1.0+2", 10, "version",
            "expected a version such as 2.3.0, 2.3.0-rc1 or 2.3.0+build57, found \"1.0+2\": dpkg and rpm would order "
                + "it differently among other versions: after the numbers, ~ or + must be followed by letters, and "
                + "letters by nothing or a number that is not 0; 1.0+b2 would do"),
        .replaced(
            4, "maintainer: support@example.com", 13, "maintainer",
            "expected a name and an address, as in Support <support@example.com>, found \"support@example.com\""),
        Mistake(
            text: Manifests.replacing(5, with: "#"), line: 1, column: 1, keyPath: "",
            message: "\"description\" is missing"),
        .replaced(
            5, "description: \"two\\nlines\"", 14, "description",
            "expected one line of text, found \"two\\nlines\""),
        .replaced(6, "packages: []", 11, "packages", "expected a list of at least 1, found 0"),
    ])
    func `Mistakes in what every manifest says`(mistake: Mistake) { expect(mistake) }

    @Test(arguments: [
        Mistake.added(
            "paths: { root: opt/x }", 7, 16, "paths.root",
            "expected an absolute path of letters, digits and ._+-, at least two levels deep, without . or .., "
                + "found \"opt/x\""),
        .added(
            "paths: { root: /opt/../x }", 7, 16, "paths.root",
            "expected an absolute path of letters, digits and ._+-, at least two levels deep, without . or .., "
                + "found \"/opt/../x\": .. would lead out of it"),
        .added(
            "paths: { root: /var/opt }", 7, 16, "paths.root",
            "/var/opt belongs to everybody; expected a directory of the product's own"),
        .added("paths: { state: /tmp/x }", 7, 17, "paths.state", "no product can live below /tmp, found /tmp/x"),
        .added(
            "paths: { state: /opt/my-agent/state }", 7, 17, "paths.state",
            "\"state\" (/opt/my-agent/state) is inside \"root\" (/opt/my-agent)"),
        .added(
            "paths: { options: /opt/my-agent }", 7, 19, "paths.options",
            "\"options\" (/opt/my-agent) is the same as \"root\" (/opt/my-agent)"),
    ])
    func `Mistakes in paths`(mistake: Mistake) { expect(mistake) }

    @Test(arguments: [
        Mistake.replaced(
            6, "packages: [{ name: a1, contents: [{ source: ../x }] }]", 45, "packages[0].contents[0].source",
            "expected a relative path without . or .., found \"../x\": .. would lead out of it"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: x, to: /usr/bin/x }] }]", 52,
            "packages[0].contents[0].to",
            "expected a path below the product's root without .., or . for the root itself, found \"/usr/bin/x\": it is "
                + "absolute"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: x, to: current/x }] }]", 52,
            "packages[0].contents[0].to", "\"current\" is reserved: the installer creates it"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: x, to: bin/start-agent }] }]", 52,
            "packages[0].contents[0].to", "\"bin/start-agent\" is reserved: the installer creates it"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: x, to: my-agent-config }] }]", 52,
            "packages[0].contents[0].to", "\"my-agent-config\" is reserved: the installer creates it"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: a, archive: b }] }]", 35, "packages[0].contents[0]",
            "expected exactly one of source, glob, archive, link, directory, found source and archive"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ to: a }] }]", 35, "packages[0].contents[0]",
            "expected exactly one of source, glob, archive, link, directory, found none"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ link: a }] }]", 35, "packages[0].contents[0]",
            "\"to\" is missing: where the link goes"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ link: a, to: . }] }]", 50, "packages[0].contents[0].to",
            "expected the link's own path, found \".\""),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ directory: false, to: a }] }]", 48,
            "packages[0].contents[0].directory", "expected true, found false"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: a, strip_components: 1 }] }]", 66,
            "packages[0].contents[0].strip_components", "\"strip_components\" has no meaning beside \"source\""),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: a, mode: 0888 }] }]", 54,
            "packages[0].contents[0].mode", "expected an octal mode such as 0644, found \"0888\""),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: a, exclude: [\"[a\"] }] }]", 58,
            "packages[0].contents[0].exclude[0]", "the pattern has a [ without its ], found \"[a\""),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: a }] }, { name: a1, contents: [{ source: a }] }]", 61,
            "packages[1].name", "there is another package \"a1\""),
        .replaced(
            6, "packages: [{ name: a1, depends: [a1], contents: [{ source: a }] }]", 34,
            "packages[0].depends[0]", "a package can't depend on itself"),
        .replaced(
            6, "packages: [{ name: a1, contents: [{ source: a, sorce: b }] }]", 48,
            "packages[0].contents[0].sorce", "\"sorce\" is no key of a contents entry", suggestion: "source"),
    ])
    func `Mistakes in packages`(mistake: Mistake) { expect(mistake) }

    @Test(arguments: [
        Mistake.added("agent: { command: [] }", 7, 19, "agent.command", "expected a list of at least 1, found 0"),
        .added(
            "agent: { command: [../x] }", 7, 20, "agent.command[0]",
            "expected a path without ., .. and double slashes, found \"../x\""),
        .added("agent: { command: [\"@options\", x] }", 7, 19, "agent.command", "expected a program before @options"),
        .added(
            "agent: { command: [a, \"@options\", \"@options\"] }", 7, 19, "agent.command",
            "@options stands more than once in the command"),
        .added(
            "agent: { command: [a], health: { command: [b, \"@options\"] } }", 7, 43, "agent.health.command",
            "@options has no place in the health command"),
        .added(
            "agent: { command: [a], health: { command: [b], within: 30 } }", 7, 56, "agent.health.within",
            "expected a duration with its unit: s, m or h, as in 30s, found \"30\""),
        .added(
            "agent: { command: [a], environment: { 1A: x } }", 7, 39, "agent.environment.1A",
            "expected the name of an environment variable, found \"1A\""),
        .added("service: { restart: always }", 7, 10, "service", "a service needs \"agent\", which says what to run"),
        .added(
            "agent: { command: [a] }\nservice: { restart: on-failur }", 8, 21, "service.restart",
            "expected one of no, on-failure, always, found \"on-failur\"", suggestion: "on-failure"),
        .added(
            "agent: { command: [a] }\nservice: { stop_timeout: 25h }", 8, 26, "service.stop_timeout",
            "expected a duration from 1s to 24h, found \"25h\""),
        .added(
            "agent: { command: [a] }\nservice: { user: Root User }", 8, 18, "service.user",
            "expected the name of an account or group, such as root, found \"Root User\""),
        .added(
            "requirements: { memory: 2 }", 7, 25, "requirements.memory",
            "expected a size with its unit: B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024), "
                + "found \"2\""),
        .added(
            "requirements: { memory: 99999999999TiB }", 7, 25, "requirements.memory",
            "the size is too large or has too many digits: 99999999999TiB"),
        .added(
            "requirements: { os: [Debian 10] }", 7, 22, "requirements.os[0]",
            "expected a system's ID from os-release, or el, with an optional lowest version, as in debian>=10, "
                + "found \"Debian 10\""),
        .added(
            "requirements: { reach: [\"https://u:p@host\"] }", 7, 25, "requirements.reach[0]",
            "expected https://host:port, or @ and the id of a setting that holds a URL, found "
                + "\"https://u:p@host\": a name and password have no place in a manifest"),
        .added(
            "requirements: { reach: [\"@servr_url\"] }\nsettings: [{ id: server_url, prompt: Server, kind: url }]",
            7, 25, "requirements.reach[0]", "there is no setting \"servr_url\"", suggestion: "@server_url"),
    ])
    func `Mistakes in agent, service and requirements`(mistake: Mistake) { expect(mistake) }
}

extension ProblemTests {
    @Test(arguments: [
        Mistake.added(
            "settings:\n  - id: a b\n    prompt: A", 8, 9, "settings[0].id",
            "expected a name of lower-case letters, digits and _, first a letter, found \"a b\""),
        .added("settings:\n  - id: a", 8, 5, "settings[0]", "\"prompt\" is missing"),
        .added(
            "settings:\n  - { id: a, prompt: A }\n  - { id: a, prompt: A }", 9, 11, "settings[1].id",
            "there is another setting \"a\""),
        .added(
            "settings:\n  - { id: help, prompt: A }", 8, 11, "settings[0].id",
            "\"help\" is an option of the installer; expected another id"),
        .added(
            "settings:\n  - { id: a, prompt: A, secret: true }\n  - { id: a_file, prompt: A }", 9, 11, "settings[1].id",
            "its option collides with the file option of the secret beside it (\"a\")"),
        .added(
            "settings:\n  - { id: a, prompt: A, secret: yes }", 8, 33, "settings[0].secret",
            "expected true or false, found \"yes\""),
        .added(
            "settings:\n  - { id: a, prompt: A, secret: true, default: x }", 8, 48, "settings[0].default",
            "a secret has no default: it would be readable in every installer"),
        .added(
            "settings:\n  - { id: a, prompt: A, secret: true, kind: bool }", 8, 33, "settings[0].secret",
            "a setting of kind bool can't be secret"),
        .added(
            "settings:\n  - { id: a, prompt: A, kind: prot }", 8, 31, "settings[0].kind",
            "expected one of text, bool, integer, port, host, url, path, choice, found \"prot\"", suggestion: "port"),
        .added(
            "settings:\n  - { id: a, prompt: A, kind: port, default: 70000 }", 8, 46, "settings[0].default",
            "expected a port number from 1 to 65535, found \"70000\""),
        .added(
            "settings:\n  - { id: a, prompt: A, min: 1 }", 8, 30, "settings[0].min", "\"min\" needs kind: integer"),
        .added(
            "settings:\n  - { id: a, prompt: A, kind: integer, min: 5, max: 1 }", 8, 53, "settings[0].max",
            "\"max\" is below \"min\", 5"),
        .added(
            "settings:\n  - { id: a, prompt: A, kind: choice }", 8, 5, "settings[0]",
            "\"choices\" is missing: the words of a setting of kind choice"),
        .added(
            "settings:\n  - { id: a, prompt: A, kind: choice, choices: [x, x] }", 8, 52, "settings[0].choices[1]",
            "\"x\" is listed twice"),
        .added(
            "settings:\n  - { id: a, prompt: A, choices: [x] }", 8, 34, "settings[0].choices",
            "\"choices\" needs kind: choice"),
        .added(
            "settings:\n  - { id: a, prompt: A, pattern: \"(a\" }", 8, 34, "settings[0].pattern",
            "no POSIX extended regular expression: Unmatched ( or \\("),
        .added(
            "settings:\n  - { id: a, prompt: A, pattern: \"[a-z]+\", default: A1 }", 8, 53, "settings[0].default",
            "the default does not match \"pattern\""),
        .added(
            "settings:\n  - { id: a, prompt: A, pattern_hint: letters }", 8, 39, "settings[0].pattern_hint",
            "\"pattern_hint\" needs \"pattern\""),
        .added(
            "settings:\n  - { id: a, prompt: A, when: { setting: b, is: x } }", 8, 42, "settings[0].when.setting",
            "there is no earlier setting \"b\""),
        .added(
            "settings:\n  - { id: flag, prompt: A, kind: bool }\n"
                + "  - { id: b, prompt: A, when: { setting: flag, is: often } }",
            9, 52, "settings[1].when.is", "expected yes or no, found \"often\""),
        .added(
            "settings:\n  - { id: a, prompt: A, required: true, ask: false }", 8, 11, "settings[0].id",
            "a required setting that is not asked for needs a default, or nobody could install by hand"),
        .added(
            "settings:\n  - { id: a, prompt: A, formats: [exe] }", 8, 35, "settings[0].formats[0]",
            "expected one of bin, deb, rpm, msi, found \"exe\""),
        .added(
            "settings:\n  - { id: proxy_port, prompt: A, kind: text }", 8, 40, "settings[0].kind",
            "\"proxy_port\" has a meaning that needs kind port"),
        .added(
            "settings:\n  - { id: proxy_password, prompt: A }", 8, 11, "settings[0].id",
            "\"proxy_password\" must have secret: true"),
    ])
    func `Mistakes in settings`(mistake: Mistake) { expect(mistake) }

    private static let one = "settings:\n  - { id: one, prompt: One }\n"

    @Test(arguments: [
        Mistake.added(
            one + "  - { group: g, prompt: G, one_of: [[onne]] }", 9, 38, "settings[1].one_of[0][0]",
            "there is no setting \"onne\"", suggestion: "one"),
        .added(
            one + "  - { group: g, prompt: G, one_of: [{ label: L, settings: [one, one] }] }", 9, 65,
            "settings[1].one_of[0].settings[1]", "the setting \"one\" is twice in this group"),
        .added(
            one + "  - { group: g, prompt: G, one_of: [[one]] }\n  - { group: h, prompt: G, one_of: [[one]] }", 10, 38,
            "settings[2].one_of[0][0]", "the setting \"one\" is in the group \"g\" already"),
        .added(
            one + "  - { group: one, prompt: G, one_of: [[one]] }", 9, 14, "settings[1].group",
            "\"one\" is the id of a setting too"),
        .added(
            one + "  - { group: g, prompt: G, one_of: [one] }", 9, 37, "settings[1].one_of[0]",
            "expected a list or a mapping, found \"one\""),
        .added(one + "  - { group: g, prompt: G }", 9, 5, "settings[1]", "\"one_of\" is missing"),
        .added(
            one + "  - { group: g, prompt: G, one_of: [[one]], secret: true }", 9, 45, "settings[1].secret",
            "\"secret\" is no key of a group, but of a setting"),
    ])
    func `Mistakes in groups`(mistake: Mistake) { expect(mistake) }

    @Test(arguments: [
        Mistake.added(
            "settings: [{ id: a, prompt: A, file_key: a.b }]", 7, 42, "settings[0].file_key",
            "\"file_key\" needs \"configuration\", which names the file"),
        .added(
            "configuration: { file: /etc/x, format: ini }", 7, 24, "configuration.file",
            "expected a file's relative path without . or .., found \"/etc/x\": it is absolute"),
        .added(
            "configuration: { file: x, format: yml }", 7, 35, "configuration.format",
            "expected one of properties, ini, json, env, found \"yml\""),
        .added(
            "configuration: { file: x, format: env, values: { a-b: 1 } }", 7, 50, "configuration.values.a-b",
            "expected the name of a variable for the format env, found \"a-b\""),
        .added(
            "configuration: { file: x, format: json, values: { a: 1, a.b: 1 } }", 7, 57,
            "configuration.values[\"a.b\"]", "\"a.b\" and \"a\" can't both be in one JSON object, on line 7"),
        .added(
            "configuration: { file: x, format: ini, values: { \"a.b=c\": 1 } }", 7, 50,
            "configuration.values[\"a.b=c\"]",
            "expected a key of the form section.key for the format ini, found \"a.b=c\""),
        .added(
            "settings: [{ id: a, prompt: A, file_key: k }]\nconfiguration: { file: x, format: ini, values: { k: 1 } }",
            8, 50, "configuration.values.k", "the key \"k\" is used twice, on line 7"),
    ])
    func `Mistakes in the configuration`(mistake: Mistake) { expect(mistake) }
}
