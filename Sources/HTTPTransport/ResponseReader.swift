/// Where a reply's bytes come from: a connection, or an array in tests.
protocol ByteSource: AnyObject {
    /// Takes what has arrived, at least one byte; none at the end of the stream.
    func read() throws(HTTPFailure.Kind) -> [UInt8]
}

/// A strict reader of HTTP/1.1 replies, RFC 9112.
struct ResponseReader {
    /// The status line and the headers.
    struct Head: Equatable {
        var status: Int
        var reason: String
        var headers: [HTTPHeader]
    }

    static let maximumLine = 8192
    static let maximumHead = 65_536
    static let maximumHeaders = 128

    private let source: any ByteSource
    private var buffer: [UInt8] = []
    private var position = 0
    private var headBytes = 0
    /// What stood at the end of the stream without an end of line.
    private var unended: [UInt8] = []

    init(_ source: any ByteSource) { self.source = source }

    /// Whether bytes are left that belong to whatever follows the reply.
    var hasLeftovers: Bool { position < buffer.count }

    /// Reads up to the end of the headers, skipping interim (1xx) replies.
    mutating func head() throws(HTTPFailure.Kind) -> Head {
        // A server that sends nothing but interim replies runs into the limit on the head's size.
        while true {
            let (status, reason) = try statusLine()
            var headers: [HTTPHeader] = []
            while let header = try headerLine() {
                headers.append(header)
                guard headers.count <= Self.maximumHeaders else {
                    throw .malformed(reason: "more than \(Self.maximumHeaders) headers")
                }
            }
            if status >= 200 { return Head(status: status, reason: reason, headers: headers) }
            if status == 101 { throw .malformed(reason: "status 101 without being asked for") }
        }
    }

    /// Reads the body that the head announces.
    mutating func body(after head: Head, of method: String, limit: Int) throws(HTTPFailure.Kind) -> [UInt8] {
        if method == "HEAD" || head.status == 204 || head.status == 304 { return [] }
        let codings = head.headers.values(of: "Transfer-Encoding")
        let length = try Self.announcedLength(head.headers)
        if let encoding = head.headers.value(of: "Content-Encoding"), Grammar.lowercased(encoding) != "identity" {
            throw .compressed(encoding)
        }
        if !codings.isEmpty {
            guard codings.count == 1, Grammar.lowercased(codings[0]) == "chunked" else {
                throw .malformed(reason: "transfer encoding ‘\(codings.joined(separator: ", "))’ is not supported")
            }
            // Both at once is how requests are smuggled; RFC 9112 section 6.3 lets us treat it as an error.
            guard length == nil else { throw .malformed(reason: "both Content-Length and Transfer-Encoding") }
            return try chunkedBody(limit: limit)
        }
        guard let length else { return try bodyToEnd(limit: limit) }
        guard length <= limit else { throw .tooLarge(limit: limit) }
        var body: [UInt8] = []
        try take(length, into: &body, announced: length)
        return body
    }

    // MARK: Head

