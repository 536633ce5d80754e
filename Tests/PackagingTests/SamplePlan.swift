import Diagnostics
import Digests
import LinuxIO
import Product
import SetupPlan

@testable import Planning

/// Plans of products as the planner would make them, and a runtime that is four bytes long.
enum SamplePlan {
    /// An agent with a service, and its runtime package.
    static func make(
        user: String = "root", group: String? = nil, legacy: [String] = [], scripts: PackageScripts = PackageScripts(),
        root: String = "/opt/sample-agent",
        configuration: ConfigurationFile? = ConfigurationFile(path: "conf/agent.properties", format: .properties)
    ) throws -> InstallPlan {
        let product = ProductIdentity(
            name: "sample-agent", title: "Sample \"Agent\" & Co's", vendor: "Vendor Limited",
            description: "Samples things.", homepage: "https://example.com/", version: "2.3.0~rc1", release: 4,
            architecture: "amd64", timestamp: 1_700_000_000)
        var readme = FileRole()
        readme.isDocumentation = true
        var settings = FileRole()
        settings.isConfiguration = true
        var tool = FileRole()
        tool.capabilities = "cap_net_raw=ep"
        let agent = "sample-agent"
        let jre = "sample-agent-jre"
        var plan = InstallPlan(
            product: product,
            paths: ProductPaths(
                root: root, state: "/var/opt/sample-agent", options: "/etc/opt/sample-agent"),
            configTool: "sample-config", license: License(text: "Do what you like.\n", mustAccept: true),
            entries: [
                entry("README", try file("read"), agent, role: readme),
                entry("bin", .directory, agent, mode: 0o755),
                entry("bin/ping", try file("ping"), agent, mode: 0o755, role: tool),
                entry("etc", .directory, agent, mode: 0o750),
                entry("etc/agent.ini", try file("a=b\n"), agent, role: settings),
                entry("jre", .directory, agent, mode: 0o755),
                entry("jre/agent.jar", .link(target: "../lib/agent.jar"), agent, mode: 0o777),
                entry("jre/bin", .directory, jre, mode: 0o755),
                entry("jre/bin/java", try file(String(repeating: "x", count: 1025)), jre, mode: 0o755),
            ],
            agent: AgentCommand(command: ["jre/bin/java"]),
            service: Service(
                user: user, group: group, restart: .onFailure, stopTimeoutSeconds: 30, unit: "[Unit]\n",
                initScript: "#!/bin/sh\nexit 0\n"),
            requirements: Requirements(), settings: [], groups: [], configuration: configuration,
            packages: [
                PlannedPackage(
                    name: jre, version: "17.0.9", release: 2, summary: "Runtime of the sample agent"),
                PlannedPackage(
                    name: agent, version: "2.3.0~rc1", release: 4, summary: "Samples things.",
                    details: "First paragraph.\n\nSecond one.", depends: [jre, "procps"]),
            ],
            maintainer: "Support <support@example.com>", licenseName: "Proprietary", legacyPaths: legacy,
            x86Filter: true, warnings: [])
        plan.packages[1].scripts = scripts
        return plan
    }

    private static func entry(
        _ path: String, _ content: PlannedEntry.Content, _ package: String, mode: UInt32 = 0o644,
        role: FileRole = FileRole()
    ) -> PlannedEntry {
        PlannedEntry(
            path: path, content: content, mode: mode, owner: "root", group: "root", package: package, role: role)
    }

    private static func file(_ text: String) throws -> PlannedEntry.Content {
        // Nobody reads the sources.
        let identity = SourceIdentity(try Directory.open("/").descriptor.status())
        let bytes = Array(text.utf8)
        return .file(
            PlannedFile(
                size: UInt64(bytes.count), digest: SHA256.digest(bytes), md5: [UInt8](repeating: 1, count: 16),
                source: .file(path: "/", identity: identity)))
    }
}
