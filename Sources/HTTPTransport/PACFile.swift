public import Diagnostics
private import LinuxIO
private import ProxyAutoConfig

/// A proxy auto-config file: says by a script through which proxy to reach a URL.
public struct PACFile: Sendable {
    /// The most bytes that a file may have; browsers take 1 MiB.
    public static let maximumSize = 1 << 20

    /// Where it came from: `http`, `https` or `file` URL.
    public let location: String
    private let script: ProxyScript

    /// Gets a file and parses it.
    ///
    /// - Parameters:
    ///   - location: An `http`, `https` or `file` URL.
    ///   - options: How to reach the server; their proxy is left out, since the file is what says which proxy to use.
    /// - Returns: The file.
    /// - Throws: `Failure`, also where the file holds something else, such as a sign-in page.
    public static func fetch(from location: String, options: HTTPClient.Options) throws(Failure) -> PACFile {
        let bytes: [UInt8]
        if let path = Self.path(ofFileURL: location) {
            bytes = try readFile(path, limit: maximumSize)
        } else {
            bytes = try download(HTTPURL(parsing: location), options)
        }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard bytes[start...].first(where: { $0 > 0x20 }) != UInt8(ascii: "<") else {
            throw Failure(
                .failed, "\(location) is not a proxy auto-config file", cause: "it is a web page",
                hints: ["Check the address with whoever runs the proxy."])
        }
        return PACFile(location: location, script: try ProxyScript(parsing: bytes, name: location))
    }

    private static func download(_ url: HTTPURL, _ options: HTTPClient.Options) throws(Failure) -> [UInt8] {
        var options = options
        options.proxy = nil
        options.pac = nil
        options.maximumBody = maximumSize
        do {
            return try HTTPClient(options).get(url).successful().body
        } catch {
            throw error.failure.during("can't fetch the proxy auto-config file")
        }
    }

    /// The path of `file:///path` or `file://localhost/path`; nil for other URLs.
    private static func path(ofFileURL location: String) -> String? {
        guard Grammar.lowercased(location.prefix(7)) == "file://" else { return nil }
        let rest = location.dropFirst(7)
        let path = rest.hasPrefix("localhost/") ? rest.dropFirst(9) : rest
        return path.hasPrefix("/") ? String(path) : nil
    }

    /// Asks the script how to reach a URL.
    ///
    /// - Parameters:
    ///   - url: The URL. The script sees no path and query of an https URL, as in browsers.
    ///   - time: How long the script may take, with the names that it looks up.
    /// - Returns: The ways in the order in which to try them; at least one.
    /// - Throws: `Failure` where the script fails, or names only ways that can't be used here.
    public func routes(to url: HTTPURL, time: Duration = .seconds(10)) throws(Failure) -> [PACRoute] {
        let shown = Grammar.lowercased("\(url.scheme.rawValue)://\(url.authority)")
        let choices = try script.choices(
            url: shown + (url.scheme == .https ? "/" : url.target), host: Grammar.lowercased(url.host.bare),
            environment: Self.environment(Deadline(after: time)))
        var routes: [PACRoute] = []
        var passedOver: [String] = []
        for choice in choices {
            switch choice {
            case .direct: routes.append(PACRoute(location: location, proxy: nil, passedOver: passedOver))
            case .proxy(.http, let host, let port):
                do throws(Failure) {
                    let proxy = try Proxy(host: host, port: String(port))
                    routes.append(PACRoute(location: location, proxy: proxy, passedOver: passedOver))
                } catch {
                    passedOver.append("\(choice) can't be used: \(error.message)")
                }
            case .proxy: passedOver.append("\(choice) can't be used: only HTTP proxies (PROXY) are supported")
            }
        }
        guard routes.isEmpty else { return routes }
        throw Failure(
            .failed, "the PAC file \(location) names no way to \(url.origin) that can be used",
            cause: passedOver.joined(separator: "; "),
            hints: ["Have an HTTP proxy added to the PAC file, or set the proxy's host and port instead."])
    }

    /// What scripts learn of this machine; names are looked up once each.
    private static func environment(_ deadline: Deadline) -> Environment {
        var environment = Environment()
        var known: [String: [String]] = [:]
        environment.resolve = { name in
            if let addresses = known[name] { return addresses }
            let found = (try? NameService.addresses(of: name, port: 80, before: deadline)) ?? []
            let addresses = found.compactMap(\.text)
            known[name] = addresses
            return addresses
        }
        environment.ownAddresses = NameService.ownAddresses
        environment.isTimeUp = { deadline.hasPassed }
        environment.now = { (moment(CalendarTime(local: System.now)), moment(CalendarTime(utc: System.now))) }
        environment.random = {
            let bytes = (try? System.randomBytes(4)) ?? [0, 0, 0, 0]
            return Double(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) / 4_294_967_296
        }
        return environment
    }

    private static func moment(_ time: CalendarTime) -> Environment.Moment {
        Environment.Moment(
            year: time.year, month: time.month, day: time.day, weekday: time.weekday, hour: time.hour,
            minute: time.minute, second: time.second)
    }
}

/// A way to a server that a PAC file names.
public struct PACRoute: Sendable, Equatable, CustomStringConvertible {
    /// The PAC file's URL.
    public let location: String
    /// The proxy; nil for the direct way.
    public let proxy: Proxy?
    /// What was tried or could not be used before it, each in a few words.
    public internal(set) var passedOver: [String]

    /// `through the proxy HOST:PORT, as URL says`, with what was passed over.
    public var description: String {
        let way = proxy.map { "through the proxy \($0)" } ?? "without a proxy"
        let before = passedOver.isEmpty ? "" : " (\(passedOver.joined(separator: "; ")))"
        return "\(way), as \(location) says\(before)"
    }
}
