import DefinitionFiles
import Diagnostics
import SiteDefinition
import Testing

/// One mistake and the problem that it must give.
struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    /// `line:column: key.path: message`.
    var rendered: String

    var testDescription: String { rendered }

    /// Mistakes of a table: a line with the text, and one with its problem after `=`.
    ///
    /// The text begins with the number of the valid line that it replaces, or with `+` and follows them all, from line
    /// 13 on.
    static func list(_ table: String) -> [Mistake] {
        let lines = table.split(separator: "\n")
        return stride(from: 0, to: lines.count, by: 2).map { index in
            let parts = lines[index].split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            let text = parts.count > 1 ? String(parts[1]).replacing("\\n", with: "\n") : ""
            let line = Int(parts[0])
            return Mistake(
                text: line.map { Sites.replacing($0, with: text) } ?? Sites.adding(text),
                rendered: String(lines[index + 1].dropFirst(2)))
        }
    }
}

private let url = "expected an https URL without a slash at its end, as in https://dist.example.com"

@Suite struct ProblemTests {
    @Test(
        arguments: Mistake.list(
            """
            1 url: https://dist.example.com/
            = 1:6: url: \(url), found "https://dist.example.com/": leave out the slash at its end
            1 url: ftp://dist.example.com
            = 1:6: url: \(url), found "ftp://dist.example.com"
            1 url: https://u:p@h
            = 1:6: url: \(url), found "https://u:p@h": a name and password have no place in it
            1 url: https://Dist.example.com
            = 1:6: url: \(url), found "https://Dist.example.com": its host is written in lower case
            1 url: https://h/../x
            = 1:6: url: \(url), found "https://h/../x"
            1 url: https://h/?a
            = 1:6: url: \(url), found "https://h/?a": clients append paths to it
            2 origin: A, B
            = 2:9: origin: expected one line without commas and colons, found "A, B": pins of apt and unattended-upgrades couldn't name it
            2 #
            = 1:1: "origin" is missing
            + prefix: /scm
            = 13:9: prefix: expected words of lower-case letters, digits and ._- with slashes between them, as in downloads/linux, found "/scm": slashes stand between words alone
            + prefix: a/../b
            = 13:9: prefix: expected words of lower-case letters, digits and ._- with slashes between them, as in downloads/linux, found "a/../b"
            + prefix: apt-x/y
            = 13:9: prefix: "apt-x" is reserved: something else has that name at the site's top
            + prefix: yum
            = 13:9: prefix: "yum" is reserved: something else has that name at the site's top
            + site: a/
            = 13:7: site: expected a directory's path without a slash at its end, found "a/"
            + titel: x
            = 13:1: titel: "titel" is no key of the site definition; did you mean "title"?
            + codenames: []
            = 13:1: codenames: "codenames" is no key of the site definition, but of "apt"
            + passphrase: x
            = 13:1: passphrase: "passphrase" is no key of the site definition
            + lock: { lease: 30s }
            = 13:16: lock.lease: expected a duration with its unit: m, h or d, as in 14d, found "30s"
            + lock: { wait: 25h }
            = 13:15: lock.wait: expected a duration from 0m to 1d, found "25h"
            + targets: [Debian 10]
            = 13:11: targets[0]: expected a system's ID from os-release, or el, with an optional lowest version, as in debian>=10, found "Debian 10"
            + targets: [el>=7, el>=8]
            = 13:18: targets[1]: "el" is listed twice
            """))
    func `Mistakes at the top`(mistake: Mistake) { expect(mistake) }

