import Diagnostics
import LinuxIO

/// The time that every file of a product gets: the same for everybody who builds the same sources.
///
/// This is the project's only reader of SOURCE_DATE_EPOCH; reproducible-builds.org/specs/source-date-epoch.
enum ContentTime {
    /// 2000-01-01T00:00:00Z, for sources without a history.
    static let fallback: Int64 = 946_684_800
    /// 9999-12-31T23:59:59Z, the last second that every format's date fields take.
    static let latest: Int64 = 253_402_300_799

    /// Finds the time: SOURCE_DATE_EPOCH, else the last commit that touched the manifest's directory, else 2000.
    ///
    /// - Parameters:
    ///   - sourceDateEpoch: The variable's value.
    ///   - directory: The manifest's directory.
    /// - Returns: Seconds since 1970, and what is to be said about it.
    /// - Throws: `.usage` when the variable isn't a plain number of seconds.
    static func resolve(
        sourceDateEpoch: String?, directory: String
    ) throws(Failure) -> (seconds: Int64, warning: String?) {
        if let sourceDateEpoch { return (try parse(sourceDateEpoch), nil) }
        guard hasRepository(directory) else { return (fallback, nil) }
        guard let git = Subprocess.find("git") else { return (fallback, unknown("git isn't installed")) }
        let result = try Subprocess.run(
            [git, "-C", directory, "log", "-1", "--format=%ct", "--", "."], environment: environment)
        let answer = result.text.split(separator: "\n").first.map(String.init) ?? ""
        guard result.status == 0 else {
            let reason = result.errorText.split(separator: "\n").first.map(String.init)
            return (fallback, unknown(PathText.display(reason ?? "git ended with status \(result.status)")))
        }
        // No commit touched the directory yet.
        if answer.isEmpty { return (fallback, nil) }
        return (Int64(answer) ?? fallback, nil)
    }

    private static func parse(_ text: String) throws(Failure) -> Int64 {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let seconds = Int64(text), seconds <= latest else {
            throw Failure(
                .usage, "SOURCE_DATE_EPOCH is \"\(PathText.display(text))\", not a number of seconds since 1970",
                hints: ["Set it to the output of \"git log -1 --format=%ct\", or unset it."])
        }
        return seconds
    }

    private static func unknown(_ reason: String) -> String {
        "the time of the last commit is unknown, so files are dated 2000-01-01: \(reason)"
    }

    /// Whether the directory or one above it is a git work tree.
    private static func hasRepository(_ directory: String) -> Bool {
        var path = directory
        while true {
            if fileStatus(PathText.join(path, ".git")) != nil { return true }
            if path == "/" || path == "." { return false }
            path = PathText.parent(path)
        }
    }

    /// The caller's environment without what points git at another repository, which hooks set.
    private static var environment: [String] {
        System.environment.filter { !$0.hasPrefix("GIT_") && !$0.hasPrefix("LC_") } + ["LC_ALL=C"]
    }
}
