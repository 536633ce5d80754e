import Diagnostics
import Digests
import LinuxIO
import TestSupport
import Testing

@testable import RPMFormat

/// What we write, as rpm and others see it.
@Suite struct RPMWriterTests {
    /// Packages of several shapes.
    static let shapes = ["demo", "one file", "nothing", "many files", "strange names", "several blocks"]

    static func sample(_ shape: String) -> SampleRPM {
        var sample = SampleRPM(architecture: shape == "one file" ? "noarch" : "x86_64")
        switch shape {
        case "demo": return .demo()
        case "one file": sample.addFile("/opt/one", "content\n", mode: 0o4755)
        case "nothing": sample.package.epoch = 7
        case "many files":
            sample.addDirectory("/opt/many")
            var entries: [RPMEntry] = []
            for index in 0..<20_000 {
                let bytes = Array("file \(index)\n".utf8)
                let path = "/opt/many/\(index % 100)/f\(index)"
                sample.contents[path] = bytes
                entries.append(
                    RPMEntry(
                        path: path, content: .file(size: UInt64(bytes.count), digest: SHA256.digest(bytes)),
                        mode: 0o644))
            }
            entries += (0..<100).map { RPMEntry(path: "/opt/many/\($0)", content: .directory, mode: 0o755) }
            sample.package.entries += entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        case "strange names":
            sample.addDirectory("/opt/a b")
            sample.addDirectory("/opt/ä\u{301}")
            sample.addFile("/opt/a b/ leading and trailing ", "1")
            sample.addFile("/opt/a b/new\nline", "22")
            sample.addFile("/opt/a b/-rf *", "333")
            sample.addFile("/opt/a b/日本語", "4444")
            sample.addFile("/opt/a b/%name$(id)`\\'\"", "")
            sample.addFile("/opt/a b/" + String(repeating: "x", count: 246), "long")
            sample.add(
                RPMEntry(path: "/opt/ä\u{301}/link\tone", content: .link(target: "../a b/new\nline"), mode: 0o777))
        default:
            sample.blockSize = 1000
            sample.addDirectory("/opt/blocks", mode: 0o1777)
            sample.addFile("/opt/blocks/file", (0..<5000).map { "\($0)\n" }.joined())
        }
        return sample
    }

    @Test(arguments: shapes)
    func `rpm, cpio, xz and our reader accept a package`(shape: String) throws {
        try withScratch { scratch in
            let sample = Self.sample(shape)
            let path = try sample.write(in: scratch)
            let file = try open(path)
            let verification = try file.verify()
            #expect(verification.payloadSize == UInt64(try sample.payload().count))

            let check = try run("rpmkeys", "-Kv", "--nosignature", path)
            #expect(check.status == 0, "\(check.text)\(check.errorText)")
            for digest in [
                "Header SHA256 digest: OK", "Header SHA1 digest: OK", "Payload SHA256 digest: OK", "MD5 digest: OK",
            ] {
                #expect(check.text.contains(digest))
            }
            let info = try run("rpm", "-qpil", "--nosignature", path)
            #expect(info.status == 0 && info.errors.isEmpty, "\(info.errorText)")
            #expect(file.files.map(\.path) == sample.package.entries.map(\.path))
            let names = sample.package.entries.map { $0.path + "\n" }.joined()
            #expect(info.text.hasSuffix(names.isEmpty ? "(contains no files)\n" : names))

            let archive = try run("rpm2cpio", path)
            #expect(archive.output == (try sample.payload()))
            let members = try run("cpio", "-it", "--quiet", input: archive.output)
            #expect(members.status == 0, "\(members.errorText)")
            let paths = sample.package.payloadEntries.map { "." + sample.package.entries[$0].path + "\n" }
            #expect(members.text == paths.joined())
            let stream = try file.payload()
            let test = try run("xz", "-t", input: try stream.read(Int(stream.size), at: 0))
            #expect(test.status == 0, "\(test.errorText)")
        }
    }

