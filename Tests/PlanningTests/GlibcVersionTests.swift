import SetupPlan
import Testing

@testable import Planning

struct GlibcVersionTests {
    @Test(arguments: [
        ("debian", "8", "2.19"), ("debian", "13", "2.41"), ("debian", "14", "2.41"), ("ubuntu", "14.04", "2.19"),
        ("ubuntu", "16.10", "2.23"), ("ubuntu", "24.04", "2.39"), ("el", "6", "2.12"), ("el", "7", "2.17"),
        ("rhel", "8.4", "2.28"), ("almalinux", "9", "2.34"), ("el", "10", "2.39"), ("fedora", "40", "2.39"),
        ("sles", "15", "2.26"), ("sles", "15.6", "2.38"), ("opensuse-leap", "15.4", "2.31"), ("amzn", "2", "2.26"),
        ("amzn", "2023", "2.34"),
    ])
    func `A release has the library it came with`(id: String, release: String, glibc: String) throws {
        let floor = GlibcVersion.floor(of: [SystemRequirement(id: id, minimumVersion: release)])
        #expect(floor?.version.description == glibc)
        #expect(floor?.words == "\(id)>=\(release) has glibc \(glibc)")
    }

    @Test func `The lowest of several counts`() {
        let systems = [("debian", "12"), ("el", "8"), ("ubuntu", "20.04")].map {
            SystemRequirement(id: $0.0, minimumVersion: $0.1)
        }
        #expect(GlibcVersion.floor(of: systems)?.words == "el>=8 has glibc 2.28")
        #expect(GlibcVersion.floor(of: []) == nil)
        #expect(GlibcVersion.floor(of: [SystemRequirement(id: "debian", minimumVersion: nil)]) == nil)
        #expect(GlibcVersion.floor(of: [SystemRequirement(id: "haiku", minimumVersion: "1")]) == nil)
    }

    @Test func `Versions are ordered by their numbers`() throws {
        let texts = ["GLIBC_2.2.5", "GLIBC_2.3", "GLIBC_2.17", "GLIBC_ABI_DT_RELR", "GLIBC_2.38"]
        let versions = try texts.map { try #require(GlibcVersion(symbolVersion: $0)) }
        #expect(versions == versions.sorted())
        for text in ["GLIBC_PRIVATE", "GLIBC_", "GLIBC_2.", "GLIBCXX_3.4", "GCC_3.0", "GLIBC_2.+3", "GLIBC_2.-3", ""] {
            #expect(GlibcVersion(symbolVersion: text) == nil, "\(text)")
        }
    }
}
