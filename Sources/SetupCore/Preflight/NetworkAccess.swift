public import Diagnostics
public import HTTPTransport
public import SetupPlan

/// How the settings say to reach servers.
///
/// Settings have no roles in the manifest; these ids have a meaning for the runtime where a product declares them:
/// `proxy_host`, `proxy_port`, `proxy_user`, `proxy_password`, `proxy_pac_url`, `no_proxy` and `ca_file`.
///
/// The environment's `https_proxy` and its like are not read: a service has another environment than the shell that
/// installs it, so what worked here would fail there.
public struct NetworkAccess: Sendable {
    /// The proxy, where one was entered.
    public let proxy: Proxy?
    /// The URL of a proxy auto-config file, where one was entered instead.
    public let pacLocation: String?
    /// How to reach servers; for a PAC, how to reach the PAC until it has been fetched.
    public internal(set) var options: HTTPClient.Options

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - plan: The product, for the `User-Agent` header.
    ///   - value: The text of a setting by its id; nil when it has none.
    /// - Throws: `usage` when host, port, user and password don't make a proxy, or `no_proxy` is no list of hosts.
    public init(plan: Plan, value: (String) -> String?) throws(Failure) {
        func entered(_ id: String) -> String? { value(id).flatMap { $0.isEmpty ? nil : $0 } }
        if let host = entered("proxy_host") {
            guard let port = entered("proxy_port") else {
                throw Failure(.usage, "a proxy host is set, but no proxy port")
            }
            proxy = try Proxy(host: host, port: port, user: entered("proxy_user"), password: entered("proxy_password"))
        } else {
            proxy = nil
        }
        pacLocation = proxy == nil ? entered("proxy_pac_url") : nil
        var options = HTTPClient.Options(userAgent: "\(plan.product.name)/\(plan.product.version)")
        options.proxy = proxy
        if let exceptions = entered("no_proxy") { options.proxyExceptions = try ProxyExceptions(parsing: exceptions) }
        options.privateCAFile = entered("ca_file")
        options.totalTimeout = .seconds(20)
        self.options = options
    }
}
