import Artifacts
import Diagnostics
import Foundation
import LinuxIO
import Signing
import TestSupport
import Testing

@Suite struct SignerTests {
    private func signer(_ lab: PackageLab, _ fingerprint: String) throws -> ArtifactSigner {
        try ArtifactSigner(
            openPGP: GPGSigner(fingerprint: fingerprint, home: lab.path + "/gnupg", use: .rpm), message: nil)
    }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

    @Test(arguments: ["w6.xzdio", "w3.zstdio"])
    func `an rpm of rpmbuild is signed in place, and rpmkeys agrees`(payload: String) throws {
        let lab = try PackageLab()
        let key = try lab.gpgKey()
        let path = try lab.rpm(payload: payload)
        let end = try bytes(path).suffix(500)
        try lab.run("/bin/sh", "-c", "cd \(lab.path)/rpm-demo.rpm/RPMS && sha256sum demo.rpm > demo.rpm.sha256")
        // Of another process that signs the same file.
        let others = PathText.join(PathText.parent(path), ".demo.rpm.new")
        try Data("half".utf8).write(to: URL(filePath: others))
        let outcome = try signer(lab, key.fingerprint).sign(path)
        #expect(outcome.written == [path, path + ".sha256"])
        #expect(try bytes(path).suffix(500) == end)
        #expect(try bytes(others) == Array("half".utf8))
        let sums = try lab.run("/bin/sh", "-c", "cd \(lab.path)/rpm-demo.rpm/RPMS && sha256sum -c demo.rpm.sha256")
        #expect(sums.status == 0)
        try lab.run("/usr/bin/rpmkeys", "--dbpath", lab.path + "/db", "--import", key.file)
        let told = try lab.run("/usr/bin/rpmkeys", "--dbpath", lab.path + "/db", "-Kv", path)
        #expect(told.status == 0, "\(told.text)")
        var demands = VerificationDemands()
        demands.gpgKeys = [key.file]
        let checked = try ArtifactVerification(of: path, demands: demands)
        #expect(checked.isOriginProven && checked.signatures.count == 2)
        #expect(checked.artifact.signatures.map(\.covers) == ["header", "header and payload"])
        // Without a key a flip in a signature isn't seen, nor is the file called whole.
        let signature = try #require(try place(of: [9, 16] + keyID(key.fingerprint), in: path))
        try lab.flip(path, at: signature + 60)
        #expect(try ArtifactVerification(of: path).exceptions.first == "the signatures, which no key proved")
        try lab.flip(path, at: signature + 60)
        // The key ID, which isn't signed, but by which clients look for the key.
        try lab.flip(path, at: signature + 4)
        #expect {
            try ArtifactVerification(of: path)
        } throws: { error in
            (error as? Failure)?.message.contains("which is not that of the key \(key.fingerprint)") == true
        }
    }

    private func keyID(_ fingerprint: String) -> [UInt8] {
        let digits = Array(fingerprint.utf8.suffix(16))
        return stride(from: 0, to: 16, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    private func place(of wanted: [UInt8], in path: String) throws -> Int? {
        let bytes = try bytes(path)
        return bytes.indices.first { bytes[$0...].starts(with: wanted) }
    }

    @Test func `a damaged file is not signed`() throws {
        let lab = try PackageLab()
        let key = try lab.gpgKey()
        let path = try lab.rpm()
        try lab.flip(path, at: -20)
        let before = try bytes(path)
        #expect {
            try signer(lab, key.fingerprint).sign(path)
        } throws: { error in
            (error as? Failure)?.code == .integrity
        }
        #expect(try bytes(path) == before)
    }

    @Test func `planning writes nothing`() throws {
        let lab = try PackageLab()
        let key = try lab.gpgKey()
        let path = try lab.rpm()
        let before = try bytes(path)
        #expect(try signer(lab, key.fingerprint).plan(path).written == [path])
        #expect(try bytes(path) == before)
    }

    @Test func `an installer gets a signature in its trailer and one beside it`() throws {
        let lab = try PackageLab()
        let key = try lab.gpgKey()
        let own = try Signer.generate()
        try withScratch { scratch in
            _ = try SampleInstaller().build("x.bin", in: scratch)
            let path = PathText.join(scratch.path, "x.bin")
            let before = try bytes(path)
            let both = try ArtifactSigner(
                openPGP: GPGSigner(fingerprint: key.fingerprint, home: lab.path + "/gnupg", use: .files), message: own)
            #expect(try both.sign(path).written == [path, path + ".asc"])
            #expect(try bytes(path).dropLast(256) == before.dropLast(256))
            var demands = VerificationDemands()
            demands.key = own.publicKey
            demands.gpgKeys = [key.file]
            let checked = try ArtifactVerification(of: path, demands: demands)
            #expect(checked.isOriginProven && checked.signatures.map(\.result) == [.trusted, .trusted])
            // The Ed25519 signature alone would leave a signature beside it that no longer holds.
            #expect {
                try ArtifactSigner(openPGP: nil, message: own).sign(path)
            } throws: { error in
                (error as? Failure)?.code == .conflict
            }
        }
    }

    @Test func `an Ed25519 key is no key for packages`() throws {
        let lab = try PackageLab()
        let path = try lab.deb()
        #expect {
            try ArtifactSigner(openPGP: nil, message: Signer.generate()).sign(path)
        } throws: { error in
            (error as? Failure)?.code == .usage
        }
    }
}

/// Fails as a security module without its card does.
private struct NoCard: OpenPGPSigner {
    let fingerprint = String(repeating: "0", count: 40)
    func detached(_ content: ByteSource) throws(Failure) -> [UInt8] { throw Failure(.failed, "no card") }
    func textSignature(_ text: [UInt8]) throws(Failure) -> [UInt8] { throw Failure(.failed, "no card") }
}

extension SignerTests {
    @Test func `a signer that fails changes nothing`() throws {
        try withScratch { scratch in
            _ = try SampleInstaller().build("x.bin", in: scratch)
            let path = PathText.join(scratch.path, "x.bin")
            let before = try Data(contentsOf: URL(filePath: path))
            #expect(throws: Failure(.failed, "no card")) {
                try ArtifactSigner(openPGP: NoCard(), message: Signer.generate()).sign(path)
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
            #expect(try scratch.names().sorted() == ["head", "x.bin"])
        }
    }
}
