import DebFormat
import Diagnostics
import Digests
import Packaging
import Planning
import Product
import RPMFormat
import SetupPlan
import Testing

/// The packages of a sample plan, with the plans that their runtimes would carry.
func packaged(_ plan: InstallPlan) throws -> (debs: [NativeDeb], rpms: [NativeRPM], plans: [Plan]) {
    let seen = Seen()
    let packaging = NativePackaging(plan) { plan throws(Failure) in
        seen.plans.append(plan)
        let bytes = Array("ELF!".utf8)
        return PackagedFile(
            size: 4, digest: SHA256.digest(bytes), md5: try MessageDigest.digest(bytes, .md5),
            parts: [.shared(BlockSegment(bytes))])
    }
    return (try packaging.debs(), try packaging.rpms(), seen.plans)
}

private final class Seen {
    var plans: [Plan] = []
}

@Suite struct DebTests {
    @Test func `The control file says what the manifest says`() throws {
        let debs = try packaged(try SamplePlan.make()).debs
        #expect(debs.map(\.fileName) == ["sample-agent-jre_17.0.9-2_amd64.deb", "sample-agent_2.3.0~rc1-4_amd64.deb"])
        try debs.forEach { try $0.description.check() }
        let control = try debs[1].description.control.text()
        #expect(
            control == """
                Package: sample-agent
                Version: 2.3.0~rc1-4
                Architecture: amd64
                Maintainer: Support <support@example.com>
                Installed-Size: 27
                Depends: sample-agent-jre (>= 17.0.9-2), procps
                Section: misc
                Priority: optional
                Homepage: https://example.com/
                Description: Samples things
                 First paragraph.
                 .
                 Second one.

                """)
        #expect(debs[1].description.conffiles == ["/etc/init.d/sample-agent", "/opt/sample-agent/etc/agent.ini"])
        #expect(debs[1].description.triggers == ["interest-noawait sample-agent-restart"])
        #expect(debs[0].description.conffiles == [] && debs[0].description.triggers == [])
    }

    @Test func `A script that doesn't parse is never packed`() throws {
        var scripts = PackageScripts()
        scripts.beforeRemove = "cat <<EOF\n"
        let plan = try SamplePlan.make(scripts: scripts)
        let packaging = NativePackaging(plan) { _ throws(Failure) in
            PackagedFile(size: 0, digest: SHA256.digest([]), md5: [], parts: [])
        }
        let deb = #expect(throws: Failure.self) { () throws in _ = try packaging.debs() }
        #expect(deb?.message == "the script prerm of the package sample-agent doesn't parse")
        #expect(deb?.cause?.contains("end of file unexpected") == true)
        let rpm = #expect(throws: Failure.self) { () throws in _ = try packaging.rpms() }
        #expect(rpm?.message == "the script %preun of the package sample-agent doesn't parse")
    }

    @Test func `Without agent and settings there is nothing but the product's files`() throws {
        var plan = try SamplePlan.make(configuration: nil)
        plan.agent = nil
        plan.service = nil
        let packaged = try packaged(plan)
        let paths = packaged.debs[1].description.entries.map(\.path) + packaged.rpms[1].description.entries.map(\.path)
        #expect(paths.contains("/opt/sample-agent/bin/ping"))
        #expect(paths.filter { $0.contains("start-agent") || $0.contains("sample-config") } == [])
    }

    @Test func `Each package brings its part and every directory above it but everybody's`() throws {
        let debs = try packaged(try SamplePlan.make()).debs
        #expect(
            debs[0].description.entries.map(\.path) == [
                "/opt/sample-agent", "/opt/sample-agent/jre", "/opt/sample-agent/jre/bin",
                "/opt/sample-agent/jre/bin/java", "/usr", "/usr/share", "/usr/share/doc",
                "/usr/share/doc/sample-agent-jre", "/usr/share/doc/sample-agent-jre/changelog.Debian.gz",
                "/usr/share/doc/sample-agent-jre/copyright", "/usr/share/lintian", "/usr/share/lintian/overrides",
                "/usr/share/lintian/overrides/sample-agent-jre",
            ])
        #expect(debs[0].description.scripts[.preinst]?.contains("        mkdir -p \"/opt\"\n") == true)
        let paths = debs[1].description.entries.map(\.path)
        #expect(
            !paths.contains { ["/opt", "/lib", "/lib/systemd/system", "/usr/lib/systemd/system-preset"].contains($0) })
        for path in [
            "/etc/init.d/sample-agent", "/lib/systemd/system/sample-agent.service", "/opt/sample-agent/bin/start-agent",
            "/opt/sample-agent/sample-config", "/usr/lib/systemd/system-preset/80-sample-agent.preset",
            "/opt/sample-agent/etc/agent.ini",
        ] {
            #expect(paths.contains(path), "\(path)")
        }
        #expect(!paths.contains { $0.hasPrefix("/opt/sample-agent/jre/bin") || $0.hasPrefix("/var") })
        for deb in debs {
            for (index, entry) in deb.description.entries.enumerated() {
                guard case .file(let size, let md5) = entry.content else {
                    #expect(deb.files[index] == nil)
                    continue
                }
                #expect(deb.files[index]?.size == size && deb.files[index]?.md5 == md5 && md5.count == 16)
            }
        }
    }
}

