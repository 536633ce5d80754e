import Diagnostics
import DistSite
import LinuxIO
import Signing
import SiteDefinition
import SiteStorage
import Testing

/// A site of two codenames and one YUM repository with two channels, real keys, and packages by dpkg-deb and rpmbuild.
final class SampleSite {
    private let scratch: TemporaryDirectory
    private let home: TemporaryDirectory
    private let product: String
    let fingerprints: [String]

    var directory: String { scratch.path }
    var homeDirectory: String { home.path }
    var site: String { scratch.path + "/site" }

    /// Makes keys and a definition.
    ///
    /// - Parameters:
    ///   - extra: More lines of the definition.
    ///   - product: More of its product.
    ///   - apt: One more key of its `apt`.
    init(extra: String = "", product: String = "", apt: String = "components: [main]") throws {
        let scratch = try TemporaryDirectory(prefix: "site-tests")
        let home = try TemporaryDirectory(prefix: "gpg")
        self.scratch = scratch
        self.home = home
        self.product = product.isEmpty ? "" : ", " + product
        let keys = try SampleKeys.shared.get()
        fingerprints = keys.fingerprints
        for (number, key) in keys.publicKeys.enumerated() { try scratch.write("key-\(number).asc", key) }
        try scratch.write("secret.asc", keys.secretKeys)
        try Self.run([
            "/usr/bin/gpg", "--homedir", home.path, "--batch", "--quiet", "--import", scratch.path + "/secret.asc",
        ])
        try scratch.write("dist.yaml", Array(definition(extra: extra, apt: apt).utf8))
    }

    deinit {
        _ = try? Self.run(["/usr/bin/gpgconf", "--homedir", home.path, "--kill", "all"])
    }

    /// A key in the definition.
    func key(_ number: Int) -> String { "{ fingerprint: \(fingerprints[number]), file: key-\(number).asc }" }

    func definition(
        extra: String = "", apt: String = "components: [main]", signedBy: String = "current"
    ) -> String {
        """
        url: https://dist.example.com
        site: site
        origin: Example
        prefix: scm/linux
        products: [{ name: agent, title: The Agent, packages: [agent, agent-jre]\(product) }]
        apt: { codenames: [bookworm, trixie], keyring: /usr/share/keyrings/example.gpg, \(apt) }
        yum: { architectures: [x86_64] }
        channels: [stable, beta]
        keys:
          apt: { current: \(key(0)), successor: \(key(1)), signed_by: \(signedBy) }
          rpm: { current: \(key(2)), successor: \(key(3)), signed_by: \(signedBy == "both" ? "current" : signedBy) }
        \(extra)
        """
    }

    /// A publisher of the site at a time.
    func publisher(time: Int64 = 1_800_000_000, definition text: String? = nil) throws -> SitePublisher {
        let bytes = try readFile(scratch.path + "/dist.yaml")
        let definition = try SiteDefinition(
            parsing: text ?? String(decoding: bytes, as: UTF8.self), file: scratch.path + "/dist.yaml")
        let context = try SiteContext(
            definition: definition, directory: scratch.path, time: time, signatureTime: time, threads: 2)
        func signer(_ key: SiteKey, _ use: SigningKey.Use) throws -> GPGSigner {
            try GPGSigner(fingerprint: key.fingerprint, home: home.path, use: use)
        }
        let signers = SiteSigners(
            apt: try definition.keys.apt?.signers.map { try signer($0, .files) } ?? [],
            rpm: try definition.keys.rpm.map { try signer($0.signers[0], .rpm) })
        return SitePublisher(site, context: context, signers: signers, wait: 0)
    }

    /// Who signs with one of the keys.
    func signer(_ number: Int, _ use: SigningKey.Use) throws -> GPGSigner {
        try GPGSigner(fingerprint: fingerprints[number], home: home.path, use: use)
    }

    /// Puts a file beside the definition.
    func write(_ name: String, _ text: String) throws { try scratch.write(name, Array(text.utf8)) }

    /// Changes a byte near the end of a file of the site, in its place.
    func damage(_ path: String) throws {
        var bytes = try readFile("\(site)/\(path)")
        bytes[bytes.count - 4] ^= 2
        try Self.run([
            "/usr/bin/python3", "-c", "import sys; open(sys.argv[1], 'r+b').write(bytes.fromhex(sys.argv[2]))",
            "\(site)/\(path)", bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
        ])
    }

