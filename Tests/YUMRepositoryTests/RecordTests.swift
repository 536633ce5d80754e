import Diagnostics
import Digests
import LinuxIO
import RPMFormat
import Testing

@testable import YUMRepository

@Suite struct RecordTests {
    @Test func `texts are escaped, in attributes line ends and tabs too`() throws {
        var sample = SamplePackage()
        sample.package.summary = "a < b & c > d \"e\" 'f' ]]>"
        sample.package.description = "tab\there\r\nü\u{7F}"
        sample.package.relations = [RPMRelation(.provides, "x<&>\"'ü")]
        let primary = try sample.records().primary
        #expect(primary.contains("<summary>a &lt; b &amp; c &gt; d \"e\" 'f' ]]&gt;</summary>"))
        #expect(primary.contains("<description>tab\there&#13;\nü\u{7F}</description>"))
        #expect(primary.contains("<rpm:entry name=\"x&lt;&amp;&gt;&quot;'ü\"/>"))
    }

    @Test func `control characters and noncharacters are refused`() throws {
        for wrong in ["a\u{1B}[0m", "\u{1}", "x\u{FFFE}", "\u{FFFF}"] {
            var sample = SamplePackage()
            sample.package.vendor = wrong
            #expect {
                try sample.records()
            } throws: { error in
                (error as? Failure)?.code == .integrity
            }
        }
    }

    @Test func `text that is not UTF-8 is taken for ISO 8859-1`() throws {
        #expect(try XMLText([0x41, 0xE4, 0xF6, 0x80, 0xFF], "x").bytes == Array("Aäöÿ".utf8))
        #expect(try XMLText(Array("Aäö".utf8), "x").bytes == Array("Aäö".utf8))
        #expect(try XMLText([0xED, 0xA0, 0x80], "x").bytes == Array("í".utf8))
    }

    @Test func `an epoch is always there`() throws {
        #expect(try SamplePackage().records().primary.contains("<version epoch=\"0\" ver=\"1.0\" rel=\"1\"/>"))
        let other = try SamplePackage(epoch: 7, version: "2~rc1+b", release: "3^x").records()
        for record in [other.primary, other.filelists, other.other] {
            #expect(record.contains("<version epoch=\"7\" ver=\"2~rc1+b\" rel=\"3^x\"/>"))
        }
    }

    @Test(arguments: [
        ("/etc", false), ("/etc/", true), ("/etc/x", true), ("/usr/bin/x", true), ("/opt/x/sbin/y", true),
        ("/opt/cabin/x", true), ("/opt/bin", false), ("/usr/lib/sendmail", true), ("/usr/lib/sendmail2", false),
        ("/x", false), ("bin/", true), ("", false), ("/opt/etc/x", false),
    ])
    func `primary lists what createrepo_c's primary lists`(path: String, isListed: Bool) {
        #expect(PackageFile.isPrimary(Array(path.utf8)) == isListed)
    }

    @Test func `ten changes are kept, oldest first, a second apart where they are of one day`() throws {
        var sample = SamplePackage()
        sample.package.changes = (0..<12).map {
            RPMChange(timestamp: 946_728_000 - Int64($0 / 3) * 86_400, author: "A <a@b> - \($0)  ", text: "- \($0)")
        }
        let lines = try sample.records().other.split(separator: "\n").filter { $0.contains("<changelog") }
        #expect(lines.count == 10)
        #expect(lines.first == "  <changelog author=\"A &lt;a@b&gt; - 9\" date=\"946468800\">- 9</changelog>")
        #expect(lines.last == "  <changelog author=\"A &lt;a@b&gt; - 0\" date=\"946728002\">- 0</changelog>")
        let dates = lines.compactMap { $0.split(separator: "\"").dropFirst(3).first.flatMap { Int($0) } }
        #expect(dates == dates.sorted())
        #expect(Set(dates).count == 10)
    }

    @Test func `of glibc's symbol versions the newest is required alone`() throws {
        var sample = SamplePackage()
        sample.package.relations = [
            "libc.so.6()(64bit)", "libc.so.6(GLIBC_2.2.5)(64bit)", "libc.so.6(GLIBC_2.34)(64bit)",
            "libc.so.6(GLIBC_2.4)(64bit)", "zlib",
        ].map { RPMRelation(.requires, $0) }
        let primary = try sample.records().primary
        #expect(primary.contains("libc.so.6(GLIBC_2.34)(64bit)"))
        #expect(primary.split(separator: "libc.so.6").count == 2)
        #expect(!primary.contains("rpmlib("))
    }

    @Test func `keys are read from all three records`() throws {
        for sample in [
            SamplePackage("a+b.c_d", epoch: 3, version: "1.2~rc+git", release: "4^5", architecture: "noarch"),
            SamplePackage(),
        ] {
            let records = try PackageRecords(try sample.file(), location: "Packages/x.rpm")
            for (bytes, read) in [
                (records.primary, PrimaryIndex.key), (records.filelists, FilelistsIndex.key),
                (records.other, OtherIndex.key),
            ] {
                let key = try Result { try bytes.withUnsafeBytes { try read($0) } }.get()
                #expect(key == records.key)
                #expect("\(key)" == "\(records.key)")
            }
        }
    }

    @Test func `keys are ordered by name, version as rpm has it, architecture`() {
        func key(_ name: String, _ version: String, _ architecture: String = "x86_64") -> PackageKey {
            PackageKey(
                name: name, version: RPMVersion(version) ?? RPMVersion(version: ""), architecture: architecture)
        }
        let sorted = [
            key("B", "1-1"), key("a", "1.0~rc1-1"), key("a", "1.0-1"), key("a", "1.0-1.1", "aarch64"),
            key("a", "1.0-1.1"), key("a", "1.00-1.1"), key("a", "1.0^x-1"), key("a", "1.2-1"), key("a", "1.10-1"),
            key("a", "1:0.1-1"), key("a-b", "1-1"), key("aa", "1-1"),
        ]
        #expect(sorted.shuffled().sorted() == sorted)
        #expect(key("a", "0:1-1") == key("a", "1-1"))
        #expect(key("a", "0:1-1").hashValue == key("a", "1-1").hashValue)
        #expect(key("a", "1-1") != key("a", "1:1-1"))
    }

    @Test(arguments: [
        ("../x", "1", "1", "x86_64"), ("", "1", "1", "x86_64"), ("x", "1/2", "1", "x86_64"), ("x", "1", "", "x86_64"),
        ("x", "1", "1", "x86/64"), ("x", "-1", "1", "x86_64"), ("x", "1", "1", "X86"), (".x", "1", "1", "x86_64"),
        ("x y", "1", "1", "x86_64"), ("x%2f", "1", "1", "x86_64"), ("ü", "1", "1", "x86_64"),
        (String(repeating: "x", count: 220), "1", "1", "x86_64"), ("x\n", "1", "1", "x86_64"),
        ("-x", "1", "1", "noarch"),
    ])
    func `names outside the grammar don't become a path`(name: String, version: String, release: String, arch: String) {
        let key = PackageKey(
            name: name, version: RPMVersion(version: version, release: release), architecture: arch)
        #expect(throws: Failure.self) { try PackageFileName.name(of: key) }
    }

    @Test func `names within the grammar do`() throws {
        let key = PackageKey(
            name: "a+b.c_d-e", version: RPMVersion(epoch: 3, version: "1.0~rc1+g^2", release: "1.el9_2"),
            architecture: "x86_64")
        #expect(try PackageFileName.name(of: key) == "a+b.c_d-e-1.0~rc1+g^2-1.el9_2.x86_64.rpm")
    }

    @Test func `a published record is read back`() throws {
        var sample = SamplePackage("x", epoch: 1)
        sample.addFile("/opt/x/bin/y", "hello")
        sample.package.summary = "S & \"T\" ü"
        let file = try sample.file()
        let records = try PackageRecords(file, location: "Packages/x-1.0-1.x86_64.rpm")
        let package = try PublishedPackage(records.primary)
        #expect(package.key == records.key)
        #expect(package.checksum == RepositoryChecksum(value: records.digest.hex))
        #expect(package.summary == "S & \"T\" ü")
        #expect(package.size == file.source.size)
        #expect(package.installedSize == 5)
        #expect(package.buildTime == 946_684_800)
        #expect(package.location == "Packages/x-1.0-1.x86_64.rpm")
        #expect(package.headerRange == file.headerRange)
    }
}
