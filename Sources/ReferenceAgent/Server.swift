internal import Diagnostics
internal import HTTPTransport
internal import JSON

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

    let settings: AgentSettings

    func register(token: String, host: String, version: String) -> Answer {
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

    func heartbeat(_ registration: Registration, version: String) -> Answer {
        var body = registration.json
        body["version"] = .string(version)
        return ask("/api/agents/heartbeat", body) { status in
            status == 401 ? "the server does not know this agent any more (401): set a new installation token" : nil
        }
    }

    private func ask(_ path: String, _ body: JSONObject, rejection: (Int) -> String?) -> Answer {
        do throws(Failure) {
            let request = HTTPRequest.post(
                try settings.server.appending(path: path), json: Array(JSONValue.object(body).text().utf8))
            let response: HTTPResponse
            do {
                response = try HTTPClient(settings.client).send(request)
                if let reason = rejection(response.status) { return .rejected(reason) }
                _ = try response.successful()
            } catch {
                throw error.failure
            }
            return .taken(try JSONValue(parsing: response.body, name: "the server's answer"))
        } catch {
            return .unavailable(error)
        }
    }
}
