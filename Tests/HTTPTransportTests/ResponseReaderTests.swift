import Testing

@testable import HTTPTransport

struct ResponseReaderTests {
    /// Gives a text in pieces of a size, then the end of the stream.
    private final class Pieces: ByteSource {
        var rest: ArraySlice<UInt8>
        let size: Int

        init(_ text: String, size: Int) {
            rest = Array(text.utf8)[...]
            self.size = size
        }

        func read() throws(HTTPFailure.Kind) -> [UInt8] {
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    private func read(
        _ text: String, method: String = "GET", limit: Int = 1000, size: Int = 7
    ) throws(HTTPFailure.Kind) -> (
        head: ResponseReader.Head, body: String
    ) {
        var reader = ResponseReader(Pieces(text, size: size))
        let head = try reader.head()
        return (head, String(decoding: try reader.body(after: head, of: method, limit: limit), as: UTF8.self))
    }

    private func problem(_ text: String) -> HTTPFailure.Kind? {
        do throws(HTTPFailure.Kind) {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [1, 2, 3, 64, 4096])
    func `a reply arrives in pieces of any size`(size: Int) throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two:  a b \t\r\n\r\nhello, more"
        let (head, body) = try read(text, size: size)
        #expect(head.status == 200 && head.reason == "OK")
        #expect(head.headers == [HTTPHeader("Content-Length", "5"), HTTPHeader("X-Two", "a b")])
        #expect(body == "hello")
        let chunked =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n1 \r\n!\r\n0\r\nT: x\r\n\r\n"
        #expect(try read(chunked, size: size).body == "hello!")
    }

    @Test func `interim replies are skipped`() throws {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 None\r\n\r\n"
        #expect(try read(text).head.status == 204)
    }

    @Test func `replies without a body have none`() throws {
        #expect(try read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: "HEAD").body == "")
        #expect(try read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").body == "")
    }

    @Test func `a body without length goes to the end`() throws {
        #expect(try read("HTTP/1.0 200 OK\n\nto the end").body == "to the end")
        #expect(throws: HTTPFailure.Kind.tooLarge(limit: 5)) { try read("HTTP/1.0 200 OK\n\nto the end", limit: 5) }
    }

    @Test(arguments: [
        "HTTP/2 200 OK\r\n\r\n", "<html>\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n",
        "HTTP/1.1 +20 X\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "\u{1}\u{2}", "HELLO",
    ])
    func `what isn't HTTP is refused`(text: String) {
        guard case .malformed? = problem(text) else {
            Issue.record("not refused as malformed: \(String(describing: problem(text)))")
            return
        }
    }

    @Test func `TLS and compression are named`() {
        #expect(problem("\u{15}\u{3}\u{1}\u{0}\u{2}") == .malformed(reason: "it is TLS"))
        let compressed = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"
        #expect(problem(compressed) == .compressed("gzip"))
    }

    @Test(arguments: [
        "HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    ])
    func `each early end is noticed`(text: String) {
        switch problem(text) {
        case .truncated, .connectionLost: break
        case let other: Issue.record("not noticed: \(String(describing: other))")
        }
    }

    @Test func `endless headers are refused`() {
        let long = "HTTP/1.1 200 OK\r\nA: " + String(repeating: "x", count: 9000) + "\r\n\r\n"
        #expect(problem(long) == .malformed(reason: "a line is longer than 8192 bytes"))
        let many = "HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 129) + "\r\n"
        #expect(problem(many) == .malformed(reason: "more than 128 headers"))
        let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 5000)
        #expect(problem(interim) == .malformed(reason: "its headers are longer than 65536 bytes"))
    }

    @Test func `a server's words can't drive a terminal`() throws {
        #expect(try read("HTTP/1.1 500 \u{1B}[2Jgone\r\nContent-Length: 0\r\n\r\n").head.reason == "?[2Jgone")
    }
}
