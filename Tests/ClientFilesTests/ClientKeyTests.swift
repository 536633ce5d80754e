import Diagnostics
import Foundation
import SiteDefinition
import Testing

@testable import ClientFiles

@Suite struct ClientKeyTests {
    @Test func `gpg makes the keyring of the key file, and lists both keys in their order`() throws {
        let lab = try Lab()
        let keys = try lab.aptKeys()
        try lab.write(String(decoding: keys.armoredKeyring, as: UTF8.self), to: "apt-sign.gpg")
        try lab.run("gpg", "--batch", "--dearmor", "-o", "keyring.gpg", "apt-sign.gpg")
        let made = try Data(contentsOf: URL(fileURLWithPath: lab.path + "/keyring.gpg"))
        #expect(Array(made) == keys.keyring)
        let listed = try lab.run("gpg", "--batch", "--show-keys", "--with-colons", "keyring.gpg").output
        let fingerprints = listed.split(separator: "\n").filter { $0.hasPrefix("fpr:") }.map { line in
            line.split(separator: ":").last.map(String.init) ?? ""
        }
        #expect(fingerprints == [Keys.first, Keys.second])
    }

    @Test(arguments: [
        (
            Keys.secondText, ExitCode.usage, "dist.yaml:9: keys.apt.current.file: keys/apt-1.asc holds another key"
        ),
        (
            Keys.firstText + Keys.secondText, .usage,
            "dist.yaml:9: keys.apt.current.file: keys/apt-1.asc holds 2 keys, expected one"
        ),
        (Keys.secretText, .usage, "keys/apt-1.asc holds a secret key, not a public one"),
        ("", .usage, "keys/apt-1.asc holds no key"),
        (
            Keys.firstText.replacing("XgvhAB", with: "XgvhAA"), .integrity,
            "keys/apt-1.asc has a block with a wrong checksum at byte 0"
        ),
    ])
    func `Another file than that key's is refused`(text: String, code: ExitCode, message: String) throws {
        let lab = try Lab()
        try lab.write(text, to: "keys/apt-1.asc")
        let failure = #expect(throws: Failure.self) { try lab.aptKeys() }
        #expect(failure?.code == code && failure?.message == message, "\(failure?.rendered ?? "")")
    }

    @Test func `A file that isn't there is named with its place`() throws {
        let lab = try Lab()
        try FileManager.default.removeItem(atPath: lab.path + "/keys/apt-2.asc")
        let failure = #expect(throws: Failure.self) { try lab.aptKeys() }
        #expect(failure?.code == .usage)
        #expect(
            failure?.message.hasPrefix("dist.yaml:10: keys.apt.successor.file: the public key 1E6E EB52") == true,
            "\(failure?.message ?? "")")
    }

    @Test func `A key without armor is a key, too`() throws {
        let lab = try Lab()
        let key = try #require(try lab.aptKeys().published.first)
        #expect(try ClientKey(key.key, bytes: key.packets) == key)
        #expect(try ClientKey(key.key, bytes: key.armored) == key)
    }
}
