private import LinuxIO

extension HTTPClient {
    /// Tries the ways that a PAC file names, until one leads to a proxy or server that takes the connection.
    ///
    /// As in browsers, only a proxy that can't be reached sends the request to the next way; whatever a proxy answers
    /// is final.
    func send(_ request: HTTPRequest, along pac: PACFile) throws(HTTPFailure) -> HTTPResponse {
        let deadline = Deadline(after: options.totalTimeout)
        var routes: [PACRoute]
        do {
            routes = try pac.routes(to: request.url, time: min(options.connectTimeout, options.totalTimeout))
        } catch {
            throw HTTPFailure(.pac(error), url: request.url)
        }
        var failed: [String] = []
        while true {
            var route = routes.removeFirst()
            route.passedOver += failed
            var options = options
            options.pac = nil
            options.proxy = route.proxy
            options.proxyExceptions = nil
            options.totalTimeout = .milliseconds(deadline.millisecondsLeft)
            do {
                var response = try HTTPClient(options, systemBundles: systemBundles).send(request)
                response.route = route
                return response
            } catch {
                guard error.isBeforeServer, let proxy = route.proxy, !routes.isEmpty, !deadline.hasPassed else {
                    throw error.along(route)
                }
                failed.append("PROXY \(proxy) did not work: \(error.words.reason)")
            }
        }
    }
}

extension HTTPFailure {
    /// Whether the first machine on the way could not be reached.
    fileprivate var isBeforeServer: Bool {
        switch kind {
        case .nameNotFound, .nameServiceFailed, .refused, .unreachable, .timedOut(.lookup), .timedOut(.connecting): true
        default: false
        }
    }

    fileprivate func along(_ route: PACRoute) -> HTTPFailure {
        var failure = self
        failure.route = route
        return failure
    }
}
