internal import Diagnostics
internal import HTTPTransport
internal import JSON
internal import LinuxIO

/// The management server's interface for agents.
struct Server {
    /// What the server makes of a request.
    enum Answer {
        case taken(JSONValue)
        /// The token or the registration is unknown (401) or used up (409): asking again changes nothing.
        case rejected(String)
        /// The server or the way to it has a problem that may pass.
        case unavailable(Failure)
    }

    /// How long a PAC file is used before it is fetched again.
    private static let pacLife = Duration.seconds(1800)

    private var settings: AgentSettings
    /// When to fetch the PAC file again.
    private var pacEnd = Deadline(after: .zero)
    /// The way that the PAC file had the last answer come by.
    private(set) var route: PACRoute?

    init(settings: AgentSettings) { self.settings = settings }

    mutating func register(token: String, host: String, version: String) -> Answer {
        let body: JSONObject = ["token": .string(token), "host": .string(host), "version": .string(version)]
        return ask("/api/agents/register", body) { status in
            switch status {
            case 401:
                "the server does not know the installation token (401): set the token that it shows for this agent"
            case 409: "the installation token was used before (409): get a new token from the server and set it"
            default: nil
            }
        }
    }

    mutating func heartbeat(_ registration: Registration, version: String) -> Answer {
        var body = registration.json
        body["version"] = .string(version)
        return ask("/api/agents/heartbeat", body) { status in
            status == 401 ? "the server does not know this agent any more (401): set a new installation token" : nil
        }
    }

    private mutating func ask(_ path: String, _ body: JSONObject, rejection: (Int) -> String?) -> Answer {
        do throws(Failure) {
            let request = HTTPRequest.post(
                try settings.server.appending(path: path), json: Array(JSONValue.object(body).text().utf8))
            try refreshPAC()
            let response: HTTPResponse
            do {
                response = try HTTPClient(settings.client).send(request)
                route = response.route
                if let reason = rejection(response.status) { return .rejected(reason) }
                _ = try response.successful()
            } catch {
                throw error.failure
            }
            return .taken(try JSONValue(parsing: response.body, name: "the server's answer"))
        } catch {
            // The proxies may have changed.
            pacEnd = Deadline(after: .zero)
            return .unavailable(error)
        }
    }

    /// Fetches the PAC file when it is time; a file that was fetched before is better than none.
    private mutating func refreshPAC() throws(Failure) {
        guard let location = settings.pacLocation, pacEnd.hasPassed else { return }
        do throws(Failure) {
            settings.client.pac = try PACFile.fetch(from: location, options: settings.client)
            pacEnd = Deadline(after: Self.pacLife)
        } catch {
            guard settings.client.pac != nil else { throw error }
            pacEnd = Deadline(after: .seconds(60))
        }
    }
}
