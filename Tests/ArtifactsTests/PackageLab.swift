import Diagnostics
import Foundation

/// A directory in which dpkg-deb, rpmbuild and gpg make what is to be read.
final class PackageLab: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "agentpack-lab-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        if FileManager.default.fileExists(atPath: path + "/gnupg") {
            _ = try? run("/usr/bin/gpgconf", "--homedir", path + "/gnupg", "--kill", "all")
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// What a package of the same content is to be in each format.
    struct Content {
        var version = "1.0"
        var mode = "0644"
        var text = "alpha\n"
        var script = "exit 0\n"
        var relation = "libc6"
    }

    /// Makes a .deb with `dpkg-deb`.
    func deb(_ content: Content = Content(), name: String = "demo.deb", compression: String = "xz") throws -> String {
        let root = path + "/tree-\(name)"
        let control = """
            Package: demo
            Version: \(content.version)-1
            Architecture: amd64
            Maintainer: A <a@example.com>
            Depends: \(content.relation), one | two (>= 2)
            Homepage: https://example.com
            Description: a demo
             more of it

            """
        try write(control, to: "tree-\(name)/DEBIAN/control")
        try write("#!/bin/sh\n" + content.script, to: "tree-\(name)/DEBIAN/postinst", mode: "0755")
        try write("/etc/demo.conf\n", to: "tree-\(name)/DEBIAN/conffiles")
        try write("libdemo 1 demo\n", to: "tree-\(name)/DEBIAN/shlibs")
        try writeFiles(content, below: "tree-\(name)")
        let sums = "cd '\(root)' && md5sum opt/demo/a > DEBIAN/md5sums"
        try succeed(run("/bin/sh", "-c", sums))
        try succeed(
            run("/usr/bin/dpkg-deb", "--root-owner-group", "-Z\(compression)", "-b", root, path + "/" + name))
        return path + "/" + name
    }

    /// Makes an .rpm with `rpmbuild`.
    func rpm(_ content: Content = Content(), name: String = "demo.rpm", payload: String = "w6.xzdio") throws -> String {
        let spec = """
            Name: demo
            Version: \(content.version)
            Release: 1
            Summary: a demo
            License: MIT
            URL: https://example.com
            Requires: \(content.relation)
            %define _binary_payload \(payload)
            %define __os_install_post %{nil}
            %description
            more of it
            %post
            \(content.script)
            %files
            %dir %attr(0755, root, root) /opt/demo
            %attr(\(content.mode), root, root) /opt/demo/a
            /opt/demo/link
            %config(noreplace) %attr(0644, root, root) /etc/demo.conf
            %ghost %attr(0600, root, root) /var/opt/demo.state

            """
        try write(spec, to: "\(name).spec")
        try writeFiles(content, below: "root-\(name)")
        try succeed(
            run(
                "/usr/bin/rpmbuild", "-bb", "--quiet", "--target", "x86_64", "--buildroot", path + "/root-\(name)",
                "--define", "_topdir \(path)/rpm-\(name)", "--define", "_rpmfilename \(name)", path + "/\(name).spec"))
        return path + "/rpm-\(name)/RPMS/\(name)"
    }

    private func writeFiles(_ content: Content, below root: String) throws {
        try write(content.text, to: "\(root)/opt/demo/a", mode: content.mode)
        try write("key=value\n", to: "\(root)/etc/demo.conf")
        try FileManager.default.createSymbolicLink(
            atPath: path + "/\(root)/opt/demo/link", withDestinationPath: "a")
    }

    /// Writes a file, with the directories above it.
    func write(_ text: String, to name: String, mode: String = "0644") throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: Int(mode, radix: 8) ?? 0o644], ofItemAtPath: file)
    }

    /// Inverts one byte of a file; a negative place counts from its end.
    func flip(_ file: String, at place: Int) throws {
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let index = place < 0 ? bytes.count + place : place
        bytes[index] ^= 0xFF
        try Data(bytes).write(to: URL(filePath: file))
    }

    /// Makes an OpenPGP key without passphrase.
    ///
    /// - Returns: Its fingerprint, and the file with its public part.
    func gpgKey(_ name: String = "signer") throws -> (fingerprint: String, file: String) {
        let home = path + "/gnupg"
        try FileManager.default.createDirectory(
            atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let gpg = ["/usr/bin/gpg", "--homedir", home, "--batch", "--pinentry-mode", "loopback", "--passphrase", ""]
        try succeed(run(gpg + ["--quick-generate-key", "\(name) <\(name)@example.com>", "rsa2048", "sign", "never"]))
        let listed = try run(gpg + ["--with-colons", "--list-keys", "\(name)@example.com"]).text
        let line = listed.split(separator: "\n").first { $0.hasPrefix("fpr:") } ?? ""
        let fingerprint = String(line.split(separator: ":").last ?? "")
        let file = path + "/\(name).asc"
        try succeed(run(gpg + ["--armor", "--output", file, "--export", fingerprint]))
        return (fingerprint, file)
    }

    /// Runs a program; both of its outputs together.
    @discardableResult func run(_ words: String...) throws -> (status: Int32, text: String) { try run(words) }

    @discardableResult func run(_ words: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": path, "LC_ALL": "C.UTF-8"]
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }

    private func succeed(_ result: (status: Int32, text: String)) throws {
        guard result.status == 0 else { throw Failure(.failed, result.text) }
    }
}
