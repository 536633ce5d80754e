import Diagnostics
import Testing
import YUMRepository

@Suite struct RepositoryConfigurationTests {
    private let keys = ["https://dist.example.com/a.asc", "https://dist.example.com/b.asc"]

    @Test func `a .repo file has one option a line`() throws {
        let configuration = RepositoryConfiguration(
            id: "example-agent", name: "Example Agent – $basearch",
            source: .base("https://dist.example.com/yum/$basearch"), keys: keys)
        #expect(
            text(try configuration.bytes()) == """
                [example-agent]
                name=Example Agent – $basearch
                baseurl=https://dist.example.com/yum/$basearch
                enabled=1
                gpgcheck=1
                repo_gpgcheck=1
                gpgkey=https://dist.example.com/a.asc
                       https://dist.example.com/b.asc

                """)
    }

    @Test func `a mirror list takes the place of the base URL`() throws {
        let configuration = RepositoryConfiguration(
            id: "x", name: "X", source: .mirrorList("https://dist.example.com/yum/$basearch/mirrorlist"), keys: keys,
            expiry: 21_600)
        let lines = text(try configuration.bytes()).split(separator: "\n")
        #expect(lines.contains("mirrorlist=https://dist.example.com/yum/$basearch/mirrorlist"))
        #expect(lines.contains("metadata_expire=21600"))
        #expect(!lines.contains { $0.hasPrefix("baseurl") })
    }

    @Test(arguments: [
        "", "https://", "ftp://x/y", "https://x/ y", "https://x/\ny", "https://x,https://y", "x", "file://host/x",
        "https://x/#y", "https://ü/", "https://x/\"",
    ])
    func `URLs that would be read as something else are refused`(url: String) {
        for source in [RepositoryConfiguration.Source.base(url), .mirrorList(url)] {
            #expect {
                try RepositoryConfiguration(id: "x", name: "X", source: source, keys: keys).bytes()
            } throws: { error in
                (error as? Failure)?.code == .usage
            }
        }
        #expect(throws: Failure.self) {
            try RepositoryConfiguration(id: "x", name: "X", source: .base("https://x/"), keys: [url]).bytes()
        }
    }

    @Test(arguments: [
        ("", "X"), ("x y", "X"), ("x]", "X"), ("main", "X"), ("ü", "X"), ("x", ""), ("x", "a\nb"), ("x", " a"),
        ("x", "a\u{202E}"), ("x\n", "X"),
    ])
    func `IDs and names that would be read as something else are refused`(id: String, name: String) {
        #expect {
            try RepositoryConfiguration(id: id, name: name, source: .base("https://x/"), keys: keys).bytes()
        } throws: { error in
            (error as? Failure)?.code == .usage
        }
    }

    @Test func `a repository without keys is refused`() {
        #expect(throws: Failure.self) {
            try RepositoryConfiguration(id: "x", name: "X", source: .base("https://x/"), keys: []).bytes()
        }
    }
}
