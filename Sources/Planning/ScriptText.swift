import DefinitionFiles
import Diagnostics
import LinuxIO
import Product

/// Reads the files that a manifest adds to a package's scripts.
enum ScriptText {
    /// The most bytes that one may have; it travels in the package's header.
    static let limit = 64 << 10
    private static let interpreter = "#!/bin/sh"

    /// Reads the scripts of a package.
    ///
    /// - Parameters:
    ///   - files: What the manifest names.
    ///   - base: The manifest's directory.
    ///   - problems: Takes what is wrong with the files.
    /// - Returns: The texts, each empty or with a line feed at its end.
    static func read(_ files: PackageScriptFiles, below base: String, _ problems: inout [Problem]) -> PackageScripts {
        var scripts = PackageScripts()
        scripts.beforeInstall = read(files.beforeInstall, below: base, &problems)
        scripts.afterInstall = read(files.afterInstall, below: base, &problems)
        scripts.beforeRemove = read(files.beforeRemove, below: base, &problems)
        scripts.afterRemove = read(files.afterRemove, below: base, &problems)
        return scripts
    }

    private static func read(_ file: Located<String>?, below base: String, _ problems: inout [Problem]) -> String {
        guard let file else { return "" }
        let path = PathText.join(base, file.value)
        guard let status = fileStatus(path) else {
            problems.append(MissingSource.problem(file, below: base))
            return ""
        }
        do throws(Failure) {
            guard status.kind == .file else { throw Failure(.usage, "it is \(status.kind.words)") }
            let bytes = try readFile(path, limit: limit)
            let text = try text(of: bytes)
            // The whole file, so that lines are counted as its author sees them.
            if let mistake = try ShellSyntax().mistake(
                inBody: String(decoding: bytes + [UInt8(ascii: "\n")], as: UTF8.self))
            {
                throw Failure(.usage, mistake.words)
            }
            return text
        } catch {
            let failure = error.during("the script \"\(PathText.display(file.value))\" can't be used")
            problems.append(Problem(at: file.location, failure: failure))
            return ""
        }
    }

    /// The text of a script without its first line, where that names the shell.
    private static func text(of bytes: [UInt8]) throws(Failure) -> String {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Failure(.usage, "it isn't UTF-8", hints: ["Convert it, with iconv for instance."])
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        for (index, line) in lines.enumerated() {
            guard let bad = line.first(where: { $0 < 0x20 && $0 != UInt8(ascii: "\t") || $0 == 0x7F }) else { continue }
            let isReturn = bad == UInt8(ascii: "\r")
            throw Failure(
                .usage,
                "line \(index + 1) has \(isReturn ? "a carriage return" : "a control character"), which shells take for "
                    + "a part of a word",
                hints: isReturn ? ["Give it Unix line ends, with dos2unix for instance."] : [])
        }
        if let first = lines.first, first.starts(with: "#!".utf8) {
            let shell = String(decoding: first, as: UTF8.self)
            guard shell == interpreter else {
                throw Failure(
                    .usage, "its first line is \"\(PathText.display(shell))\": scripts of packages are POSIX shell",
                    hints: ["Leave the line out or write \(interpreter), without options."])
            }
            lines = lines.dropFirst()
        }
        while lines.last?.isEmpty == true { lines = lines.dropLast() }
        while lines.first?.isEmpty == true { lines = lines.dropFirst() }
        guard !lines.isEmpty else { throw Failure(.usage, "it is empty") }
        return lines.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined()
    }
}
