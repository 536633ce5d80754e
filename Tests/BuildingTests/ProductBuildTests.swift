import BinFormat
import BlockStore
import Building
import ByteIO
import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import Signing
import TestSupport
import Testing

@Suite struct ProductBuildTests {
    private func verified(_ built: BuiltArtifacts) throws(Failure) -> VerifiedBinFile {
        let path = PathText.join(built.directory, built.files[0].name)
        return try BinFile(reading: FileDescriptor.open(path)).verified(threads: 2)
    }

    @Test func `the installer holds what the manifest says, under both names`() throws {
        try withScratch { scratch in
            let built = try SampleProduct("p", in: scratch).build()
            #expect(built.files.map(\.name) == ["sample-1.2~rc3.bin", "sample.bin"])
            #expect(built.packing.bytes == built.packing.totalBytes)
            let installer = try verified(built)
            try installer.checkContents(threads: 2)
            #expect(installer.file.plan.generator == ToolVersion.generator)
            let paths = installer.file.plan.entries.map(\.path)
            #expect(
                paths == ["bin", "bin/program"]
                    + ["", "/copy", "/empty", "/large", "/link", "/noise", "/other"].map { "lib" + $0 })
            try scratch.makeDirectory("out")
            try installer.extract(to: scratch.directory("out"), threads: 2)
            for name in ["bin/program", "lib/large", "lib/copy", "lib/noise"] {
                let extracted = try scratch.file("out/" + name).readToEnd(limit: 1 << 20)
                #expect(try extracted == scratch.file("p/tree/" + name).readToEnd(limit: 1 << 20))
            }
            let out = try scratch.directory("p/dist")
            #expect(
                try out.names() == [
                    "sample-1.2~rc3.bin", "sample-1.2~rc3.bin.sha256", "sample.bin", "sample.bin.sha256",
                ])
            for file in built.files {
                #expect(try SHA256.digest(out.file(file.name).readToEnd(limit: 1 << 22)) == file.digest)
                let text = try out.file(file.name + ".sha256").readToEnd(limit: 1000)
                #expect(String(decoding: text, as: UTF8.self) == "\(file.digest.hex)  \(file.name)\n")
                #expect(try out.status(file.name)?.mode == 0o755)
            }
        }
    }

    @Test func `a signer's key and signature are in the trailer`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            #expect(try product.build().trailer?.signature == nil)
            let signer = try Signer.generate()
            let signed = try product.build(signer: signer)
            #expect(signed.trailer?.signature?.fingerprint == signer.publicKey.fingerprint)
            #expect(try verified(signed).file.trailer.isSignatureValid == true)
            #expect(try product.build(signer: signer).files == signed.files)
        }
    }

    @Test func `a source that changes after planning leaves nothing behind`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            let build = try product.plan()
            try scratch.file("p/tree/lib/other", [.write, .truncate]).write("other")
            let failure = #expect(throws: Failure.self) {
                try build.write(
                    to: PathText.join(product.path, "dist"), setup: product.setup, store: BlockStore(cache: nil),
                    signing: ArtifactSigning()
                )
            }
            #expect(failure?.message.contains("lib/other changed while it was being packed") == true)
            #expect(try scratch.directory("p/dist").names() == [])
        }
    }

    @Test func `what was built before stays whole when the next build fails`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            let before = try product.build()
            try scratch.file("p/setup", [.write, .truncate]).write("no executable at all")
            #expect(
                throws: Failure(
                    .requirement, "\(product.setup) is not an x86-64 executable, so it can't be the runtime")
            ) {
                try product.build()
            }
            _ = try verified(before)
            #expect(try scratch.directory("p/dist").names().count == 4)
        }
    }

    @Test func `nothing tells of bytes that were replaced`() throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            try product.build(formats: [.bin, .deb, .rpm])
            let dist = try scratch.directory("p/dist")
            let names = try dist.names()
            let made = names.filter { !$0.hasSuffix(".sha256") }
            #expect(made.count == 4)
            for name in made + ["other.deb"] { try dist.file(name + ".asc", [.write, .create]).write("signature") }
            // Of a process that was killed.
            try dist.makeDirectory(".agentpack-99999999")
            try dist.file(".agentpack-99999999/x.deb", [.write, .create]).write("half")
            try scratch.file("p/tree/lib/other", [.write, .truncate]).write("other")
            try product.build(formats: [.bin, .deb, .rpm])
            #expect(try dist.names().sorted() == (names + ["other.deb.asc"]).sorted())
        }
    }

    @Test(arguments: ["sample-1.2~rc3-1.x86_64.rpm", "sample.bin.asc"])
    func `a directory in a file's place keeps everything as it was`(name: String) throws {
        try withScratch { scratch in
            let product = try SampleProduct("p", in: scratch)
            try scratch.makeDirectories("p/dist/" + name)
            let failure = #expect(throws: Failure.self) { try product.build(formats: [.bin, .rpm]) }
            #expect(failure?.message.hasSuffix(name + " is a directory") == true)
            #expect(try scratch.directory("p/dist").names() == [name])
        }
    }

    @Test func `setup is looked for beside the tool, in its libexec, where the environment says`() throws {
        try withScratch { scratch in
            try scratch.makeDirectories("usr/bin")
            try scratch.makeDirectories("usr/libexec/agentpack")
            try scratch.file("usr/bin/agentpack", [.write, .create]).write("tool")
            let tool = PathText.join(scratch.path, "usr/bin/agentpack")
            let named = PathText.join(scratch.path, "named")
            let places = ["usr/bin/setup", "usr/libexec/agentpack/setup", "named"].map {
                PathText.join(scratch.path, $0)
            }
            let missing = #expect(throws: Failure.self) { try SetupExecutable.find(beside: tool) { _ in named } }
            #expect(missing?.code == .requirement)
            for place in places { #expect(missing?.cause?.contains(place) == true) }
            let unset = #expect(throws: Failure.self) { try SetupExecutable.find(beside: tool) { _ in nil } }
            #expect(unset?.cause?.contains("AGENTPACK_SETUP is not set") == true)
            for place in places.reversed() {
                try scratch.file(String(place.dropFirst(scratch.path.count + 1)), [.write, .create]).write("s")
                #expect(try SetupExecutable.find(beside: tool) { _ in named } == place)
            }
        }
    }
}
