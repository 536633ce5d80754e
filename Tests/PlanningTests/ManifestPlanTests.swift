import Diagnostics
import Planning
import Product
import SetupPlan
import Testing

@Suite struct `A manifest's plan` {
    @Test func `carries what the manifest says`() throws {
        let tree = try SourceTree()
        try tree.file("agent/bin/agent", "#!", mode: 0o755)
        try tree.file("EULA.txt", "Be nice.\n")
        let manifest = try Manifest(
            parsing: """
                name: example-agent
                title: Example Agent
                version: 1.2.3-rc1
                vendor: Example
                maintainer: Example <support@example.com>
                description: Does nothing.
                license: { file: EULA.txt, accept: required }
                architectures: [amd64]
                tools: { config: example-config }
                packages:
                  - name: example-agent
                    contents:
                      - { source: agent/, to: ., owner: example, group: example }
                      - { directory: true, to: work, mode: "0750" }
                agent: { command: [bin/agent, "@options"] }
                service: { user: example, restart: on-failure, stop_timeout: 45s }
                settings:
                  - { id: token, prompt: Token, secret: true, required: true, file_key: token }
                configuration: { file: conf/agent.properties, format: properties }
                compression: { filters: none }
                """, file: "product.yaml")
        let environment = PlanningEnvironment(sourceDateEpoch: "1700000000")
        let plan = try Planner(manifest, directory: tree.path, environment: environment).plan(for: .amd64)
        #expect(plan.listing == ["755 bin/", "755 bin/agent 2", "750 work/"])
        #expect(plan.entries.map(\.owner) == ["example", "example", "root"])
        #expect(plan.product.fullVersion == "1.2.3~rc1-1")
        #expect(plan.product.architecture == "amd64")
        #expect(plan.license == License(text: "Be nice.\n", mustAccept: true))
        #expect(plan.settings.map(\.id) == ["token"])
        #expect(!plan.x86Filter)
        let service = try #require(plan.service)
        #expect(service.user == "example")
        #expect(service.restart == .onFailure)
        for line in ["User=example", "Restart=on-failure", "TimeoutStopSec=45"] {
            #expect(service.unit.split(separator: "\n").contains { $0 == line }, "\(line)")
        }
        #expect(service.unit.contains("ExecStart=/opt/example-agent/bin/start-agent\n"))
        #expect(service.initScript.hasPrefix("#!/bin/sh\n"))
        #expect(!(service.unit + service.initScript).contains("{{"))
    }
}
