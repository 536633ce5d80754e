import SetupCore
import SetupPlan

/// A product with a setting of every kind.
enum SamplePlan {
    static func plan(format: ConfigurationFile.Format = .properties) -> Plan {
        Plan(
            generator: "test",
            product: ProductIdentity(
                name: "acme-agent.x", title: "Acme Agent", vendor: "Acme", description: "", version: "1.0", release: 1,
                architecture: "amd64", timestamp: 0),
            paths: ProductPaths(root: "/opt/a", state: "/var/opt/a", options: "/etc/opt/a"), configTool: "acme-config",
            settings: [
                Setting(
                    id: "token", prompt: "Installation token", help: "The server's page shows it.", isSecret: true,
                    isRequired: true, pattern: "[A-Za-z0-9-]{4,}", patternHint: "letters, digits and -",
                    fileKey: "agent.token"),
                Setting(id: "proxy_pac_url", prompt: "PAC URL", kind: .url, isRequired: true, fileKey: "proxy.pac"),
                Setting(id: "proxy_host", prompt: "Proxy host", kind: .host, isRequired: true, fileKey: "proxy.host"),
                Setting(
                    id: "proxy_port", prompt: "Proxy port", kind: .port, isRequired: true, defaultValue: "3128",
                    fileKey: "proxy.port"),
                Setting(id: "proxy_user", prompt: "Proxy user", fileKey: "proxy.user"),
                Setting(id: "proxy_password", prompt: "Proxy password", isSecret: true, fileKey: "proxy.password"),
                Setting(
                    id: "auto_update", prompt: "Enable automatic updates", kind: .boolean, defaultValue: "yes",
                    fileKey: "agent.autoUpdate", formats: ["bin", "msi"]),
                Setting(
                    id: "window", prompt: "Update window", kind: .choice(["day", "night"]), defaultValue: "night",
                    condition: SettingCondition(setting: "auto_update", value: "yes"), fileKey: "agent.window"),
                Setting(
                    id: "workers", prompt: "Workers", kind: .integer(minimum: 1, maximum: 64), isAsked: false,
                    fileKey: "agent.workers"),
                Setting(id: "ca_file", prompt: "CA file", kind: .path, isAsked: false, fileKey: "agent.ca"),
            ],
            groups: [
                SettingGroup(
                    id: "proxy", prompt: "Use a proxy", isOptional: true,
                    alternatives: [
                        SettingAlternative(label: "Configuration script (PAC)", settings: ["proxy_pac_url"]),
                        SettingAlternative(
                            label: "Host and port",
                            settings: ["proxy_host", "proxy_port", "proxy_user", "proxy_password"]),
                    ])
            ],
            configuration: ConfigurationFile(
                path: "conf/agent.properties", format: format,
                values: [ConfigurationValue(key: "agent.server", value: "https://example.com")]))
    }

    static let schema = SettingSchema(plan())
    static var values: SettingValues { SettingValues(schema) }
}

extension SettingValues {
    func text(_ id: String) -> String? { self[id]?.exposedText }
}
