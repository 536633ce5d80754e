import SetupPlan

/// A product `p` with a service, for tests.
func servicePlan() -> Plan {
    Plan(
        generator: "test",
        product: ProductIdentity(
            name: "p", title: "The P", vendor: "Test", description: "Test", version: "1", release: 1,
            architecture: "amd64", timestamp: 0),
        paths: ProductPaths(root: "/opt/p", state: "/var/opt/p", options: "/etc/opt/p"), configTool: "p-config",
        agent: AgentCommand(command: ["bin/p"]),
        service: Service(
            user: "root", restart: .onFailure, stopTimeoutSeconds: 5,
            unit: "[Unit]\nDescription=P\n\n[Install]\nWantedBy=multi-user.target\n",
            initScript: "#!/bin/sh\n# Default-Start:     2 3 4 5\n# Default-Stop: 0 1 6\n"))
}
