import Diagnostics
import DistSite
import LinuxIO
import Signing
import SiteDefinition
import Testing

/// What the definition says of files: the page, keys, `.repo` files, the lock, an export.
@Suite struct SiteFilesTests {
    @Test func `the page says when a version came, where its state is, and which keys are retired`() throws {
        let sample = try SampleSite(product: "state: /var/opt/agent")
        try sample.publish([try sample.deb("agent", "1.0-1"), try sample.rpm("agent", "1.0")])
        try sample.publish([try sample.deb("agent", "1.1-1")], time: 1_810_000_000)
        var page = try sample.text("index.html")
        #expect(page.contains("15 January 2027") && page.contains("11 May 2027"))
        #expect(page.contains("sudo rm -rf /var/opt/agent"))
        #expect(!page.contains("Retired"))
        let text = sample.definition().replacing(
            "rpm: { current: \(sample.key(2)), successor: \(sample.key(3))",
            with:
                "rpm: { current: \(sample.key(3)), retired: [\(sample.key(2))]")
        try sample.publish([], time: 1_820_000_000, definition: text)
        page = try sample.text("index.html")
        #expect(page.contains("Retired"))
        #expect(try sample.text("scm/linux/key-2.asc").contains("BEGIN PGP PUBLIC KEY BLOCK"))
    }

    @Test func `a template of one's own is used`() throws {
        let sample = try SampleSite(extra: "landing_page: { template: own.mustache }")
        try sample.write("own.mustache", "<p>Mine: {{title}}</p>\n")
        try sample.publish([try sample.deb("agent", "1.0-1")])
        #expect(try sample.text("index.html") == "<p>Mine: Example</p>\n")
        let missing = try SampleSite(extra: "landing_page: { template: none.mustache }")
        #expect {
            try missing.publish([try missing.deb("agent", "1.0-1")])
        } throws: { error in
            let failure = error as? Failure
            return failure?.code == .usage && failure?.message.contains("landing_page.template") == true
        }
        #expect(fileStatus(missing.site + "/public") == nil)
    }

    @Test func `the key that signs stands first in repo files`() throws {
        let sample = try SampleSite()
        func keys() throws -> [String] {
            let lines = try sample.text("scm/linux/agent.repo").split(separator: "\n")
            return lines.filter { $0.hasSuffix(".asc") }.map { PathText.lastComponent(String($0)) }
        }
        try sample.publish([])
        #expect(try keys() == ["key-2.asc", "key-3.asc"])
        try sample.publish([], time: 1_800_000_100, definition: sample.definition(signedBy: "successor"))
        #expect(try keys() == ["key-3.asc", "key-2.asc"])
    }

    /// Looks at the site's lock whenever it signs.
    private struct Watching: OpenPGPSigner {
        let signer: GPGSigner
        let seen: @Sendable () -> Void
        var fingerprint: String { signer.fingerprint }

        func detached(_ content: ByteSource) throws(Failure) -> [UInt8] {
            seen()
            return try signer.detached(content)
        }

        func textSignature(_ text: [UInt8]) throws(Failure) -> [UInt8] { try signer.textSignature(text) }
    }

    @Test func `the lock's lease is the definition's`() throws {
        let sample = try SampleSite(extra: "lock: { lease: 2h }")
        let context = try sample.publisher().context
        let lock = sample.site + "/lock"
        let copy = sample.directory + "/seen"
        let signer = Watching(signer: try sample.signer(0, .files)) {
            guard let bytes = try? readFile(lock), let file = try? StagedFile(replacing: copy, mode: 0o644) else {
                return
            }
            _ = try? file.write(bytes)
            _ = try? file.commit()
        }
        let publisher = SitePublisher(
            sample.site, context: context, signers: SiteSigners(apt: [signer], rpm: try sample.signer(2, .rpm)), wait: 0
        )
        _ = try publisher.publish([], channel: context.definition.firstChannel)
        #expect(String(decoding: try readFile(copy), as: UTF8.self).contains("\"lease\":7200"))
    }

    @Test func `an export holds what was asked for, and typos are refused`() throws {
        let sample = try SampleSite()
        try sample.publish([
            try sample.deb("agent", "1.0-1"), try sample.deb("agent", "1.1-1"), try sample.rpm("agent", "1.0"),
        ])
        let context = try sample.publisher().context
        func paths(_ change: (inout SiteExport.Selection) -> Void) throws -> [String] {
            var selection = SiteExport.Selection(channel: "stable")
            change(&selection)
            return try SiteExport(sample.site, context: context, selection).paths()
        }
        let all = try paths { _ in }
        #expect(all.count { $0.hasSuffix(".deb") } == 4 && all.count { $0.hasSuffix(".rpm") } == 1)
        // One architecture, whichever way it is called.
        #expect(try paths { $0.architectures = ["amd64"] } == all)
        #expect(try paths { $0.architectures = ["x86_64"] } == all)
        let one = try paths {
            $0.codenames = ["trixie"]
            $0.versions = 1
        }
        #expect(
            one.filter { $0.contains("pool") } == ["apt-trixie/pool/main/a/agent/agent_1.1-1_amd64.deb"])
        #expect(!one.contains { $0.contains("bookworm") || $0.hasPrefix("yum") })
        for (change, hint) in [
            ({ $0.codenames = ["trixie", "bokworm"] }, "Did you mean bookworm?"),
            ({ $0.architectures = ["amd46"] }, "Did you mean amd64?"),
        ] as [((inout SiteExport.Selection) -> Void, String)] {
            #expect {
                try paths(change)
            } throws: { error in
                let failure = error as? Failure
                return failure?.code == .usage && failure?.hints == [hint]
            }
        }
    }
}
