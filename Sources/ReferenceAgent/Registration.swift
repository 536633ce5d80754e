internal import Diagnostics
internal import JSON
internal import LinuxIO

/// Who the server thinks this agent is; kept in `state/agent.json`, 0600, so that a restart needs no token.
struct Registration {
    var agent: String
    var secret: String

    init(agent: String, secret: String) {
        self.agent = agent
        self.secret = secret
    }

    /// Takes `agent` and `secret` from an object; nil when one of them is missing.
    init?(_ value: JSONValue) {
        guard case .object(let object) = value, case .string(let agent)? = object["agent"],
            case .string(let secret)? = object["secret"], !agent.isEmpty, !secret.isEmpty
        else { return nil }
        self.init(agent: agent, secret: secret)
    }

    /// Reads the kept registration; nil before the first one.
    init?(path: String) throws(Failure) {
        guard fileStatus(path) != nil else { return nil }
        guard let kept = Registration(try JSONValue(parsing: readFile(path), name: path)) else {
            throw Failure(.failed, "\(path) is damaged", hints: ["Remove it and set a new installation token."])
        }
        self = kept
    }

    var json: JSONObject { ["agent": .string(agent), "secret": .string(secret)] }
}