    /// Builds a Debian package.
    ///
    /// - Parameter file: The name of its one file; the package's without it.
    func deb(
        _ name: String, _ version: String, architecture: String = "amd64", content: String = "x", file: String? = nil
    ) throws -> String {
        let tree = "\(scratch.path)/tree"
        try Self.run(["/bin/rm", "-rf", tree])
        try Self.run(["/bin/mkdir", "-p", "\(tree)/DEBIAN", "\(tree)/opt/agent"])
        let directory = try Directory.open(tree)
        try write(
            """
            Package: \(name)
            Version: \(version)
            Architecture: \(architecture)
            Maintainer: Example <a@example.com>
            Description: an agent
             That does things.

            """, "DEBIAN/control", directory)
        try write(content, "opt/agent/\(file ?? name)", directory)
        let path = "\(scratch.path)/\(name)_\(version)_\(architecture).deb"
        try Self.run(["/usr/bin/dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, path])
        return path
    }

    /// Builds an RPM package and signs it.
    func rpm(
        _ name: String, _ version: String, content: String = "x", key: Int? = 2, payload: String = "w6.xzdio"
    ) throws -> String {
        let top = "\(scratch.path)/rpm"
        try Self.run(["/bin/mkdir", "-p", top])
        let directory = try Directory.open(top)
        try write(
            """
            Name: \(name)
            Version: \(version)
            Release: 1
            Summary: an agent
            License: none
            %define _binary_payload \(payload)
            %description
            That does things.
            %install
            mkdir -p %{buildroot}/opt/agent/bin
            echo '\(content)' > %{buildroot}/opt/agent/bin/\(name)
            %files
            /opt/agent

            """, "package.spec", directory)
        try Self.run([
            "/usr/bin/rpmbuild", "-bb", "--quiet", "--target", "x86_64", "--define", "_topdir \(top)", "--define",
            "_build_id_links none", "\(top)/package.spec",
        ])
        let path = "\(scratch.path)/\(name)-\(version)-1.x86_64.rpm"
        try Self.run(["/bin/mv", "\(top)/RPMS/x86_64/\(name)-\(version)-1.x86_64.rpm", path])
        if let key {
            try Self.run([
                "/usr/bin/rpmsign", "--define", "_gpg_name \(fingerprints[key])", "--define", "__gpg /usr/bin/gpg",
                "--define", "_gpg_path \(home.path)", "--addsign", path,
            ])
        }
        return path
    }

    private func write(_ text: String, _ path: String, _ directory: borrowing Directory) throws {
        let file = try StagedFile(replacing: path, in: directory, mode: 0o644)
        try file.write(text)
        try file.commit()
    }

    /// Publishes files.
    @discardableResult
    func publish(
        _ files: [String], channel: String = "stable", time: Int64 = 1_800_000_000, definition: String? = nil
    ) throws -> SiteOutcome {
        let publisher = try publisher(time: time, definition: definition)
        let packages = try IncomingPackage.read(files, context: publisher.context)
        return try publisher.publish(
            packages, channel: try publisher.context.definition.requiredChannel(channel))
    }

    /// A copy without links.
    ///
    /// - Returns: Its path, one for all copies.
    func copy(_ path: String) throws -> String {
        let copy = scratch.path + "/copy"
        try Self.run(["/bin/rm", "-rf", copy])
        try Self.run(["/bin/cp", "-rL", path, copy])
        return copy
    }

    /// A file of the site as it is served.
    func text(_ path: String) throws -> String {
        String(decoding: try readFile("\(site)/public/\(path)", limit: 1 << 24), as: UTF8.self)
    }

    /// The default channel's indexes that never change under their names: by-hash files, checksum-named ones, snapshots.
    func indexes() throws -> Set<String> {
        let listing = try Self.run([
            "/usr/bin/find", "\(site)/public/", "-path", "*/channels", "-prune", "-o", "-path", "*/by-hash/*/*",
            "-print", "-o", "-name", "*.xml.gz", "-print", "-o", "-path", "*/snapshots/*/repomd.xml*", "-print",
        ])
        return Set(listing.split(separator: "\n").map(String.init))
    }

    /// Says that a generation was made at another time.
    func setTime(_ time: Int64, ofGeneration number: Int) throws {
        let path = "\(site)/\(SiteDirectory.path(ofGeneration: number))"
        try Self.run(["/usr/bin/touch", "-d", "@\(time)", path])
    }

    @discardableResult
    static func run(_ arguments: [String]) throws -> String {
        let result = try Subprocess.run(
            arguments, environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent", "TZ=UTC"],
            limit: 1 << 20,
            timeout: 120)
        guard result.status == 0 else { throw Failure(.failed, "\(arguments.prefix(2)): \(result.errorText)") }
        return result.text
    }
}
