/// Texts that neither shells nor browsers nor configuration files take for anything else.
enum PlainText {
    private static let wordBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-".utf8)
    private static let pathBytes = wordBytes.union("/~".utf8)
    private static let linkBytes = pathBytes.union(":%?&=#@!,;".utf8)

    /// A word that no shell takes apart and that is no option.
    static func isWord(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { wordBytes.contains($0) } && text.utf8.first.map { !"-.+".utf8.contains($0) } ?? false
    }

    /// One line that has something in it.
    static func isLine(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value >= 32 && !("\u{7F}"..."\u{9F}").contains($0) }
    }

    /// A relative path without `.`, `..` and hidden files.
    static func isPath(_ text: some StringProtocol) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            part.allSatisfy { pathBytes.contains($0) } && part.first.map { !"-.~".utf8.contains($0) } ?? false
        }
    }

    /// The same with a slash before it.
    static func isAbsolutePath(_ text: String) -> Bool { text.utf8.first == 47 && isPath(text.dropFirst()) }

    /// A URL of RFC 3986 that names a directory: without user, query and fragment, without a slash at its end.
    static func isBaseURL(_ text: String) -> Bool {
        guard isWebURL(text), let scheme = text.firstRange(of: "://") else { return false }
        let rest = text[scheme.upperBound...]
        let host = rest.utf8.prefix { $0 != UInt8(ascii: "/") }
        let path = rest.dropFirst(host.count)
        return host.allSatisfy { wordBytes.contains($0) || ":[]".utf8.contains($0) }
            && (path.isEmpty || isPath(path.dropFirst()))
    }

    /// A URL of RFC 3986 with `https:` or `http:` and a host, in ASCII.
    static func isWebURL(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return false }
        let rest = text.dropFirst(scheme.count)
        return !(rest.isEmpty || rest.hasPrefix("/")) && rest.utf8.allSatisfy { linkBytes.contains($0) }
    }
}
