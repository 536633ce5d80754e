import Artifacts
import Diagnostics
import Foundation
import LinuxIO
import Signing
import TestSupport
import Testing

@Suite struct VerificationTests {
    private func refusal(_ path: String, _ demands: VerificationDemands = VerificationDemands()) -> Failure? {
        do throws(Failure) {
            _ = try ArtifactVerification(of: path, demands: demands)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["xz", "gzip", "none"])
    func `a package of dpkg-deb holds`(compression: String) throws {
        let lab = try PackageLab()
        let path = try lab.deb(compression: compression)
        let checked = try ArtifactVerification(of: path)
        #expect(checked.files == 2 && checked.signatures.isEmpty && !checked.isOriginProven)
        #expect(checked.checks.contains { $0.name == "files" && $0.isProven })
        #expect(checked.checks.first { $0.name == "content" }?.isProven == (compression != "none"))
    }

    @Test(arguments: ["w6.xzdio", "w9.gzdio"])
    func `a package of rpmbuild holds`(payload: String) throws {
        let lab = try PackageLab()
        let path = try lab.rpm(payload: payload)
        let checked = try ArtifactVerification(of: path)
        #expect(checked.files == 2)
        #expect(checked.checks.contains { $0.finding.contains("PAYLOADSHA256") })
        try lab.flip(path, at: -20)
        let failure = refusal(path)
        #expect(failure?.code == .integrity && failure?.message.contains("byte") == true)
    }

    @Test func `damage names its file, and what is cut or longer is called so`() throws {
        let lab = try PackageLab()
        try withScratch { scratch in
            _ = try SampleInstaller().build("x.bin", in: scratch)
            try FileManager.default.copyItem(
                atPath: PathText.join(scratch.path, "x.bin"), toPath: lab.path + "/x.bin")
        }
        for path in [
            lab.path + "/x.bin", try lab.deb(), try lab.deb(name: "gzip.deb", compression: "gzip"), try lab.rpm(),
            try lab.rpm(name: "gzip.rpm", payload: "w9.gzdio"),
        ] {
            let good = [UInt8](try Data(contentsOf: URL(filePath: path)))
            var damaged = [good + [0], good + good, Array(good.dropLast()), Array(good[..<(good.count / 2)])]
            for place in stride(from: 0, to: good.count, by: good.count / 60) {
                var bytes = good
                bytes[place] ^= 0xFF
                damaged.append(bytes)
            }
            for (index, bytes) in damaged.enumerated() {
                try Data(bytes).write(to: URL(filePath: path))
                guard let failure = refusal(path) else { continue }
                #expect(failure.message.contains(path), "\(failure.rendered)")
                if index == 0 { #expect(failure.rendered.contains("appended"), "\(failure.rendered)") }
            }
        }
    }

    @Test func `a changed file in a deb is named`() throws {
        let lab = try PackageLab()
        let path = try lab.deb(compression: "none")
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: "alpha\n".utf8) })
        bytes[place] = UInt8(ascii: "b")
        try Data(bytes).write(to: URL(filePath: path))
        let failure = refusal(path)
        #expect(failure?.code == .integrity && failure?.message.contains("/opt/demo/a") == true)
    }

    @Test func `a detached signature is judged by the named key alone`() throws {
        let lab = try PackageLab()
        let (ours, theirs) = (try lab.gpgKey("ours"), try lab.gpgKey("theirs"))
        let path = try lab.deb()
        var demands = VerificationDemands()
        demands.gpgKeys = [ours.file]
        #expect(refusal(path, demands)?.message.contains("is not signed") == true)
        let signer = try ArtifactSigner(
            openPGP: GPGSigner(fingerprint: ours.fingerprint, home: lab.path + "/gnupg", use: .files), message: nil)
        #expect(try signer.sign(path).written == [path + ".asc"])
        let checked = try ArtifactVerification(of: path, demands: demands)
        #expect(checked.isOriginProven && checked.signatures.map(\.result) == [.trusted])
        #expect(checked.signatures[0].signature.fingerprint == ours.fingerprint)
        #expect(try ArtifactVerification(of: path).signatures.map(\.result) == [.unchecked])
        demands.gpgKeys = [theirs.file]
        #expect(refusal(path, demands)?.cause?.contains(ours.fingerprint) == true)
        demands.gpgKeys = [theirs.file, ours.file]
        #expect(refusal(path, demands) == nil)
        let other = try lab.deb(PackageLab.Content(text: "else\n"), name: "other.deb")
        demands.detached = path + ".asc"
        #expect(refusal(other, demands)?.cause?.contains("BAD") == true)
    }

    @Test func `what isn't a signature is refused with its offset`() throws {
        let lab = try PackageLab()
        let path = try lab.deb()
        for text in ["", "nonsense", "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n"] {
            try lab.write(text, to: "demo.deb.asc")
            let failure = refusal(path)
            #expect(failure?.code == .integrity && failure?.message.contains("byte") == true, "\(text)")
        }
    }

    @Test func `an installer's own key is for installers`() throws {
        let lab = try PackageLab()
        var demands = VerificationDemands()
        demands.key = try Signer.generate().publicKey
        #expect(refusal(try lab.deb(), demands)?.code == .usage)
        try withScratch { scratch in
            _ = try SampleInstaller().build("x.bin", in: scratch)
            #expect(refusal(PathText.join(scratch.path, "x.bin"), demands)?.message.contains("is not signed") == true)
        }
    }
}
