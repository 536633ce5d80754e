import Diagnostics
import Foundation
import Planning
import Product
import RPMFormat
import Testing

@testable import Packaging

/// What packages ask of the system, against what rpm's and dpkg's own tools find out.
@Suite struct SystemRelationTests {
    private static let elfdeps = "/usr/lib/rpm/elfdeps"
    /// Programs that any machine with rpm and dpkg has, most of them linked with more than the C library.
    private static let programs = ["dash", "bash", "rpm", "dpkg", "tar"].map { "/usr/bin/" + $0 }
        .filter { FileManager.default.fileExists(atPath: $0) }

    private func package(
        _ programs: [String], _ more: String = "", elf: String = "libraries: [\"*\"]"
    ) throws -> PlannedPackage {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("relations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for program in programs {
            let copy = folder.appendingPathComponent(URL(fileURLWithPath: program).lastPathComponent)
            try FileManager.default.copyItem(at: URL(fileURLWithPath: program).resolvingSymlinksInPath(), to: copy)
        }
        let manifest = try Manifest(
            parsing: """
                name: my-agent
                version: 1
                vendor: x
                maintainer: x <x@y.z>
                description: x
                elf: { \(elf) }
                packages:
                  - name: my-agent
                    contents: [{ glob: "*" }]
                    \(more)
                """, file: "product.yaml")
        return try Planner(
            manifest, directory: folder.path, environment: PlanningEnvironment(sourceDateEpoch: "1700000000")
        ).plan(for: .amd64).packages[0]
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: elfdeps)), arguments: programs.map { [$0] } + [programs])
    func `An RPM requires what rpm's elfdeps finds`(programs: [String]) throws {
        let real = programs.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        let found = try run([Self.elfdeps, "--requires"], input: real.joined(separator: "\n") + "\n").output
        let expected = Set(found.split(separator: "\n").map(String.init))
        #expect(expected.count > 1)
        #expect(SystemRelations(try package(programs)).rpm == expected.sorted())
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/dpkg-shlibdeps")),
        arguments: ["dash", "bash", "tar"]
    )
    func `A DEB depends on the C library that dpkg-shlibdeps names`(name: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shlibdeps-\(UUID().uuidString)")
        let debian = folder.appendingPathComponent("debian")
        try FileManager.default.createDirectory(at: debian, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "Source: x\n\nPackage: x\nArchitecture: any\n".write(
            to: debian.appendingPathComponent("control"), atomically: true, encoding: .utf8)
        let command = "cd '\(folder.path)' && dpkg-shlibdeps -O -e$(readlink -f /usr/bin/\(name)) 2>/dev/null"
        let output = try run(["sh", "-c", command], input: "").output
        let expected = output.firstMatch(of: /libc6 \(.*?\)/).map { String($0.output) }
        #expect(SystemRelations(try package(["/usr/bin/" + name])).deb == [try #require(expected)])
    }

    @Test func `The library of the compiler goes by both of its names`() {
        var package = PlannedPackage(name: "a", version: "1", release: 1, summary: "x")
        package.systemLibraries = [
            SystemLibrary(name: "libgcc_s.so.1", versions: ["GCC_12.0.0", "GCC_3.0", "GCC_4.2.0"])
        ]
        #expect(SystemRelations(package).deb == ["libgcc-s1 (>= 12.0.0) | libgcc1 (>= 1:12.0.0)"])
        package.systemLibraries = [
            SystemLibrary(name: "libgcc_s.so.1", versions: []), SystemLibrary(name: "libm.so.6", versions: []),
        ]
        #expect(SystemRelations(package).deb == ["libc6", "libgcc-s1 | libgcc1"])
        #expect(SystemRelations(package).rpm == ["libgcc_s.so.1()(64bit)", "libm.so.6()(64bit)"])
    }

    @Test func `Private symbols and names that nobody provides are left out`() {
        var package = PlannedPackage(name: "a", version: "1", release: 1, summary: "x")
        package.systemLibraries = [
            SystemLibrary(
                name: "libc.so.6", versions: ["GLIBC_2.10", "GLIBC_2.9", "GLIBC_ABI_DT_RELR", "GLIBC_PRIVATE"]),
            SystemLibrary(name: "plugin.so", versions: []),
        ]
        #expect(SystemRelations(package).deb == ["libc6 (>= 2.36)"])
        #expect(
            SystemRelations(package).rpm == [
                "libc.so.6()(64bit)", "libc.so.6(GLIBC_2.10)(64bit)", "libc.so.6(GLIBC_2.9)(64bit)",
                "libc.so.6(GLIBC_ABI_DT_RELR)(64bit)",
            ])
    }

    @Test func `What the manifest says of a package stands`() throws {
        let program = ["/usr/bin/dash"]
        let both = try package(
            program, "deb: { depends: [libc6 (>= 2.17) | libc6.1] }\n    rpm: { requires: [glibc >= 2.17] }")
        #expect(SystemRelations(both).deb == [] && SystemRelations(both).rpm == [])
        let before = try package(
            program, "deb: { pre_depends: [libc6] }\n    rpm: { requires: [\"libc.so.6()(64bit)\"] }")
        #expect(SystemRelations(before).deb == [])
        #expect(!SystemRelations(before).rpm.contains { $0.hasPrefix("libc.so.6") })
        let none = try package(program, elf: "relations: false")
        #expect(SystemRelations(none).deb == [] && SystemRelations(none).rpm == [])
    }
}
