/// The bytes of requests, RFC 9112 section 3.
enum RequestWriter {
    /// A request in origin form, or in absolute form with credentials for a proxy.
    static func bytes(
        of request: HTTPRequest, userAgent: String, plainProxy: Proxy?
    ) throws(HTTPFailure.Kind) -> [UInt8] {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(Grammar.isToken) else {
            throw .invalidRequest(reason: "its method is not a word")
        }
        var headers = [HTTPHeader("Host", request.url.authority), HTTPHeader("User-Agent", userAgent)]
        headers += [HTTPHeader("Accept-Encoding", "identity"), HTTPHeader("Connection", "close")]
        if let authorization = plainProxy?.authorization {
            headers.append(HTTPHeader("Proxy-Authorization", authorization))
        }
        if let body = request.body { headers.append(HTTPHeader("Content-Length", String(body.count))) }
        headers += request.headers
        let target = plainProxy == nil ? request.url.target : request.url.description
        return try head("\(request.method) \(target)", headers) + (request.body ?? [])
    }

    /// A CONNECT for the URL's host and port.
    static func connect(to url: HTTPURL, userAgent: String, proxy: Proxy) throws(HTTPFailure.Kind) -> [UInt8] {
        var headers = [HTTPHeader("Host", url.hostAndPort), HTTPHeader("User-Agent", userAgent)]
        if let authorization = proxy.authorization {
            headers.append(HTTPHeader("Proxy-Authorization", authorization))
        }
        return try head("CONNECT \(url.hostAndPort)", headers)
    }

    private static func head(_ requestLine: String, _ headers: [HTTPHeader]) throws(HTTPFailure.Kind) -> [UInt8] {
        var text = requestLine + " HTTP/1.1\r\n"
        for header in headers {
            // A line break in a value would let it add headers of its own.
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(Grammar.isToken),
                header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { throw .invalidRequest(reason: "a header holds a character that it may not") }
            text += "\(header.name): \(header.value)\r\n"
        }
        return Array((text + "\r\n").utf8)
    }
}
