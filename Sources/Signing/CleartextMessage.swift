public import Diagnostics
import OpenPGP

/// A signed text that stays readable: RFC 9580, section 7; what apt calls a clear-signed file.
///
/// The reader takes what apt takes (`SplitClearSignedFile` of apt-pkg/contrib/gpgv.cc, apt 3.1.12), and nothing else: one
/// message, nothing before it, nothing behind its signatures.
public struct CleartextMessage: Sendable, Equatable {
    /// The longest line that gpg takes, in bytes; `MAX_LINELEN` of GnuPG's g10/options.h less what it needs itself.
    static let lineLimit = 19_000
    private static let start = "-----BEGIN PGP SIGNED MESSAGE-----"
    private static let signatureStart = "-----BEGIN PGP SIGNATURE-----"
    private static let signatureEnd = "-----END PGP SIGNATURE-----"

    /// The text: lines without blanks at their ends, each with a newline, the last one, too.
    public let text: [UInt8]
    /// The signature packets, binary, one behind the other.
    public let signatures: [UInt8]
    /// What the signatures are of: the text without its last newline.
    public var signed: [UInt8] { text.isEmpty ? text : Array(text.dropLast()) }

    /// The bytes that are signed: lines without blanks at their ends, CR and LF between them, none behind the last.
    ///
    /// - Parameter text: Lines that end with newlines; a last one without is as good.
    /// - Throws: `.usage` for what isn't such a text, or has a line that gpg doesn't take.
    static func canonical(_ text: [UInt8]) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + text.count / 32)
        for (index, line) in lines(text).enumerated() {
            guard line.count <= lineLimit else {
                throw Failure(
                    .usage,
                    "the text has a line of \(line.count) bytes, at most \(lineLimit) are allowed in signed text")
            }
            guard line.allSatisfy({ $0 != 0 && $0 != 0x0D }) else {
                throw Failure(.usage, "the text has a NUL or carriage return in line \(index + 1)")
            }
            if index > 0 { bytes += [0x0D, 0x0A] }
            bytes += line.withoutBlanksAtEnd
        }
        return bytes
    }

    /// Puts a text and its signatures together.
    ///
    /// - Parameters:
    ///   - text: The text that was signed.
    ///   - signatures: A binary packet of type 1 each.
    /// - Throws: `.usage` as `canonical` does, `.integrity` for what is no signature.
    static func encode(_ text: [UInt8], signatures: [[UInt8]]) throws(Failure) -> [UInt8] {
        _ = try canonical(text)
        var hashes: [String] = []
        for signature in signatures {
            let hash = try SignaturePacket(signature, name: "the signature").hash.name.filter { $0 != "-" }
            if !hashes.contains(hash) { hashes.append(hash) }
        }
        var message = Array("\(start)\nHash: \(hashes.joined(separator: ","))\n\n".utf8)
        for line in lines(text) {
            // Mail programs put a > before "From ", so the standard wants it escaped, too.
            if line.first == UInt8(ascii: "-") || line.starts(with: "From ".utf8) { message += Array("- ".utf8) }
            message += line + [0x0A]
        }
        return message + Armor.encode(Array(signatures.joined()), .signature)
    }

    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        let text = text.last == 0x0A ? text.dropLast() : text[...]
        return text.split(separator: 0x0A, omittingEmptySubsequences: false)
    }

    /// Takes a message apart.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: What it is, for messages.
    /// - Throws: `.integrity`, with the line, for what apt would refuse.
    public init(reading bytes: [UInt8], name: String) throws(Failure) {
        let lines = Self.lines(bytes).map(\.withoutLineEnd)
        func damage(_ what: String, _ line: Int) -> Failure {
            Failure(.integrity, "\(name) has \(what), in line \(line + 1)")
        }
        guard lines[0].elementsEqual(Self.start.utf8) else { throw damage("no beginning of a signed message", 0) }
        guard let blank = lines.firstIndex(where: \.isEmpty) else {
            throw damage("no empty line behind its headers", lines.count - 1)
        }
        if let odd = lines[1..<blank].firstIndex(where: { $0.first == UInt8(ascii: "-") }) {
            throw damage("a header that is none", odd)
        }
        guard let end = lines[blank...].firstIndex(where: { $0.elementsEqual(Self.signatureStart.utf8) }) else {
            throw damage("no signature up to its end", lines.count - 1)
        }
        var text: [UInt8] = []
        for index in (blank + 1)..<end {
            var line = lines[index]
            if line.first == UInt8(ascii: "-") {
                guard line.starts(with: "- ".utf8) else { throw damage("a line that begins with a dash", index) }
                line = line.dropFirst(2)
            }
            text += line + [0x0A]
        }
        var isOpen = false
        for index in end..<lines.count {
            let line = lines[index]
            if isOpen {
                if line.elementsEqual(Self.signatureEnd.utf8) {
                    isOpen = false
                } else if line.first == UInt8(ascii: "-") {
                    throw damage("a line that begins with a dash in a signature", index)
                }
            } else {
                guard line.elementsEqual(Self.signatureStart.utf8) else {
                    throw damage("lines behind its signature, which nobody signed", index)
                }
                isOpen = true
            }
        }
        guard !isOpen else { throw damage("a signature without an end", lines.count - 1) }
        let armor = Array(lines[end...].joined(separator: [0x0A])) + [0x0A]
        self.text = text
        signatures = try ArmoredSignatures.packets(armor, name: "the signature of \(name)")
    }
}

extension ArraySlice<UInt8> {
    /// The bytes without blanks and tabs behind them.
    fileprivate var withoutBlanksAtEnd: ArraySlice<UInt8> {
        var line = self
        while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
        return line
    }

    /// A line as apt reads it: without newlines, carriage returns, then blanks behind it.
    fileprivate var withoutLineEnd: ArraySlice<UInt8> {
        var line = self
        while line.last == 0x0D { line.removeLast() }
        return line.withoutBlanksAtEnd
    }
}
