public import Diagnostics

/// A line of the file `triggers`; deb-triggers(5), `trig_parse_ci` of dpkg lib/dpkg/triglib.c.
public struct DebTrigger: Sendable, Equatable {
    /// What the package has to do with it.
    public enum Directive: String, Sendable, CaseIterable {
        case interest
        case interestAwait = "interest-await"
        case interestNoawait = "interest-noawait"
        case activate
        case activateAwait = "activate-await"
        case activateNoawait = "activate-noawait"
    }

    /// What the package has to do with it.
    public var directive: Directive
    /// The trigger's name, an absolute path for a trigger of files.
    public var name: String

    /// Reads a line.
    ///
    /// - Parameter line: The line without its newline, neither empty nor a comment.
    /// - Throws: `.integrity`, naming the line.
    public init(_ line: String) throws(Failure) {
        let words = Array(line.utf8).split { $0.isSpace }
        let directive = words.first.flatMap { Directive(rawValue: String(decoding: $0, as: UTF8.self)) }
        guard let directive, words.count == 2 else {
            throw Failure(.integrity, "the trigger \"\(shown(line))\" is no directive and name")
        }
        // dpkg's line buffer has MAXTRIGDIRECTIVE bytes, the newline and NUL among them.
        guard line.utf8.count < 254, words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Failure(.integrity, "the trigger \"\(shown(line))\" has a name that is too long or isn't ASCII")
        }
        self.directive = directive
        name = String(decoding: words[1], as: UTF8.self)
    }
}
