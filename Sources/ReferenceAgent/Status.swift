internal import Diagnostics
internal import JSON
internal import LinuxIO

/// `state/status.json`: what the running agent last knew, for `health`.
struct Status {
    var process: Int32
    /// Seconds since 1970; 0 before the first success.
    var lastHeartbeat: Int64
    /// Seconds between heartbeats.
    var interval: Int
    var isConnected: Bool

    func write(to path: String) throws(Failure) {
        let object: JSONObject = [
            "process": .integer(Int64(process)), "last_heartbeat": .integer(lastHeartbeat),
            "interval": .integer(Int64(interval)), "connected": .bool(isConnected),
        ]
        let file = try StagedFile(replacing: path, mode: 0o600)
        try file.write(JSONValue.object(object).text())
        try file.commit()
    }

    /// Why the agent isn't well; nil when it is.
    static func problem(path: String) -> String? {
        guard let bytes = try? readFile(path), case .object(let object)? = try? JSONValue(parsing: bytes, name: path),
            case .integer(let process)? = object["process"], case .integer(let last)? = object["last_heartbeat"],
            case .integer(let interval)? = object["interval"], case .bool(let isConnected)? = object["connected"]
        else { return "the agent has not run yet" }
        guard fileStatus("/proc/\(process)") != nil else { return "the agent is not running" }
        guard isConnected else { return "the last request to the server failed; see logs/agent.log" }
        let age = System.now - last
        // Three heartbeats may get lost on the way; a clock that was set back must not hide a silent agent.
        guard abs(age) <= 3 * interval + 10 else { return "the last heartbeat was \(age) seconds ago" }
        return nil
    }
}