    @Test(
        arguments: Mistake.list(
            """
            3 products: []
            = 3:11: products: expected a list of at least 1, found 0
            3 products: [{ name: a1 }, { name: a1, packages: [b1] }]
            = 3:34: products[1].name: there is another product "a1"
            3 products: [{ name: a1 }, { name: b1, packages: [a1] }]
            = 3:49: products[1].packages[0]: "a1" is a package of "a1" already
            3 products: [{ name: a1, packages: [b1] }, { name: b1 }]
            = 3:50: products[1].name: "b1" is a package of "a1" already
            3 products: [{ name: a1, install: a2 }]
            = 3:33: products[0].install: "a2" is none of the product's packages; did you mean "a1"?
            3 products: [{ name: my/agent }]
            = 3:20: products[0].name: expected a name of 2 to 64 lower-case letters, digits, - and ., first a letter, last no - or ., found "my/agent"
            3 products: [{ name: a1 }, { name: a1.bin }]
            = 3:34: products[1].name: the product "a1" has the name "a1.bin" on the site already
            3 products: [{ name: apt-sign.gpg }]
            = 4:6: apt: the product "apt-sign.gpg" has the name "apt-sign.gpg" on the site already
            """))
    func `Mistakes in products`(mistake: Mistake) { expect(mistake) }

    @Test(
        arguments: Mistake.list(
            """
            4 apt: {}
            = 4:6: apt: "codenames" is missing
            4 apt: { codenames: [Bookworm] }
            = 4:20: apt.codenames[0]: expected a codename of lower-case letters, digits and -, as in bookworm, found "Bookworm"
            4 apt: { codenames: [../x] }
            = 4:20: apt.codenames[0]: expected a codename of lower-case letters, digits and -, as in bookworm, found "../x"
            4 apt: { codenames: [focal, { name: focal }] }
            = 4:35: apt.codenames[1].name: "focal" is listed twice
            4 apt: { codenames: [focal], architectures: [x86_64] }
            = 4:44: apt.architectures[0]: expected one of amd64, arm64, armel, armhf, i386, loong64, mips64el, ppc64el, riscv64, s390x, found "x86_64"
            4 apt: { codenames: [focal], key_file: a/b.gpg }
            = 4:38: apt.key_file: expected a file name that ends in .gpg or .asc, as in apt-sign.gpg, found "a/b.gpg": the directory is that of "prefix"
            4 apt: { codenames: [focal], keyring: /etc/apt/trusted.gpg }
            = 4:37: apt.keyring: expected a file of /usr/share/keyrings or /etc/apt/keyrings that ends in .gpg, found "/etc/apt/trusted.gpg"
            4 apt: { codenames: [focal], valid_for: 14d }
            = 4:39: apt.valid_for: "valid_for" needs "refresh": without a new signature in time every client fails
            4 apt: { codenames: [focal], refresh: 1d }
            = 4:37: apt.refresh: "refresh" needs "valid_for": what never expires needs no new signature
            4 apt: { codenames: [focal], valid_for: 14d, refresh: 8d }
            = 4:53: apt.refresh: expected at most half of "valid_for", 14d, found "8d": one missed run mustn't make clients fail
            4 apt: { codenames: [focal], valid_for: 5h, refresh: 1h }
            = 4:39: apt.valid_for: expected a duration from 1d to 366d, found "5h"
            5 yum: { architectures: [amd64] }
            = 5:24: yum.architectures[0]: expected one of x86_64, aarch64, armhfp, i386, loongarch64, ppc64, ppc64le, riscv64, s390x, found "amd64"
            5 yum: { id: a b }
            = 5:12: yum.id: expected an id of at most 64 letters, digits and _.-, found "a b"
            5 yum: { mirrorlist: yes }
            = 5:20: yum.mirrorlist: expected true or false, found "yes"
            """))
    func `Mistakes in repositories`(mistake: Mistake) { expect(mistake) }

