internal import Diagnostics

extension Guide {
    /// Reads a guide's text.
    ///
    /// - Parameters:
    ///   - name: The guide's name.
    ///   - text: The text, values in place.
    /// - Throws: `failed` for a text that isn't a guide: the templates are ours.
    init(name: String, text: String) throws(Failure) {
        var reader = GuideReader()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { try reader.read(line, of: name) }
        reader.endBlock()
        guard let system = reader.head["system"], let label = reader.head["label"], let needs = reader.head["needs"],
            reader.head.count == (reader.head["releases"] == nil ? 3 : 4)
        else { throw Failure(.failed, "the guide \(name) doesn't begin with system, label and needs") }
        self.init(
            name: name, system: system, label: label, needs: needs.split(separator: " ").map(String.init),
            releases: (reader.head["releases"] ?? "").split(separator: " ").map(String.init),
            introduction: reader.introduction, tasks: reader.tasks)
    }
}

/// The state of reading a guide, line by line.
private struct GuideReader {
    var head: [String: String] = [:]
    var introduction: [Guide.Block] = []
    var tasks: [Guide.Task] = []
    private var isInHead = true
    private var commands: [Substring] = []
    private var words: [Substring] = []

    mutating func read(_ line: Substring, of name: String) throws(Failure) {
        if isInHead {
            guard !line.isEmpty else { return isInHead = false }
            guard let colon = line.firstRange(of: ": ") else {
                throw Failure(.failed, "the guide \(name) has no key in \"\(line)\"")
            }
            head[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        } else if line.hasPrefix("    ") {
            if !words.isEmpty { endBlock() }
            commands.append(line.dropFirst(4))
        } else if line.hasPrefix("# ") {
            endBlock()
            tasks.append(Guide.Task(title: String(line.dropFirst(2)), steps: []))
        } else if line.hasPrefix("## ") {
            endBlock()
            guard let last = tasks.indices.last else {
                throw Failure(.failed, "the guide \(name) has a step outside a task")
            }
            tasks[last].steps.append(Guide.Step(title: String(line.dropFirst(3)), blocks: []))
        } else if line.hasPrefix("!keys ") {
            endBlock()
            append(.keys(role: String(line.dropFirst(6))))
        } else if line.isEmpty {
            endBlock()
        } else {
            if !commands.isEmpty { endBlock() }
            words.append(line)
        }
    }

    /// Ends what the lines before made.
    mutating func endBlock() {
        if !commands.isEmpty { append(.commands(commands.joined(separator: "\n"))) }
        if !words.isEmpty { append(.paragraph(Self.runs(words.joined(separator: " ")))) }
        commands = []
        words = []
    }

    private mutating func append(_ block: Guide.Block) {
        guard let task = tasks.indices.last else { return introduction.append(block) }
        if tasks[task].steps.isEmpty { tasks[task].steps.append(Guide.Step(title: nil, blocks: [])) }
        tasks[task].steps[tasks[task].steps.count - 1].blocks.append(block)
    }

    private static func runs(_ text: String) -> [Guide.Run] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            part.isEmpty ? nil : index % 2 == 0 ? .words(String(part)) : .code(String(part))
        }
    }
}
