import BinFormat
import Diagnostics
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

@Suite struct ExtractTests {
    private let console = Console(
        input: nil, canRedraw: false, size: { (24, 80) }, write: { _ in }, nanoseconds: { 0 })

    @Test func `an extraction that fails leaves nothing`() throws {
        try withScratch { scratch in
            let file = try SampleInstaller().build("x.bin", in: scratch)
            let command = InstallerCommand([], program: "x.bin", console: console)
            try scratch.makeDirectory("there")
            try command.extract(file, to: scratch.path + "/whole")
            #expect(try !scratch.directory("whole").names().isEmpty)
            // The first block follows the head and the 12 bytes of the stream header.
            let writable = try scratch.file("x.bin", .readWrite)
            try writable.seek(to: file.file.trailer.headLength + 12 + 10)
            try writable.write([0xAA, 0xBB])
            for name in ["new", "there"] {
                let path = scratch.path + "/" + name
                #expect(throws: Failure(.integrity, "block 1 of the payload changed since it was checked")) {
                    try command.extract(file, to: path)
                }
            }
            #expect(try scratch.status("new") == nil)
            #expect(try scratch.directory("there").names().isEmpty)
        }
    }
}
