import ClientFiles
import Foundation
import LinuxIO
import SiteDefinition
import Testing

/// A directory with the key files of a definition, in which real tools look at what is made.
final class Lab {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "agentpack-client-\(UUID().uuidString)"
        try write(Keys.firstText, to: "keys/apt-1.asc")
        try write(Keys.secondText, to: "keys/apt-2.asc")
        try write(Keys.secondText, to: "keys/rpm-1.asc")
        try write(Keys.firstText, to: "keys/rpm-2.asc")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let file = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    /// A site with everything that clients get.
    ///
    /// - Parameters:
    ///   - version: That of the packages.
    ///   - rpmKey: The fingerprint of the key in `keys/rpm-1.asc`.
    func site(_ version: String = "2026.1", rpmKey: String = Keys.second) throws -> SiteDefinition {
        try SiteDefinition(
            parsing: """
                url: https://dist.example.com
                origin: Example
                prefix: scm/linux
                products: [{ name: my-agent, title: My Agent }]
                apt: { codenames: [trusty, { name: bookworm, architectures: [amd64, arm64] }] }
                yum: {}
                keys:
                  apt:
                    current: { fingerprint: \(Keys.first), file: keys/apt-1.asc }
                    successor: { fingerprint: \(Keys.second), file: keys/apt-2.asc }
                  rpm:
                    current: { fingerprint: \(rpmKey), file: keys/rpm-1.asc }
                    successor: { fingerprint: \(Keys.first), file: keys/rpm-2.asc }
                channels: [stable, beta]
                client_packages: { version: \(version), maintainer: Example Support <support@example.com> }
                """, file: "dist.yaml")
    }

    func aptKeys() throws -> ClientKeys {
        let role = try #require(try site().keys.apt)
        return try ClientKeys(role, below: path)
    }

    func rpmKeys() throws -> ClientKeys {
        let role = try #require(try site().keys.rpm)
        return try ClientKeys(role, below: path)
    }

    /// The keyring package's path.
    func keyringPackage() throws -> String {
        let made = try KeyringPackage(site(), keys: aptKeys(), timestamp: 1_700_000_000)
        let package = try #require(made)
        try package.write(in: try Directory.open(path))
        return path + "/" + package.fileName
    }

    /// The release package's path.
    func releasePackage(_ version: String = "2026.1", title: String = "My Agent") throws -> String {
        var site = try site(version)
        site.products[0].title = title
        let product = try #require(site.products.first)
        let made = try ReleasePackage(site, product, keys: rpmKeys(), timestamp: 1_700_000_000)
        let package = try #require(made)
        try package.write(in: try Directory.open(path))
        return path + "/" + package.fileName
    }

    struct Result {
        var code: Int32
        var output: String
    }

    /// Runs a program of the machine; the output is both streams.
    @discardableResult
    func run(_ words: String..., environment: [String: String] = [:], code: Int32? = 0) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": path, "GNUPGHOME": path]
        process.environment = variables.merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if let code { #expect(process.terminationStatus == code, "\(words): \(output)") }
        return Result(code: process.terminationStatus, output: output)
    }
}