    private mutating func statusLine() throws(HTTPFailure.Kind) -> (Int, String) {
        let line = try headLine(isFirst: true)
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0" else {
            throw .malformed(reason: "it does not start with an HTTP/1 status line")
        }
        guard parts[1].utf8.count == 3, parts[1].utf8.allSatisfy(Grammar.isDigit), let status = Int(parts[1]),
            (100..<600).contains(status)
        else { throw .malformed(reason: "its status is not a number from 100 to 599") }
        return (status, parts.count == 3 ? Self.printable(Grammar.trimmed(parts[2])) : "")
    }

    private mutating func headerLine() throws(HTTPFailure.Kind) -> HTTPHeader? {
        let line = try headLine(isFirst: false)
        if line.isEmpty { return nil }
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
            throw .malformed(reason: "a header without name")
        }
        let name = line[..<colon]
        // A blank in the name is also how folded lines start, which RFC 9112 section 5.2 lets us refuse.
        guard name.utf8.allSatisfy(Grammar.isToken) else {
            throw .malformed(reason: "a header's name holds what a name may not")
        }
        return HTTPHeader(String(name), Self.printable(Grammar.trimmed(line[line.index(after: colon)...])))
    }

    private mutating func headLine(isFirst: Bool) throws(HTTPFailure.Kind) -> String {
        guard let line = try nextLine() else {
            if isFirst, headBytes == 0 {
                // A TLS alert or handshake message, RFC 8446 section 5.1.
                if let type = unended.first, type == 0x15 || type == 0x16, unended.dropFirst().first == 0x03 {
                    throw .malformed(reason: "it is TLS")
                }
                if unended.starts(with: "HTTP/".utf8) { throw .truncated(received: unended.count, announced: nil) }
                if !unended.isEmpty { throw .malformed(reason: "it does not start with an HTTP/1 status line") }
                throw .connectionLost(reason: "closed without a reply")
            }
            throw .truncated(received: headBytes, announced: nil)
        }
        headBytes += line.utf8.count + 2
        guard headBytes <= Self.maximumHead else {
            throw .malformed(reason: "its headers are longer than \(Self.maximumHead) bytes")
        }
        return line
    }

    private static func announcedLength(_ headers: [HTTPHeader]) throws(HTTPFailure.Kind) -> Int? {
        let values = Set(headers.values(of: "Content-Length"))
        guard let value = values.first else { return nil }
        guard values.count == 1, !value.isEmpty, value.utf8.allSatisfy(Grammar.isDigit), let length = Int(value) else {
            throw .malformed(reason: "its Content-Length is not one number")
        }
        return length
    }

    /// Text of a server for messages: control characters, which could drive a terminal, become `?`.
    private static func printable(_ text: Substring) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0 }))
    }

    // MARK: Body

    private mutating func chunkedBody(limit: Int) throws(HTTPFailure.Kind) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            guard let line = try nextLine() else { throw .truncated(received: body.count, announced: nil) }
            let digits = Grammar.trimmed(line.prefix { $0 != ";" })
            guard !digits.isEmpty, digits.utf8.count <= 15, digits.utf8.allSatisfy({ Grammar.hexValue($0) != nil }),
                let size = Int(digits, radix: 16)
            else { throw .malformed(reason: "a chunk's size is not a hexadecimal number") }
            if size == 0 { break }
            guard size <= limit - body.count else { throw .tooLarge(limit: limit) }
            try take(size, into: &body, announced: nil)
            guard let end = try nextLine() else { throw .truncated(received: body.count, announced: nil) }
            guard end.isEmpty else { throw .malformed(reason: "a chunk is longer than its size") }
        }
        // The trailer section: header lines up to an empty one.
        while true {
            guard let line = try nextLine() else { throw .truncated(received: body.count, announced: nil) }
            if line.isEmpty { return body }
            headBytes += line.utf8.count + 2
            guard headBytes <= Self.maximumHead else { throw .malformed(reason: "its trailers are too long") }
        }
    }

    private mutating func bodyToEnd(limit: Int) throws(HTTPFailure.Kind) -> [UInt8] {
        var body: [UInt8] = []
        repeat {
            guard buffer.count - position <= limit - body.count else { throw .tooLarge(limit: limit) }
            body += buffer[position...]
            position = buffer.count
        } while try fill()
        return body
    }

    private mutating func take(_ count: Int, into body: inout [UInt8], announced: Int?) throws(HTTPFailure.Kind) {
        var left = count
        while left > 0 {
            if position == buffer.count {
                guard try fill() else { throw .truncated(received: body.count, announced: announced) }
            }
            let end = min(position + left, buffer.count)
            body += buffer[position..<end]
            left -= end - position
            position = end
        }
    }

    // MARK: Bytes

    /// One line without its end, CRLF or LF; nil at the end of the stream, also in the middle of a line.
    private mutating func nextLine() throws(HTTPFailure.Kind) -> String? {
        var line: [UInt8] = []
        while true {
            if let end = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
                line += buffer[position..<end]
                position = end + 1
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                guard line.count <= Self.maximumLine else { throw Self.longLine }
                return String(decoding: line, as: UTF8.self)
            }
            line += buffer[position...]
            position = buffer.count
            guard line.count <= Self.maximumLine else { throw Self.longLine }
            guard try fill() else {
                unended = line
                return nil
            }
        }
    }

    private static var longLine: HTTPFailure.Kind { .malformed(reason: "a line is longer than \(maximumLine) bytes") }

    /// Gets more bytes; false at the end of the stream.
    private mutating func fill() throws(HTTPFailure.Kind) -> Bool {
        buffer = try source.read()
        position = 0
        return !buffer.isEmpty
    }
}