    @Test(
        arguments: Mistake.list(
            """
            11     current: { fingerprint: A1B2C3D4, file: keys/r.asc }
            = 11:29: keys.rpm.current.fingerprint: expected a fingerprint of 40 hexadecimal digits, found "A1B2C3D4": shorter names of keys can be forged
            11     current: { fingerprint: "\(String(repeating: "0000 ", count: 9))0000", file: keys/r.asc }
            = 11:29: keys.rpm.current.fingerprint: expected the fingerprint of keys/r.asc, found zeros
            11     current: { fingerprint: \(Sites.fingerprint("B1")), file: keys/r.gpg }
            = 11:77: keys.rpm.current.file: expected the relative path of an armored public key, as in keys/rpm-sign.asc, found "keys/r.gpg": it ends in .asc
            11     current: { fingerprint: \(Sites.fingerprint("B1")), file: ../r.asc }
            = 11:77: keys.rpm.current.file: expected the relative path of an armored public key, as in keys/rpm-sign.asc, found "../r.asc": .. would lead out of it
            11     current: { fingerprint: \(Sites.fingerprint("B1")), file: keys/a b.asc }
            = 11:77: keys.rpm.current.file: expected the relative path of an armored public key, as in keys/rpm-sign.asc, found "keys/a b.asc": its name becomes a URL: letters, digits, ., _ and -
            11     current: { fingerprint: \(Sites.fingerprint("B2")), file: keys/r.asc }
            = 12:79: keys.rpm.successor.file: this key is in the role already: B2B2 B2B2 B2B2 B2B2 B2B2 B2B2 B2B2 B2B2 B2B2 B2B2
            11     current: { fingerprint: \(Sites.fingerprint("B1")), file: old/rpm-2.asc }
            = 12:79: keys.rpm.successor.file: another key's file of this role has the name rpm-2.asc, which is its URL
            12     signed_by: successor
            = 12:16: keys.rpm.signed_by: "successor" needs "successor"
            +     signed_by: both
            = 13:16: keys.rpm.signed_by: "both" has no meaning for role rpm: rpm packages and repomd.xml have one signature
            10   yum:
            = 10:3: keys.yum: "yum" is no key of "keys", but of the site definition
            11     #
            = 12:5: keys.rpm: "current" is missing
            12     private_key: x
            = 12:5: keys.rpm.private_key: "private_key" is no key of a role
            """))
    func `Mistakes in keys`(mistake: Mistake) {
        let problems = Sites.problems(in: mistake.text)
        #expect(problems.map(\.rendered).contains("dist.yaml:" + mistake.rendered), "\(problems.map(\.rendered))")
    }

