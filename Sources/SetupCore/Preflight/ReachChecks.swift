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
        var access = access
        if let location = access.pacLocation { findings.append(pac(plan, location, &access, context)) }
        for target in plan.requirements.reach {
            let name = name(target)
            let text = target.hasPrefix("@") ? value(String(target.dropFirst())) : target
            guard let text, !text.isEmpty else { continue }
            do throws(Failure) {
                findings.append(try reach(HTTPURL(parsing: text), name, access, context))
            } catch {
                let failure = error.adding(unusedProxy(plan, access, context)).adding(authorityOption(plan, error))
                findings.append(refusal(name, failure))
            }
        }
        return findings
    }

    private static func reach(
        _ url: HTTPURL, _ name: String, _ access: NetworkAccess, _ context: PreflightContext
    ) throws(Failure) -> PreflightFinding {
        let isException = access.options.proxyExceptions?.covers(url) == true
        if access.pacLocation != nil, access.options.pac == nil, !isException {
            return PreflightFinding(name, .warning, "\(url) was not tested: there is no PAC file to say how")
        }
        let route = try context.reach(url, access.options)
        let hasProxy = access.proxy != nil || access.pacLocation != nil
        let directly = isException && hasProxy ? " without the proxy, as no_proxy says" : ""
        let proxy = access.options.proxy(for: url).map { " through the proxy \($0)" }
        let way = route.map { " \($0)" } ?? proxy ?? directly
        return PreflightFinding(name, .ok, "\(url.origin) answers\(way)")
    }

    /// What to do when the environment names a proxy and the settings don't.
    private static func unusedProxy(
        _ plan: Plan, _ access: NetworkAccess, _ context: PreflightContext
    ) -> String? {
        guard access.proxy == nil, access.pacLocation == nil, plan.settings.contains(where: { $0.id == "proxy_host" })
        else { return nil }
        let names = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
        // The value may hold a password.
        guard let name = names.first(where: { context.environment($0)?.isEmpty == false }) else { return nil }
        return "The environment's \(name) is not used, since the service would not have it: set proxy_host and "
            + "proxy_port."
    }

    /// How to name a private CA, where that may help and the product has the setting.
    private static func authorityOption(_ plan: Plan, _ failure: Failure) -> String? {
        guard failure.hints.contains(where: { $0.hasSuffix("(ca_file).") }),
            plan.settings.contains(where: { $0.id == "ca_file" })
        else { return nil }
        return "The installer takes that file as --ca-file=FILE, \(plan.configTool) as `set ca_file=FILE`."
    }

    /// Fetches the PAC file for the checks that follow.
    private static func pac(
        _ plan: Plan, _ location: String, _ access: inout NetworkAccess, _ context: PreflightContext
    ) -> PreflightFinding {
        do throws(Failure) {
            access.options.pac = try context.fetchPAC(location, access.options)
            return PreflightFinding("proxy-pac", .ok, "\(location) is a PAC file")
        } catch {
            var failure = error.adding(authorityOption(plan, error))
            failure.hints = failure.hints.map { hint in
                hint == HTTPFailure.missingProxyHint
                    ? "Look at proxy_pac_url, or set the proxy's host and port instead." : hint
            }
            return refusal("proxy-pac", failure)
        }
    }

    /// A failure as a finding, its hints in one text.
    private static func refusal(_ name: String, _ failure: Failure) -> PreflightFinding {
        let cause = failure.cause.map { ": " + $0 } ?? ""
        let hint = failure.hints.isEmpty ? nil : failure.hints.joined(separator: " ")
        return PreflightFinding(name, .refusal, failure.message + cause, hint: hint)
    }
}

extension Failure {
    /// The same failure with one more hint, if there is one.
    fileprivate func adding(_ hint: String?) -> Failure {
        var failure = self
        if let hint { failure.hints.append(hint) }
        return failure
    }
}
