import Diagnostics
import LinuxIO
import RepositoryFiles
import TestSupport
import Testing

@Suite struct DirectoryReaderTests {
    private func write(_ text: String, to path: String, in directory: borrowing Directory) throws {
        let file = try StagedFile(replacing: path, in: directory, mode: 0o644)
        try file.write(text)
        try file.commit()
    }

    @Test func `files and directories are found through links within the site`() throws {
        try withScratch { scratch in
            try scratch.makeDirectories("store/deb")
            try scratch.makeDirectories("generations/1/apt")
            try write("text", to: "store/deb/file", in: scratch)
            try scratch.makeLink("public", target: "generations/1")
            try scratch.makeLink("generations/1/apt/pool", target: "../../../store/deb")
            let reader = try DirectoryReader(PathText.join(scratch.path, "public"), boundary: scratch.path)
            #expect(try reader.read("apt/pool/file") == Array("text".utf8))
            #expect(
                try reader.entries("apt") == [RepositoryEntry(name: "pool", isDirectory: true, size: 0, mode: 0o755)]
                    || reader.entries("apt")?.first?.isDirectory == true)
            #expect(try reader.entries("apt/pool")?.map(\.name) == ["file"])
            #expect(try reader.entries("")?.map(\.name) == ["apt"])
            #expect(try reader.open("apt/none") == nil)
            #expect(try reader.entries("apt/none") == nil)
        }
    }

    @Test func `a link that leads out is an error`() throws {
        try withScratch { scratch in
            try scratch.makeDirectory("site")
            try scratch.makeLink("site/passwd", target: "/etc/passwd")
            let reader = try DirectoryReader(PathText.join(scratch.path, "site"))
            #expect {
                try reader.open("passwd")
            } throws: { ($0 as? Failure)?.code == .integrity }
        }
    }

    @Test(arguments: ["../x", "a//b", "/etc/passwd", "a/./b", "", "a/\0b"])
    func `a path that isn't plain is an error`(path: String) throws {
        try withScratch { scratch in
            let reader = try DirectoryReader(scratch.path)
            #expect {
                try reader.open(path)
            } throws: { ($0 as? Failure)?.code == .integrity }
        }
    }

    @Test func `what is no directory is refused`() {
        #expect(throws: Failure(.usage, "/etc/passwd is no directory")) { try DirectoryReader("/etc/passwd") }
    }

    @Test func `a path is escaped as RFC 3986 has it`() {
        #expect(HTTPReader.escaped("pool/a+b~1 %ü.deb") == "pool/a+b~1%20%25%C3%BC.deb")
    }
}
