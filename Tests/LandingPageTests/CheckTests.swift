import Diagnostics
import Testing

@testable import LandingPage

/// Commands of the page are run as root.
@Suite struct CheckTests {
    static let changes: [(String, @Sendable (inout SitePage) -> Void)] = [
        ("a base URL with a command", { $0.url = "https://a.example/$(id)" }),
        ("a base URL with a slash at its end", { $0.url = "https://a.example/" }),
        ("a base URL with a user", { $0.url = "https://a@b.example" }),
        ("a base URL that is a script", { $0.url = "javascript://a" }),
        ("a link that is a script", { $0.links[0].target = "javascript:alert(1)" }),
        ("a link out of the site", { $0.links[0].target = "../x" }),
        ("notes that are a script", { $0.products[0].versions[0].notes?.target = "data:text/html,x" }),
        ("documentation that is a script", { $0.products[0].documentation = "javascript:x" }),
        ("a directory above the site", { $0.directory = ".." }),
        ("a title of two lines", { $0.products[0].title = "a\n    id" }),
        ("a package that is an option", { $0.products[0].package = "-y" }),
        ("a package of two words", { $0.products[0].package = "a b" }),
        ("no package", { $0.products[0].package = "" }),
        ("another package with a quote", { $0.products[0].extraPackages = ["a\"b"] }),
        ("a start line of two", { $0.products[0].start = "a\nid" }),
        ("a product with a slash", { $0.products[0].name = "a/b" }),
        ("a configuration command of two lines", { $0.products[0].configure = "a\r\nb" }),
        ("an empty configuration command", { $0.products[0].configure = "" }),
        ("state that is a whole system's", { $0.products[0].stateDirectory = "/var/opt" }),
        ("state above itself", { $0.products[0].stateDirectory = "/var/opt/a/../.." }),
        ("a repository file of another name", { $0.products[0].repoFile?.path = "a/b.conf" }),
        ("a repository with a bracket", { $0.products[0].repoFile?.id = "a]" }),
        ("an installer with a space", { $0.products[0].versions[0].files[0].path = "a/b c.bin" }),
        ("a command to uninstall with a control", { $0.products[0].installer?.uninstall = "a\u{1B}b" }),
        ("an installer without a key", { $0.products[0].installer?.keys = [] }),
        ("an archive in a directory", { $0.products[0].offline?.name = "a/b.tar" }),
        ("a code name with a quote", { $0.apt?.releases[0].codename = "a'b" }),
        ("a component of two", { $0.apt?.component = "main contrib" }),
        ("a relative keyring", { $0.apt?.keyring = "keyring.gpg" }),
        ("a keyring that apt can't read", { $0.apt?.keyring = "/usr/share/keyrings/a.kbx" }),
        ("a list with a slash", { $0.apt?.listName = "../a" }),
        ("a list that apt passes over", { $0.apt?.listName = "a+b" }),
        ("a short fingerprint", { $0.apt?.keys[0].fingerprint = "93A8397B" }),
        ("a fingerprint that isn't one", { $0.yum?.keys[0].fingerprint = String(repeating: "G", count: 40) }),
        ("no key", { $0.yum?.keys = [] }),
        ("no key but retired ones", { for index in 0..<2 { $0.apt?.keys[index].standing = .retired } }),
    ]

    @Test(arguments: changes.indices)
    func `What a shell or a browser could misread is refused`(index: Int) throws {
        let (what, change) = Self.changes[index]
        var page = Example.page
        change(&page)
        let failure = #expect(throws: Failure.self, "\(what)") { try page.html() }
        #expect(failure?.code == .usage, "\(what)")
    }
}
