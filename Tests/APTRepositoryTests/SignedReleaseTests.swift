import APTRepository
import Diagnostics
import Digests
import LinuxIO
import Signing
import Testing

@Suite struct SignedReleaseTests {
    private var release: ReleaseFile {
        var release = ReleaseFile()
        release.origin = "Example"
        release.codename = "bookworm"
        release.date = 1_800_000_000
        release.files = [.init(path: "main/binary-amd64/Packages", size: 3, sha256: SHA256.digest([1, 2, 3]))]
        return release
    }

    @Test func `old and new key sign together, and each is enough`() throws {
        let homes = try (GPGHome(), GPGHome())
        let keys = try (homes.0.key(), homes.1.key())
        let signers: [any OpenPGPSigner] = try [
            GPGSigner(fingerprint: keys.0, home: homes.0.path), GPGSigner(fingerprint: keys.1, home: homes.1.path),
        ]
        let signed = try SignedRelease(release, by: signers)
        let scratch = try Scratch()
        let release = try scratch.file("Release", signed.release)
        let signature = try scratch.file("Release.gpg", signed.signature)
        let inRelease = try scratch.file("InRelease", signed.inRelease)
        #expect(try CleartextMessage(reading: signed.inRelease, name: "it").text == signed.release)
        for (home, key) in [(homes.0, keys.0), (homes.1, keys.1)] {
            let ring = try home.ring(key)
            for files in [[signature, release], [inRelease]] {
                let result = try attempt(["gpgv", "--status-fd", "1", "--keyring", ring] + files)
                // gpgv ends with 2 for the key it lacks; apt goes by the status lines (methods/gpgv.cc).
                #expect(result.text.contains("[GNUPG:] GOODSIG ") && result.text.contains(key), "\(result.errorText)")
                #expect(!result.text.contains("BADSIG") && result.text.contains("NO_PUBKEY"))
            }
            // apt of Debian 13 splits InRelease and has sqv verify the parts (methods/sqv.cc).
            let message = try CleartextMessage(reading: signed.inRelease, name: "it")
            let parts = try (scratch.file("part.sig", message.signatures), scratch.file("part", message.signed))
            for (signature, file) in [(signature, release), parts] {
                let result = try attempt(["sqv", "--keyring", ring, signature, file])
                #expect(result.status == 0 && result.text.contains(key), "\(result.errorText)")
            }
        }
        let both = try scratch.file("both.gpg", scratchless(homes.0.ring(keys.0)) + scratchless(homes.1.ring(keys.1)))
        #expect(try attempt(["gpgv", "--keyring", both, signature, release]).status == 0)
        #expect(try attempt(["gpgv", "--keyring", both, inRelease]).status == 0)
    }

    private func scratchless(_ path: String) throws -> [UInt8] { try readFile(path, limit: 1 << 20) }

    @Test func `equal Release files have equal signatures at a given time`() throws {
        let home = try GPGHome()
        let signer = try GPGSigner(fingerprint: home.key(), home: home.path)
        let one = try SignedRelease(release, by: [signer], time: 2_000_000_000)
        #expect(try SignedRelease(release, by: [signer], time: 2_000_000_000) == one)
        #expect(try SignedRelease(release, by: [signer], time: 2_000_000_001).inRelease != one.inRelease)
    }

    @Test func `nobody and twice the same key don't sign`() throws {
        let home = try GPGHome()
        let signer = try GPGSigner(fingerprint: home.key(), home: home.path)
        for signers in [[], [signer, signer]] {
            let failure = #expect(throws: Failure.self) { try SignedRelease(release, by: signers) }
            #expect(failure?.code == .usage)
        }
    }
}