    @Test(arguments: shapes)
    func `an installed package verifies`(shape: String) throws {
        try withScratch { scratch in
            try #require(System.effectiveUser == 0, "installing needs root")
            let path = try Self.sample(shape).write(in: scratch)
            try scratch.makeDirectory("root")
            let root = ["--root", PathText.join(scratch.path, "root"), "--dbpath", "/db"]
            let install = try run(["rpm"] + root + ["-i", "--nodeps", "--noscripts", "--nosignature", path])
            #expect(install.status == 0, "\(install.errorText)")
            let verify = try run(["rpm"] + root + ["-V", "--nodeps", "--noscripts", "demo"])
            #expect(verify.status == 0 && verify.output.isEmpty, "\(verify.text)")
            let erase = try run(["rpm"] + root + ["-e", "--nodeps", "--noscripts", "demo"])
            #expect(erase.status == 0, "\(erase.errorText)")
            #expect(try scratch.status("root/opt/demo/conf/c.conf") == nil)
        }
    }

    @Test func `equal packages have equal bytes`() throws {
        try withScratch { scratch in
            let one = try SampleRPM.demo().write("one.rpm", in: scratch)
            let two = try SampleRPM.demo().write("two.rpm", in: scratch)
            #expect(try readFile(one) == readFile(two))
        }
    }

    @Test func `a package that is not finished leaves nothing`() throws {
        try withScratch { scratch in
            let sample = SampleRPM.demo()
            do {
                let writer = try RPMWriter(replacing: "gone.rpm", in: scratch, package: sample.package)
                #expect(try writer.read(6, at: UInt64(0)) == [0, 0, 0, 0, 0, 0])
            }
            #expect(try scratch.names() == [])
            let error = #expect(throws: Failure.self) { try writeNothing(sample.package, in: scratch) }
            #expect(error?.message.contains("1 were announced") == true)
            #expect(try scratch.names() == [])
        }
    }

    private func writeNothing(_ package: RPMPackage, in scratch: borrowing Directory) throws(Failure) {
        let writer = try RPMWriter(replacing: "gone.rpm", in: scratch, package: package)
        try writer.finish(payloadDigest: .zero, payloadSize: 1, sign: nil)
    }

    @Test func `sizes from 4 GiB on have 64 bits and the same room`() throws {
        let zero = [UInt8](repeating: 0, count: 16)
        let size = try SignatureHeader.plannedSize()
        let small = try SignatureHeader(mainHeader: [], md5: zero, size: 1, payloadSize: 0xFFFF_FFFE)
        #expect(small.header[.size] == .int32([1]))
        #expect(small.header[.payloadSize] == .int32([0xFFFF_FFFE]))
        #expect(try small.bytes(size: size).count == SignatureHeader.padded(size))
        let large = try SignatureHeader(mainHeader: [], md5: zero, size: 1, payloadSize: 0xFFFF_FFFF)
        #expect(large.header[.size] == nil && large.header[.payloadSize] == nil)
        #expect(large.header[.longSize] == .int64([1]))
        #expect(large.header[.longArchiveSize] == .int64([0xFFFF_FFFF]))
        let bytes = try large.bytes(size: size)
        #expect(bytes.count == SignatureHeader.padded(size))
        let lead = RPMLead.bytes(label: "a-1-1", architecture: "x86_64")
        let header = try RPMHeader<RPMSignatureTag>(ByteSource(lead + bytes, name: "sizes"), at: 96)
        #expect(header[.longArchiveSize] == .int64([0xFFFF_FFFF]))

        var package = SampleRPM().package
        for index in 0..<2 {
            package.entries.append(
                RPMEntry(path: "/opt/\(index)", content: .file(size: 0xFFFF_FFFE, digest: .zero), mode: 0o644))
        }
        try package.check()
        let fields = package.header(compressed: .zero, plain: .zero)
        #expect(fields[.size] == nil)
        #expect(fields[.longSize] == .int64([0x1_FFFF_FFFC]))
    }
}
