import LinuxIO

/// Four keys without passphrases, which all sites of a run of tests have: making some takes longer than the tests.
struct SampleKeys {
    /// What making them came to.
    static let shared = Result { try SampleKeys() }

    var fingerprints: [String] = []
    /// Armored, in the order of the fingerprints.
    var publicKeys: [[UInt8]] = []
    /// All of them, armored.
    var secretKeys: [UInt8]

    private init() throws {
        let home = try TemporaryDirectory(prefix: "gpg")
        let gpg = ["/usr/bin/gpg", "--homedir", home.path, "--batch", "--quiet"]
        defer { _ = try? SampleSite.run(["/usr/bin/gpgconf", "--homedir", home.path, "--kill", "all"]) }
        for number in 0..<4 {
            let user = "Key \(number) <k\(number)@example.com>"
            try SampleSite.run(gpg + ["--passphrase", "", "--quick-generate-key", user, "rsa2048", "sign", "never"])
            let listing = try SampleSite.run(gpg + ["--with-colons", "--list-keys", "=\(user)"])
            let line = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") } ?? ""
            let fingerprint = String(line.split(separator: ":").last ?? "")
            fingerprints.append(fingerprint)
            publicKeys.append(Array(try SampleSite.run(gpg + ["--armor", "--export", fingerprint]).utf8))
        }
        secretKeys = Array(
            try SampleSite.run(
                gpg + ["--pinentry-mode", "loopback", "--passphrase", "", "--armor", "--export-secret-keys"]
            ).utf8)
    }
}
