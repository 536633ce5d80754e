import Diagnostics
import LinuxIO
import RepositoryFiles
import SiteDefinition

extension SiteVerifier {
    /// The page of each channel: there, and what it names is there, too.
    func verifyPages(_ report: inout Report) throws(Failure) {
        for channel in definition.channels {
            let base = definition.base(of: channel)
            let path = base + "index.html"
            guard let bytes = try read(path, missing: "page-missing", &report) else { continue }
            for link in PageLinks.paths(in: bytes, of: base, below: definition.url) {
                do throws(Failure) {
                    guard try reader.open(link) == nil else { continue }
                    report.faults.append(
                        RepositoryFault(
                            .error, "page-link-missing", path: path,
                            "names \(PathText.display(link)), which isn't there"))
                } catch {
                    report.faults.append(try RepositoryFault(error, "page-link-missing", path: path))
                }
            }
        }
    }
}

/// What a page refers to on its own site.
enum PageLinks {
    /// The paths below the site's URL, each once, in the page's order.
    ///
    /// - Parameters:
    ///   - page: HTML.
    ///   - directory: Where the page is, with a slash at its end; empty for the top.
    ///   - url: The site's URL.
    static func paths(in page: [UInt8], of directory: String, below url: String) -> [String] {
        let text = String(decoding: page, as: UTF8.self).utf8
        var paths: [String] = []
        var seen: Set<String> = []
        for attribute in [" href=\"", " src=\""] {
            var rest = text[...]
            while let start = rest.firstRange(of: attribute.utf8) {
                rest = rest[start.upperBound...]
                let value = String(Substring(rest.prefix { $0 != UInt8(ascii: "\"") }))
                guard let path = path(value.replacing("&amp;", with: "&"), directory, url), seen.insert(path).inserted
                else { continue }
                paths.append(path)
            }
        }
        return paths
    }

    /// Where a reference leads; nil for one to elsewhere, or to a place in the page itself.
    private static func path(_ reference: String, _ directory: String, _ url: String) -> String? {
        let whole = reference.prefix { $0 != "#" && $0 != "?" }
        var place: String
        if whole.hasPrefix(url + "/") {
            place = String(whole.dropFirst(url.count + 1))
        } else if whole.contains(":") || whole.hasPrefix("/") || whole.isEmpty {
            return nil
        } else {
            place = directory + whole
        }
        if place.hasSuffix("/") || place.isEmpty { place += "index.html" }
        var parts: [String] = []
        for part in place.split(separator: "/") where part != "." {
            if part == ".." {
                _ = parts.popLast()
            } else {
                parts.append(decoded(part))
            }
        }
        return parts.joined(separator: "/")
    }

    /// Bytes for `%XX`.
    private static func decoded(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = part.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
