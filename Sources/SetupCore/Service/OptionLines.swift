public import Diagnostics
import LinuxIO

/// The options that an administrator gives the agent: one a line, in `start-agent.ini`.
///
/// Blank lines and lines that begin with `#` or `;` don't count. A byte order mark, carriage returns and blanks around a
/// line are removed, then double quotes wherever they stand, which must come in pairs: `-Dx=""` is an empty value and
/// `-Dx="a b"` gives `a b`. There is no shell and no escape, and nothing is split at blanks: a line is one argument. One
/// with a second `-` after a blank outside quotes is refused, because it would pass for one option and mean another.
public struct OptionLines: Sendable, Equatable {
    /// The options, in the order of their lines.
    public let options: [String]

    /// Reads the content of the file.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8; comments may be in any encoding.
    ///   - name: The file's path, for messages.
    /// - Throws: `.usage` with the number of the first line that can't be an option.
    public init(parsing bytes: [UInt8], name: String) throws(Failure) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var rest = bytes[...]
        if rest.starts(with: mark) { rest = rest.dropFirst(mark.count) }
        var options: [String] = []
        for (index, line) in rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let content = Self.trimmed(line)
            guard let first = content.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            do throws(Failure) { options.append(try Self.option(content)) } catch {
                throw Failure(
                    .usage, "\(PathText.display(name)), line \(index + 1): \(error.message)", hints: error.hints)
            }
        }
        self.options = options
    }

    private static func option(_ line: ArraySlice<UInt8>) throws(Failure) -> String {
        guard !line.contains(0) else {
            throw Failure(.usage, "there is a NUL", hints: ["Save the file as UTF-8; UTF-16 isn't read."])
        }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw Failure(.usage, "this isn't UTF-8", hints: ["Save the file as UTF-8."])
        }
        if let control = text.unicodeScalars.first(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) {
            throw Failure(
                .usage, "there is the control character \(PathText.display(String(control)))",
                hints: ["Remove it, or type a blank in its place."])
        }
        let quotes = line.count { $0 == UInt8(ascii: "\"") }
        guard quotes % 2 == 0 else {
            throw Failure(.usage, "a double quote has no partner", hints: ["Quotes are removed in pairs."])
        }
        guard !hasTwoOptions(line) else {
            throw Failure(
                .usage, "there are two options",
                hints: ["Write each on a line of its own, or a value with blanks in double quotes."])
        }
        let option = text.filter { $0 != "\"" }
        guard !option.isEmpty else {
            throw Failure(.usage, "there is nothing between the quotes", hints: ["Remove the line."])
        }
        return option
    }

    /// Whether, outside quotes, a blank is followed by what begins like an option: `-` and no blank.
    private static func hasTwoOptions(_ line: ArraySlice<UInt8>) -> Bool {
        var isQuoted = false
        for index in line.indices.dropLast(2) {
            if line[index] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, line[index] == UInt8(ascii: " "), line[index + 1] == UInt8(ascii: "-"),
                line[index + 2] != UInt8(ascii: " ")
            {
                return line.first == UInt8(ascii: "-")
            }
        }
        return false
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
        }
        var line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line = line.dropLast() }
        return line
    }
}

extension OptionLines {
    /// The file's name in the options directory.
    public static let fileName = "start-agent.ini"

    /// Reads the file of an options directory.
    ///
    /// - Parameters:
    ///   - path: The options directory, absolute.
    ///   - files: The machine.
    /// - Returns: The options; none when there is no file.
    /// - Throws: `.usage` for a bad line, and for a file that others than root can write: its lines become code that
    ///   runs as the agent.
    static func read(directory path: String, _ files: HostFiles) throws(Failure) -> [String] {
        guard let holder = try files.directory(path) else { return [] }
        let name = PathText.join(path, fileName)
        guard let found = try holder.directory.status(fileName) else { return [] }
        guard found.kind == .file else {
            throw refused(name, "it is \(found.kind.words)", "Put a regular file in its place.")
        }
        let file = try holder.directory.file(fileName, .nonBlocking)
        for (status, place) in [(try holder.directory.descriptor.status(), path), (try file.status(), name)] {
            guard status.user == 0, !status.isWritableByOthers else {
                throw refused(
                    name, "\(PathText.display(place)) must belong to root and be writable by nobody else",
                    "Run `chown root:root \(place)` and `chmod go-w \(place)`, after checking what the file says.")
            }
        }
        return try OptionLines(parsing: try file.readToEnd(limit: 1 << 20), name: name).options
    }

    private static func refused(_ name: String, _ reason: String, _ hint: String) -> Failure {
        Failure(.usage, "\(PathText.display(name)) is refused: \(reason)", hints: [hint])
    }
}
