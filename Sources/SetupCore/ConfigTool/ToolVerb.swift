/// The config tool's commands.
enum ToolVerb: String, CaseIterable {
    case interactive, show, set, check, status, verify
    case findProxy = "find-proxy"
    case verifyInstaller = "verify-installer"
    case supportBundle = "support-bundle"
    case uninstall

    /// Options without a value.
    var flags: [String] {
        switch self {
        case .interactive: ["--no-restart"]
        case .set: ["--unset", "--restart"]
        case .show, .check, .status, .verify, .findProxy, .verifyInstaller: ["--json"]
        case .supportBundle: []
        case .uninstall: ["--purge", "--yes"]
        }
    }

    /// Options with a value.
    var options: [String] {
        switch self {
        case .set: ["--from"]
        case .uninstall: ["--root"]
        default: []
        }
    }

    /// How many other words it takes.
    var operands: ClosedRange<Int> {
        switch self {
        case .set: 1...1000
        case .verifyInstaller: 1...1
        case .supportBundle, .findProxy: 0...1
        default: 0...0
        }
    }

    /// What follows it on the command line.
    var usage: String {
        switch self {
        case .interactive: "[--no-restart]"
        case .set: "ID=VALUE... | ID --from FILE | ID --unset [--restart]"
        case .show, .check, .status, .verify: "[--json]"
        case .findProxy: "[URL] [--json]"
        case .verifyInstaller: "FILE [--json]"
        case .supportBundle: "[FILE]"
        case .uninstall: "[--purge] [--yes] [--root DIR]"
        }
    }

    /// What it does, in a few words.
    var summary: String {
        switch self {
        case .interactive: "ask for all settings, save them, restart the service"
        case .show: "show the settings; secrets are masked"
        case .set: "change single settings"
        case .check: "check settings, permissions and the way to the server"
        case .status: "version, service, and how the agent is"
        case .verify: "compare every installed file with the original"
        case .findProxy: "tell through which proxy a URL is reached"
        case .verifyInstaller: "check a new installer before running it"
        case .supportBundle: "collect what support needs, without secrets"
        case .uninstall: "remove the product"
        }
    }
}
