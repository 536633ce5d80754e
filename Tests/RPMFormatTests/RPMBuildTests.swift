import Diagnostics
import LinuxIO
import TestSupport
import Testing

@testable import RPMFormat

/// Our packages beside rpmbuild's.
@Suite struct RPMBuildTests {
    /// The tags of the main header in which we differ from rpmbuild, and why.
    static let differences: [String: String] = [
        "RPMVERSION": "a constant: bytes don't depend on the rpm of the building machine",
        "OPTFLAGS": "the compiler flags of the building machine; nothing is compiled",
        "PLATFORM": "the building machine; the package doesn't depend on it",
        "FILECOLORS": "ELF class of each file, for two architectures installed side by side",
        "FILECLASS": "what libmagic says of each file; depends on its version",
        "CLASSDICT": "as FILECLASS",
        "PAYLOADSHA256": "of the compressed payload: the blocks are cut otherwise",
    ]
    /// The same for the signature header.
    static let signatureDifferences: [String: String] = [
        "SHA1": "of the header, which differs", "SHA256": "of the header, which differs",
        "MD5": "of header and payload, which differ", "SIZE": "of header and payload, which differ",
    ]

    @Test(arguments: ["demo", "rich"])
    func `headers differ from rpmbuild's in the listed tags only`(name: String) throws {
        try withScratch { scratch in
            let sample = name == "demo" ? SampleRPM.demo() : .rich()
            let ours = try open(try sample.write(in: scratch))
            let theirs = try open(
                try RPMBuild.build(name == "demo" ? RPMBuild.demo : RPMBuild.rich, in: scratch))
            let different = differing(ours.header, theirs.header)
            #expect(different == Set(Self.differences.keys), "\(different)")
            let signatures = differing(ours.signatureHeader, theirs.signatureHeader)
            #expect(signatures == Set(Self.signatureDifferences.keys), "\(signatures)")
            #expect(try ours.source.read(96, at: 0) == theirs.source.read(96, at: 0), "the leads differ")
        }
    }

    private func differing<Tag>(_ left: RPMHeader<Tag>, _ right: RPMHeader<Tag>) -> Set<String> {
        let tags = Set((left.entries + right.entries).map(\.tag))
        return Set(tags.filter { left[$0] != right[$0] }.map(\.name))
    }

    @Test(arguments: ["w6.xzdio", "w9.gzdio", "w.ufdio"])
    func `packages of rpmbuild open and verify`(payload: String) throws {
        try withScratch { scratch in
            for spec in [RPMBuild.demo, RPMBuild.rich, RPMBuild.links] {
                _ = try? scratch.removeTree("rpmbuild")
                let file = try open(try RPMBuild.build(spec, payload: payload, in: scratch))
                let verification = try file.verify()
                #expect(
                    Set(verification.verified) == [
                        "SHA1", "SHA256", "SIZE", "MD5", "PAYLOADSIZE", "PAYLOADSHA256", "PAYLOADSHA256ALT",
                    ])
                #expect(verification.unknown.isEmpty)
            }
        }
    }

    @Test func `one file's content is given, also where another link has it`() throws {
        try withScratch { scratch in
            let file = try open(try RPMBuild.build(RPMBuild.links, in: scratch))
            for (path, content) in [("a", "one\n"), ("b", "one\n"), ("z", "one\n"), ("m", "other\n"), ("t1", "twin\n")]
            {
                #expect(try file.content(of: "/opt/links/\(path)", limit: 10) == Array(content.utf8))
            }
            #expect(try file.content(of: "/opt/links/s", limit: 10) == nil)
            #expect(try file.content(of: "/opt/links/none", limit: 10) == nil)
            #expect(throws: Failure.self) { try file.content(of: "/opt/links/a", limit: 3) }
        }
    }

    @Test func `an unknown compressor is named, the header is read`() throws {
        try withScratch { scratch in
            let file = try open(try RPMBuild.build(RPMBuild.demo, payload: "w3.zstdio", in: scratch))
            #expect(file.name == "demo")
            #expect(file.files.count == 11)
            let error = #expect(throws: Failure.self) { try file.verify() }
            #expect(error?.code == .failed)
            #expect(error?.message.contains("is compressed with zstd, which is not supported") == true)
            #expect(try file.verifyPacked().verified.contains("PAYLOADSHA256"))
        }
    }

    @Test func `paths, relations and scriptlets are read as rpm reads them`() throws {
        try withScratch { scratch in
            for spec in [RPMBuild.demo, RPMBuild.rich, RPMBuild.links] {
                _ = try? scratch.removeTree("rpmbuild")
                let path = try RPMBuild.build(spec, in: scratch)
                try compareWithQueries(try open(path), path)
            }
            let ours = try SampleRPM.demo().write(in: scratch)
            try compareWithQueries(try open(ours), ours)
        }
    }

    /// Asks rpm the same.
    private func compareWithQueries(_ file: RPMFile, _ path: String) throws {
        func query(_ format: String) throws -> String {
            try run("rpm", "-qp", "--nosignature", "--qf", format, path).text
        }
        #expect(try query("%{NAME} %{EVR} %{ARCH}") == "\(file.name) \(file.version) \(file.architecture)")
        let kinds: [(RPMRelation.Kind, String)] = [
            (.requires, "--requires"), (.provides, "--provides"), (.conflicts, "--conflicts"),
            (.obsoletes, "--obsoletes"), (.recommends, "--recommends"), (.suggests, "--suggests"),
            (.supplements, "--supplements"), (.enhances, "--enhances"),
        ]
        for (kind, option) in kinds {
            let lines = try run("rpm", "-qp", "--nosignature", option, path).text.split(separator: "\n").map(
                String.init)
            #expect(file.dependencies(kind).map(\.text) == lines)
        }
        let files = file.files.map { record in
            let digest = record.digest ?? [UInt8](repeating: 0, count: 32)
            let target = if case .link(let target) = record.kind { target } else { "X" }
            return
                "\(record.path) \(record.size) \(record.time) \(hexadecimal(digest)) 0\(String(record.fullMode, radix: 8)) "
                + "\(record.owner) \(record.group) \(record.flags.contains(.config) ? 1 : 0) "
                + "\(record.flags.contains(.doc) ? 1 : 0) 0 \(target)\n"
        }
        #expect(try run("rpm", "-qp", "--nosignature", "--dump", path).text == files.joined())
        let flags = file.files.map { "\($0.flags.rawValue) \($0.verifyFlags) \($0.capabilities ?? "")\n" }
        let capabilities = try query("[%{FILECAPS}]").isEmpty ? "" : "%{FILECAPS}"
        #expect(try query("[%{FILEFLAGS} %{FILEVERIFYFLAGS} \(capabilities)\n]") == flags.joined())
        for script in file.scripts {
            let tags = script.kind.tags
            #expect(try query("[%{\(tags.program.name)} ]") == script.program.map { $0 + " " }.joined())
            #expect(try query("%|\(tags.body.name)?{%{\(tags.body.name)}}|") == script.body)
        }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { (($0 < 16) ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
