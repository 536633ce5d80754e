internal import ConfigurationFiles
internal import Diagnostics
internal import HTTPTransport
internal import LinuxIO

/// What the configuration file says.
struct AgentSettings {
    var server: HTTPURL
    var token: String?
    var heartbeatSeconds: Int
    var client: HTTPClient.Options
    /// The URL of the file that names the proxies, where no proxy is set.
    var pacLocation: String?

    /// Reads the file; an empty value counts as none.
    init(path: String, version: String) throws(Failure) {
        guard fileStatus(path) != nil else { throw Failure(.usage, "\(path) is not there: the agent isn't configured") }
        let document = try ConfigurationDocument(parsing: readFile(path), as: .properties)
        func value(_ key: String) -> String? { document.value(of: key).flatMap { $0.isEmpty ? nil : $0 } }

        guard let server = value("server.url") else { throw Failure(.usage, "\(path): server.url is missing") }
        self.server = try HTTPURL(parsing: server)
        token = value("agent.token")
        heartbeatSeconds = try Self.seconds(value("agent.heartbeat"))
        client = HTTPClient.Options(userAgent: "reference-agent/\(version)")
        client.privateCAFile = value("server.ca_file")
        if let exceptions = value("proxy.no_proxy") {
            client.proxyExceptions = try ProxyExceptions(parsing: exceptions)
        }
        if let host = value("proxy.host") {
            guard let port = value("proxy.port") else { throw Failure(.usage, "\(path): proxy.port is missing") }
            client.proxy = try Proxy(
                host: host, port: port, user: value("proxy.user"), password: value("proxy.password"))
        } else {
            pacLocation = value("proxy.pac_url")
        }
    }

    private static func seconds(_ text: String?) throws(Failure) -> Int {
        guard let text else { return 30 }
        guard let seconds = Int(text), (1...86_400).contains(seconds) else {
            throw Failure(.usage, "agent.heartbeat must be a number of seconds from 1 to 86400, not ‘\(text)’")
        }
        return seconds
    }
}
