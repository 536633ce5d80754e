import Diagnostics
import Planning

extension NativePackaging {
    /// A whole shell script of a package, after the shells of this machine have parsed it.
    ///
    /// One that doesn't parse can make a package that can't be removed. The manifest's own scripts were parsed when the
    /// plan was made; this is about what they and the manifest's texts have become.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - name: What the format calls it, `prerm` or `%preun`.
    ///   - package: Whose it is.
    /// - Returns: The script.
    /// - Throws: `.failed` with the line that doesn't parse.
    func parsed(_ script: String, _ name: String, _ package: PlannedPackage) throws(Failure) -> String {
        guard let mistake = try ShellSyntax().mistake(in: script) else { return script }
        let line = mistake.line.flatMap { number in
            let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.indices.contains(number - 1) ? "\n    " + lines[number - 1] : nil
        }
        throw Failure(
            .failed, "the script \(name) of the package \(package.name) doesn't parse",
            cause: mistake.words + (line ?? ""))
    }
}
