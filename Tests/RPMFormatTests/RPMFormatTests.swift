import LinuxIO
import TestSupport
import Testing

@testable import RPMFormat

@Suite struct RPMWriterTests {
    @Test func `rpm reads what was written`() throws {
        try withScratch { scratch in
            let path = try SampleRPM.demo().write(in: scratch)
            let check = try run("rpmkeys", "-Kv", "--nosignature", path)
            #expect(check.status == 0, "\(check.text)\(check.errorText)")
            let info = try run("rpm", "-qpil", "--nosignature", path)
            #expect(info.status == 0 && info.errors.isEmpty, "\(info.errorText)")
            #expect(info.text.contains("Version     : 1.0~rc1"))
            #expect(info.text.contains("/opt/demo/bin/a b\n"))
        }
    }
}
