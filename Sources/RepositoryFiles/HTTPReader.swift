public import Diagnostics
public import HTTPTransport
public import LinuxIO

/// A repository on a web server.
///
/// Directories can't be listed there.
public struct HTTPReader: RepositoryReader {
    /// The largest file that is fetched, in bytes.
    public static let largestFile = 2 << 30

    /// The URL of its top, without a slash at its end.
    public let name: String
    private let client: HTTPClient

    /// Takes a URL.
    ///
    /// - Parameters:
    ///   - url: The URL of its top.
    ///   - options: How to reach the server; its limits of time and size are raised to what files of a repository need.
    /// - Throws: `.usage` for what is no URL of http or https, or has a query.
    public init(_ url: String, options: HTTPClient.Options) throws(Failure) {
        _ = try HTTPURL(parsing: url)
        guard !url.utf8.contains(UInt8(ascii: "?")), !url.utf8.contains(UInt8(ascii: "#")) else {
            throw Failure(.usage, "the URL \(PathText.display(url)) of a repository has neither ? nor #")
        }
        name = String(url.reversed().drop { $0 == "/" }.reversed())
        var options = options
        options.maximumBody = Self.largestFile
        options.totalTimeout = .seconds(1800)
        client = HTTPClient(options)
    }

    /// Fetches a file.
    public func open(_ path: String) throws(Failure) -> ByteSource? {
        let url = try HTTPURL(parsing: name + "/" + Self.escaped(path))
        do throws(HTTPFailure) {
            let response = try client.get(url)
            if response.status == 404 || response.status == 410 { return nil }
            return ByteSource(try response.successful().body, name: url.description)
        } catch {
            var failure = error.failure
            if error.isAnswer { failure.code = .integrity }
            throw failure
        }
    }

    /// Never known.
    public func entries(_ path: String) -> [RepositoryEntry]? { nil }

    /// A path as a URL has it: everything but what RFC 3986 calls unreserved, and `/`, `+`, `:` and `@`, as `%XX`.
    package static func escaped(_ path: String) -> String {
        let plain = Array("-._~/+:@".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for byte in path.utf8 {
            let isLetter = (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
            if isLetter || plain.contains(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension HTTPFailure {
    /// Whether the server was reached, and what it does with this one file is wrong.
    fileprivate var isAnswer: Bool {
        switch kind {
        case .status, .redirected, .truncated, .tooLarge, .compressed, .malformed, .connectionLost, .timedOut(.reply):
            true
        default: false
        }
    }
}
