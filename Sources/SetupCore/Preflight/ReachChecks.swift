internal import Diagnostics
internal import HTTPTransport
internal import SetupPlan

/// Whether the servers that the product needs answer, through the proxy that was entered.
enum ReachChecks {
    /// The check's name for an entry of `reach`: `reach:` and the host, or the setting's id for `@id`.
    static func name(_ target: String) -> String {
        if target.hasPrefix("@") { return "reach:" + target.dropFirst() }
        return "reach:" + ((try? HTTPURL(parsing: target)).map(\.host.bare) ?? target)
    }

    static func findings(
        _ plan: Plan, _ access: NetworkAccess, _ context: PreflightContext, value: (String) -> String?
    ) -> [PreflightFinding] {
        var findings: [PreflightFinding] = []
        if let location = access.pacLocation { findings.append(pac(location, access, context)) }
        for target in plan.requirements.reach {
            let name = name(target)
            let text = target.hasPrefix("@") ? value(String(target.dropFirst())) : target
            guard let text, !text.isEmpty else { continue }
            if access.pacLocation != nil {
                findings.append(
                    PreflightFinding(
                        name, .warning, "\(text) was not tested: the proxy auto-config file was not evaluated"))
                continue
            }
            do throws(Failure) {
                let url = try HTTPURL(parsing: text)
                try context.reach(url, access.options)
                let way = access.proxy.map { " through the proxy \($0)" } ?? ""
                findings.append(PreflightFinding(name, .ok, "\(url.origin) answers\(way)"))
            } catch {
                findings.append(refusal(name, error))
            }
        }
        return findings
    }

    private static func pac(
        _ location: String, _ access: NetworkAccess, _ context: PreflightContext
    ) -> PreflightFinding {
        do throws(Failure) {
            try context.fetchPAC(location, access.options)
            return PreflightFinding(
                "proxy-pac", .ok, "\(location) was fetched and defines FindProxyForURL; it was not evaluated")
        } catch {
            return refusal("proxy-pac", error)
        }
    }

    private static func refusal(_ name: String, _ failure: Failure) -> PreflightFinding {
        let cause = failure.cause.map { ": " + $0 } ?? ""
        let hint = failure.hints.isEmpty ? nil : failure.hints.joined(separator: " ")
        return PreflightFinding(name, .refusal, failure.message + cause, hint: hint)
    }
}
