import DefinitionFiles
import SiteDefinition
import Templates
import Testing

@Suite struct TemplateTests {
    /// The definition with a fingerprint of its own instead of each of zeros.
    private func filled(_ template: SiteTemplate) -> String {
        var parts = String(decoding: template.definition, as: UTF8.self).components(
            "0000 0000 0000 0000 0000 0000 0000 0000 0000 0000")
        var text = parts.removeFirst()
        for (index, part) in parts.enumerated() { text += Sites.fingerprint("D\(index)") + part }
        return text
    }

    @Test(arguments: SiteTemplate.all.map(\.name))
    func `A template is valid and gives no warning once its fingerprints are there`(name: String) throws {
        let template = try #require(SiteTemplate.named(name))
        #expect(try SiteDefinition(parsing: filled(template), file: "dist.yaml").warnings == [])
        let problems = Sites.problems(in: String(decoding: template.definition, as: UTF8.self))
        #expect(!problems.isEmpty && problems.allSatisfy { $0.message.hasSuffix("found zeros") })
    }

    @Test func `The network agent's site has the documented URLs`() throws {
        let site = try SiteDefinition(parsing: filled(try #require(.named("network-agent"))), file: "dist.yaml")
        let product = try #require(site.products.first)
        let key = try #require(site.aptKeyPath)
        #expect(site.url(of: key) == "https://dist.sectigo.com/scm/linux/apt-sign.gpg")
        #expect(site.apt?.keyring == "/usr/share/keyrings/sectigo-archive-keyring.gpg")
        #expect(
            site.url(of: site.repoFilePath(product, in: site.firstChannel))
                == "https://dist.sectigo.com/scm/linux/sectigo-network-agent.repo")
        #expect(
            site.url(of: site.aptPath("bookworm", in: site.firstChannel)) == "https://dist.sectigo.com/apt-bookworm")
        #expect(site.apt?.listName == "sectigo" && site.apt?.components == ["main"])
        #expect(site.apt?.distributions.map(\.codename).count == Codename.known.count)
        #expect(site.keys.apt?.current.shownFingerprint == "FCB9 DC04 DE50 2CBA 0F39 BFAF BFB4 716B 93A8 397B")
        #expect(site.keys.rpm?.current.fingerprint == "05419789E34EBE6EE3D360965097864930A7D659")
    }
}

extension String {
    /// The parts between each occurrence of a text.
    fileprivate func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
