import DefinitionFiles
import Diagnostics
import LinuxIO
import Product
import SetupPlan

/// Reads the licence that is shown before an installation.
enum LicenseText {
    /// The most bytes that a licence may have; it travels in every artifact.
    static let limit = 1 << 20

    /// Reads a licence: UTF-8, a byte order mark dropped, line ends made `\n`.
    ///
    /// - Parameters:
    ///   - reference: What the manifest says of it.
    ///   - base: The manifest's directory.
    ///   - problems: Takes what is wrong with the file.
    /// - Returns: The licence, or nil after adding a problem.
    static func read(_ reference: LicenseReference, below base: String, _ problems: inout [Problem]) -> License? {
        let file = reference.file
        let path = PathText.join(base, file.value)
        guard let status = fileStatus(path) else {
            problems.append(MissingSource.problem(file, below: base))
            return nil
        }
        do throws(Failure) {
            guard status.kind == .file else { throw Failure(.usage, "it is \(status.kind.words)") }
            return License(text: try text(of: try readFile(path, limit: limit)), mustAccept: reference.mustAccept)
        } catch {
            let failure = error.during("the licence \"\(PathText.display(file.value))\" can't be used")
            problems.append(Problem(at: file.location, failure: failure))
            return nil
        }
    }

    private static func text(of bytes: [UInt8]) throws(Failure) -> String {
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "it isn't UTF-8", hints: ["Convert it, with iconv for instance."])
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        text = text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
        if let line = firstControl(text) {
            throw Failure(.usage, "line \(line) has a control character, which terminals would obey")
        }
        guard text.contains(where: { !$0.isWhitespace }) else { throw Failure(.usage, "it is empty") }
        return text
    }

    /// The line of the first control character other than tab, line feed and form feed.
    private static func firstControl(_ text: String) -> Int? {
        var line = 1
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += 1
            case "\t", "\u{C}": break
            default: if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) { return line }
            }
        }
        return nil
    }
}
