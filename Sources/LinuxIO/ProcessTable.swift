import Glibc

/// A process as `/proc/PID/stat` shows it; proc_pid_stat(5).
public struct ProcessEntry: Sendable, Equatable {
    /// Its number.
    public var number: Int32
    /// Its parent's number.
    public var parent: Int32
    /// The letter of its state: `R` runs, `S` sleeps, `Z` has ended and waits for its parent.
    public var state: UInt8
    /// When it was started, in ticks since the machine was booted; field 22.
    public var startTime: UInt64

    /// Whether it has ended, though its number is still taken.
    public var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    /// Looks at a process.
    ///
    /// - Parameter number: Its number.
    /// - Returns: nil when there is none.
    public init?(_ number: Int32) {
        guard number > 0, let bytes = try? readFile("/proc/\(number)/stat", limit: 1 << 16) else { return nil }
        self.init(parsing: bytes)
    }

    /// Reads a line of `/proc/PID/stat`.
    ///
    /// - Parameter line: The line; the program's name in it may hold blanks and parentheses.
    /// - Returns: nil when it isn't such a line.
    public init?(parsing line: [UInt8]) {
        guard let open = line.firstIndex(of: UInt8(ascii: "(")), let close = line.lastIndex(of: UInt8(ascii: ")")),
            let number = Int32(String(decoding: line[..<open].dropLast(), as: UTF8.self))
        else { return nil }
        let fields = String(decoding: line[(close + 1)...], as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard fields.count >= 20, let state = fields[0].utf8.first, let parent = Int32(fields[1]),
            let startTime = UInt64(fields[19])
        else { return nil }
        self.number = number
        self.parent = parent
        self.state = state
        self.startTime = startTime
    }

    /// The living processes below this one: children, their children, and so on.
    ///
    /// - Parameter ancestor: The number of the process they descend from.
    /// - Returns: The descendants, without the ancestor.
    public static func descendants(of ancestor: Int32) -> [ProcessEntry] {
        var children: [Int32: [ProcessEntry]] = [:]
        let names = (try? Directory.open("/proc").names()) ?? []
        for number in names.compactMap({ Int32($0) }) {
            if let entry = ProcessEntry(number) { children[entry.parent, default: []].append(entry) }
        }
        var found: [ProcessEntry] = []
        var pending = [ancestor]
        while let parent = pending.popLast() {
            for child in children.removeValue(forKey: parent) ?? [] {
                if !child.isDead { found.append(child) }
                pending.append(child.number)
            }
        }
        return found
    }

    /// Whether a process works in a directory.
    ///
    /// - Parameter directory: The directory's status.
    /// - Returns: Whether it is the working directory of a process that this one may look at.
    public static func isAny(workingIn directory: FileStatus) -> Bool {
        let names = (try? Directory.open("/proc").names()) ?? []
        return names.contains { Int32($0) != nil && fileStatus("/proc/\($0)/cwd")?.isSameFile(as: directory) == true }
    }
}
