import Planning
import SetupPlan

extension NativePackaging {
    /// One line on a package, without the full stop that lintian and rpmlint take amiss.
    func summary(_ package: PlannedPackage) -> String {
        let text = package.summary
        return text.hasSuffix(".") && !text.hasSuffix("..") ? String(text.dropLast()) : text
    }

    /// More on a package, in lines of at most 78 characters; never empty, because Debian's policy wants some.
    func details(_ package: PlannedPackage) -> [String] {
        let text = package.details
        let isEmpty = text.allSatisfy(\.isWhitespace)
        let sentence = "\(summary(package)). This package is part of \(plan.product.title), by \(plan.product.vendor)."
        var lines = (isEmpty ? sentence : text).split(separator: "\n", omittingEmptySubsequences: false).flatMap(
            Self.wrapped)
        while lines.last?.isEmpty == true { lines.removeLast() }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        return lines
    }

    /// A line cut at blanks; one that begins with a blank is shown as it is.
    private static func wrapped(_ line: Substring) -> [String] {
        let line = line.last?.isWhitespace == true ? Substring(line.trimmingEnd) : line
        guard line.count > 78, line.first?.isWhitespace == false else { return [String(line)] }
        var lines: [String] = []
        for word in line.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= 78 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension Substring {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