    @Test func `What is signed needs its role`() {
        let text = Sites.lines.prefix(9).joined(separator: "\n")
        #expect(
            Sites.problems(in: text).map(\.rendered) == [
                "dist.yaml:5:6: yum: \"yum\" needs \"keys.rpm\", which says what signs it"
            ])
    }

    @Test func `Neither APT nor YUM is nothing`() {
        let text = Sites.lines.filter { !$0.hasPrefix("apt:") && !$0.hasPrefix("yum:") }.joined(separator: "\n")
        #expect(Sites.problems(in: text).map(\.rendered) == ["dist.yaml:1:1: \"apt\" or \"yum\" is missing"])
    }

    @Test(
        arguments: Mistake.list(
            """
            + channels: []
            = 13:11: channels: expected a list of at least 1, found 0
            + channels: [Beta]
            = 13:12: channels[0]: expected a name of 2 to 32 lower-case letters, digits and -, as in stable, found "Beta"
            + channels: [a1, a1]
            = 13:16: channels[1]: "a1" is listed twice
            + channels: [{ name: a1, label: x }]
            = 13:31: channels[0].label: the first channel's label is the site's, "Example"
            + channels: [a1, { name: b1, label: Example }]
            = 13:35: channels[1].label: the channel "a1" has the label "Example", too: pins couldn't tell them apart
            + retention: {}
            = 13:12: retention: "versions" or "days" is missing
            + index_retention: { generations: 0 }
            = 13:33: index_retention.generations: expected a whole number from 1 to 1000, found "0"
            4 apt: { codenames: [focal], keyring: /etc/apt/keyrings/keys.gpg }\\nclient_packages: { version: 1, maintainer: S <s@h> }
            = 4:37: apt.keyring: a keyring that a package owns belongs in /usr/share/keyrings; /etc/apt/keyrings is for administrators, sources.list(5)
            + client_packages: { version: v1, maintainer: S <s@example.com> }
            = 13:29: client_packages.version: expected numbers with dots between them, as in 2026.1, found "v1"
            + client_packages: { version: 1, maintainer: S <s@example.com>, keyring: my-agent }
            = 13:72: client_packages.keyring: another package is called "my-agent"
            + client_packages: { version: 1, maintainer: S <s@example.com>, release: "*" }
            = 13:72: client_packages.release: another package is called "my-agent"
            + client_packages: { version: 1, maintainer: S <s@example.com>, release: "-*" }
            = 13:72: client_packages.release: expected a package name of lower-case letters, digits, +, - and ., with * for the product's name, found "-*"
            """))
    func `Mistakes in channels and packages`(mistake: Mistake) { expect(mistake) }

    private func expect(_ mistake: Mistake) {
        #expect(Sites.problems(in: mistake.text).map(\.rendered) == ["dist.yaml:" + mistake.rendered])
    }

    @Test(arguments: ["passphrase", "private_key", "password", "token"])
    func `Secrets are refused in words`(name: String) {
        let problem = Sites.problems(in: Sites.adding("\(name): x")).first
        #expect(problem?.hints.first?.hasPrefix("Secrets never stand in this file") == true)
    }

    @Test(
        arguments: Mistake.list(
            """
            1 url: http://h
            = 1:6: url: keys come from this URL: without https, whoever is between a machine and the site replaces them
            4 apt: { codenames: [bokworm] }
            = 4:20: apt.codenames[0]: "bokworm" is no codename that this version of agentpack knows: `lsb_release -cs` must print it; did you mean "bookworm"?
            9 
            = 8:77: keys.apt.current.file: role apt has no successor: if its key is lost, every machine needs a new one by hand
            12     successor: { fingerprint: \(Sites.fingerprint("A1")), file: keys/rpm-2.asc }
            = 12:79: keys.rpm.successor.file: role apt has this key, too (keys/apt-1.asc): with a key for each role, one that is stolen opens one door
            5 
            = 11:5: keys.rpm: without "yum" nothing is signed by these keys
            """))
    func `What looks like a mistake warns`(mistake: Mistake) throws {
        #expect(try Sites.warnings(in: mistake.text).map(\.rendered) == ["dist.yaml:" + mistake.rendered])
    }

    @Test func `Few hours with a mirror list warn, and one id for two products`() throws {
        let text = Sites.replacing(5, with: "yum: { id: x, mirrorlist: true }\nindex_retention: { hours: 24 }")
            .replacing("[{ name: my-agent }]", with: "[{ name: a1 }, { name: a2 }]")
        #expect(
            try Sites.warnings(in: text).map(\.rendered) == [
                "dist.yaml:5:12: yum.id: each product's `.repo` file has this id: where two are, dnf says that the "
                    + "repository is listed twice",
                "dist.yaml:6:27: index_retention.hours: 24 hours are few with \"yum.mirrorlist\": yum 3 keeps a mirror "
                    + "list for a day, and with its snapshot gone a machine finds no packages",
            ])
    }

    @Test func `All problems come in one failure, in the order of the file`() {
        let text = "url: x\norigin: a:b\nproducts: []\nkeys: {}\nfoo: 1\n"
        let failure = #expect(throws: Failure.self) { try SiteDefinition(parsing: text, file: "d.yaml") }
        #expect(failure?.code == .usage && failure?.message == "d.yaml has 6 problems")
        #expect(failure?.cause?.hasPrefix("d.yaml:1:1: ") == true, "\(failure?.cause ?? "")")
    }
}
