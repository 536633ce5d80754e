import Diagnostics
import Testing

@testable import LinuxIO
@testable import SetupCore

@Suite struct PackageOwnerTests {
    private func ask(
        _ status: Int32, _ output: String = "", _ errors: String = "", isTimedOut: Bool = false
    ) throws -> [String] {
        try PackageOwner.rpmOwners(
            of: "/opt/demo",
            as: ProcessResult(
                status: status, output: Array(output.utf8), errors: Array(errors.utf8), isTimedOut: isTimedOut))
    }

    @Test func `rpm's answers name the owner or nobody`() throws {
        #expect(try ask(0, "other\ndemo\nother\n") == ["demo", "other"])
        #expect(try ask(1, "file /opt/demo is not owned by any package\n").isEmpty)
        #expect(try ask(1, "", "error: file /opt/demo: No such file or directory\n").isEmpty)
    }

    @Test func `an rpm that can't answer is not an answer`() throws {
        let words = "error: cannot open Packages index using db5 - No such file or directory (2)"
        do {
            let owners = try ask(1, "", words + "\n")
            Issue.record("took it for \(owners)")
        } catch let failure as Failure {
            #expect(failure.code == .failed)
            #expect(failure.cause == words)
        }
        #expect(throws: Failure.self) { _ = try ask(137, isTimedOut: true) }
        #expect(throws: Failure.self) { _ = try ask(137) }
    }
}
