public import Diagnostics
private import LinuxIO

/// A proxy auto-config file: fetched and looked at, never evaluated.
///
/// Evaluating one means running JavaScript from the network as root; programs that do so bring their own engine.
public struct PACFile: Sendable, Equatable {
    /// The most bytes that a file may have; browsers take 1 MiB.
    public static let maximumSize = 1 << 20

    /// Where it came from: `http`, `https` or `file` URL.
    public let location: String
    /// The script.
    public let text: String

    /// Gets a file and checks that it defines `FindProxyForURL`.
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
        let file = PACFile(location: location, text: String(decoding: bytes, as: UTF8.self))
        guard file.definesFindProxy else {
            let isPage = Grammar.trimmed(file.text.prefix { $0 != "\n" }).hasPrefix("<")
            throw Failure(
                .failed, "\(location) is not a proxy auto-config file",
                cause: isPage ? "it is a web page" : "it does not define the function FindProxyForURL",
                hints: ["Check the address with whoever runs the proxy."])
        }
        return file
    }

    private static func download(_ url: HTTPURL, _ options: HTTPClient.Options) throws(Failure) -> [UInt8] {
        var options = options
        options.proxy = nil
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

    /// Whether `function FindProxyForURL` or `FindProxyForURL =` stands outside of comments.
    private var definesFindProxy: Bool {
        let words = Self.words(of: text)
        for (index, word) in words.enumerated() where word == "FindProxyForURL" || word == "FindProxyForURLEx" {
            if index > 0, words[index - 1] == "function" { return true }
            if index + 1 < words.count, words[index + 1] == "=" { return true }
        }
        return false
    }

    /// The script's words and single other characters, without blanks and comments.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: "//".utf8) {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }
            } else if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else if Grammar.isHostByte(byte), byte != UInt8(ascii: "-") {
                let word = rest.prefix { Grammar.isHostByte($0) && $0 != UInt8(ascii: "-") }
                words.append(String(decoding: word, as: UTF8.self))
                rest = rest.dropFirst(word.count)
            } else {
                if byte > 0x20 { words.append(String(UnicodeScalar(byte))) }
                rest = rest.dropFirst()
            }
        }
        return words
    }
}