@Suite struct RPMTests {
    @Test func `The header says what the manifest says`() throws {
        let rpms = try packaged(try SamplePlan.make()).rpms
        #expect(
            rpms.map(\.fileName) == ["sample-agent-jre-17.0.9-2.x86_64.rpm", "sample-agent-2.3.0~rc1-4.x86_64.rpm"])
        let agent = rpms[1].description
        #expect(
            agent.relations == [
                RPMRelation(.requires, "sample-agent-jre", version: (.greaterOrEqual, "17.0.9-2")),
                RPMRelation(.requires, "procps"),
                RPMRelation(.requires, "/bin/sh", stages: [.pre, .post, .preun, .postun, .posttrans]),
                RPMRelation(.recommends, "initscripts-service"),
            ])
        #expect(agent.summary == "Samples things" && agent.description == "First paragraph.\n\nSecond one.")
        #expect(agent.scripts.map(\.kind) == [.pretrans, .pre, .post, .preun, .postun, .posttrans])
        #expect(rpms[0].description.scripts.map(\.kind) == [.pretrans, .pre, .postun, .posttrans])
    }

    @Test func `Only what is the product's is owned`() throws {
        let rpms = try packaged(try SamplePlan.make()).rpms
        #expect(
            rpms[0].description.entries.map(\.path) == [
                "/opt/sample-agent", "/opt/sample-agent/jre", "/opt/sample-agent/jre/bin",
                "/opt/sample-agent/jre/bin/java", "/usr/share/licenses/sample-agent-jre",
                "/usr/share/licenses/sample-agent-jre/LICENSE",
            ])
        let entries = rpms[1].description.entries
        #expect(entries.map(\.path) == entries.map(\.path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        let flags = Dictionary(uniqueKeysWithValues: entries.map { ($0.path, $0.flags) })
        #expect(flags["/opt/sample-agent/etc/agent.ini"] == [.config, .noReplace])
        #expect(flags["/opt/sample-agent/README"] == .doc)
        #expect(flags["/usr/share/licenses/sample-agent/LICENSE"] == .license)
        #expect(flags["/usr/lib/systemd/system"] == nil && flags["/etc/init.d/sample-agent"] == nil)
        #expect(entries.first { $0.path == "/opt/sample-agent/bin/ping" }?.capabilities == "cap_net_raw=ep")
    }
}

@Suite struct RuntimePlanTests {
    @Test func `The runtime's plan lists the package's own files`() throws {
        let plans = try packaged(try SamplePlan.make()).plans
        #expect(plans.map(\.format) == [.deb, .rpm] && plans.map(\.package) == ["sample-agent", "sample-agent"])
        for plan in plans {
            #expect(plan.blocks.isEmpty)
            #expect(
                plan.entries.map(\.path) == [
                    "README", "bin", "bin/ping", "etc", "etc/agent.ini", "jre", "jre/agent.jar",
                ])
            #expect(plan.entries.filter(\.isConfiguration).map(\.path) == ["etc/agent.ini"])
            try plan.validate()
        }
    }
}
