import Diagnostics
import HTTPTransport
import JSON
import SetupPlan

/// `find-proxy`: through which proxy a URL is reached, as the settings or their PAC file say.
struct FindProxyCommand {
    let plan: Plan
    let context: ToolContext

    /// How one URL is reached.
    private struct Answer {
        let url: HTTPURL
        /// The proxies in the order in which to try them; nil is the direct way.
        var proxies: [Proxy?]
        var passedOver: [String] = []

        /// As a PAC file writes it.
        var ways: String { proxies.map { $0.map { "PROXY \($0)" } ?? "DIRECT" }.joined(separator: "; ") }

        var json: JSONValue {
            .object([
                "url": .string(url.description),
                "ways": .array(
                    proxies.map { proxy in
                        guard let proxy else { return .object(["kind": "direct"]) }
                        return .object([
                            "kind": "proxy", "host": .string(proxy.host.bare), "port": .integer(Int64(proxy.port)),
                        ])
                    }),
                "passed_over": .array(passedOver.map { .string($0) }),
            ])
        }
    }

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let given = arguments.operands.first
        let url: HTTPURL? = if let given { try HTTPURL(parsing: given) } else { nil }
        let values = try StoredSettings(plan, context).values
        let access = try NetworkAccess(plan: plan) { values[$0]?.exposedText }
        var pac: PACFile?
        if let location = access.pacLocation { pac = try context.preflight.fetchPAC(location, access.options) }
        let servers = if let url { [url] } else { try servers(values) }
        var answers: [Answer] = []
        for server in servers { answers.append(try answer(server, access, pac)) }

        if arguments.has("--json") {
            context.put(
                .object([
                    "schema": 1, "pac_url": access.pacLocation.map { .string($0) } ?? .null,
                    "servers": .array(answers.map(\.json)),
                ]))
            return ExitCode.done.rawValue
        }
        for answer in answers {
            let subject = url == nil ? "\(answer.url)  " : ""
            context.output(TerminalText.escaped(subject + answer.ways) + "\n")
            for words in answer.passedOver { context.console.say(words) }
        }
        if answers.isEmpty { context.console.say("\(plan.product.title) names no server; give a URL.") }
        return ExitCode.done.rawValue
    }

    private func answer(_ url: HTTPURL, _ access: NetworkAccess, _ pac: PACFile?) throws(Failure) -> Answer {
        guard let pac, access.options.proxyExceptions?.covers(url) != true else {
            return Answer(url: url, proxies: [access.options.proxy(for: url)])
        }
        let routes = try pac.routes(to: url)
        return Answer(url: url, proxies: routes.map(\.proxy), passedOver: routes.last?.passedOver ?? [])
    }

    /// The servers that the product needs, as far as they are known.
    private func servers(_ values: SettingValues) throws(Failure) -> [HTTPURL] {
        var servers: [HTTPURL] = []
        for target in plan.requirements.reach {
            let text = target.hasPrefix("@") ? values[String(target.dropFirst())]?.exposedText : target
            if let text, !text.isEmpty { servers.append(try HTTPURL(parsing: text)) }
        }
        return servers
    }
}
