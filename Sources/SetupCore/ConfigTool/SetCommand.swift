import Diagnostics
import LinuxIO
import SetupPlan

/// `set`: changes single settings.
struct SetCommand {
    let plan: Plan
    let context: ToolContext

    func run(_ arguments: ToolArguments) throws(Failure) -> Int32 {
        let tool = plan.configToolPath
        // What the command line has wrong is said before rights are asked for.
        let requests = try self.requests(arguments)
        try context.requireRoot("Changing settings", "\(tool) set …")
        let stored = try StoredSettings(plan, context)
        var values = stored.values
        for request in requests {
            switch request.change {
            case .text(let text): try values.give(request.id, text, origin: .option)
            case .file(let path): try values.give(request.id, try line(of: path, for: request.id), origin: .option)
            case .none: values.leaveOut(members(request.id), origin: .option)
            }
        }
        for (setting, _) in values.unused() {
            throw Failure(
                .usage, "nothing was written: \(setting.id) has no effect with the other settings",
                hints: ["Look at them with `\(tool) show`."])
        }
        try values.validate()
        let before = SettingReview(stored.values, tool: tool).missing
        let review = SettingReview(values, tool: tool)
        // What was missing before may stay so: settings are often given one after the other.
        try review.requireComplete(except: before)
        context.warnOfMissingFiles(values)
        guard try stored.save(values, context) else {
            try ServiceNews(plan: plan, context: context).tellUnchanged(restartAsked: arguments.has("--restart"))
            return ExitCode.done.rawValue
        }
        context.console.say("Wrote \(stored.store.path).")
        for id in review.missing { context.console.say("Still without value: \(id) (\(review.command(for: id))).") }
        try ServiceNews(plan: plan, context: context).tell(
            restarting: arguments.has("--restart"), isComplete: review.missing.isEmpty)
        return ExitCode.done.rawValue
    }

    /// What is to become of a setting.
    private struct Request {
        enum Change { case text(String), file(String), none }

        let id: String
        let change: Change
    }

    private func requests(_ arguments: ToolArguments) throws(Failure) -> [Request] {
        guard plan.configuration != nil else {
            throw Failure(.usage, "\(plan.product.title) has no settings to change")
        }
        var requests: [Request] = []
        var file = arguments.value(of: "--from")
        let isUnset = arguments.has("--unset")
        if file != nil, isUnset { throw Failure(.usage, "--from and --unset contradict each other") }
        for word in arguments.operands {
            let sign = word.utf8.firstIndex(of: UInt8(ascii: "="))
            let id = sign.map { String(word[..<$0]) } ?? word
            try check(id, isUnset: isUnset && sign == nil)
            guard !requests.contains(where: { $0.id == id }) else { throw Failure(.usage, "\(id) is given twice") }
            if let sign {
                try refuseSecret(id)
                requests.append(Request(id: id, change: .text(String(word[word.utf8.index(after: sign)...]))))
            } else if isUnset {
                requests.append(Request(id: id, change: .none))
            } else if let path = file {
                requests.append(Request(id: id, change: .file(path)))
                file = nil
            } else {
                let ways = SettingReview(SettingValues(SettingSchema(plan)), tool: plan.configToolPath)
                throw Failure(.usage, "\(id) needs a value", hints: ["Write \(ways.command(for: id))."])
            }
        }
        if file != nil { throw Failure(.usage, "--from needs the id of a setting before it") }
        if isUnset, !requests.contains(where: { if case .none = $0.change { true } else { false } }) {
            throw Failure(.usage, "--unset needs the id of a setting")
        }
        return requests
    }

    private func check(_ id: String, isUnset: Bool) throws(Failure) {
        if isUnset, plan.groups.contains(where: { $0.id == id }) { return }
        guard let setting = plan.settings.first(where: { $0.id == id }) else {
            throw Failure(
                .usage, "there is no setting ‘\(TerminalText.escaped(id))’",
                hints: Suggestion.hints(for: id, among: plan.settings.map(\.id)))
        }
        guard setting.fileKey != nil else {
            throw Failure(.usage, "\(id) is asked for at installation only; it is not stored")
        }
    }

    private func refuseSecret(_ id: String) throws(Failure) {
        guard plan.settings.contains(where: { $0.id == id && $0.isSecret }) else { return }
        throw Failure(
            .usage, "\(id) is a secret, and every user of this machine can read a command line",
            hints: [
                "Put it into a file that only you can read: `\(plan.configToolPath) set \(id) --from FILE`.",
                "Or give it on standard input: `\(plan.configToolPath) set \(id) --from -`.",
                "What was just typed may have been seen, and may be in your shell's history.",
            ])
    }

    /// The one line of a file, or of standard input; a terminal is asked without showing what is typed.
    private func line(of path: String, for id: String) throws(Failure) -> String {
        if path == "-", context.console.isInteractive {
            let setting = plan.settings.first { $0.id == id }
            var text = ""
            try context.console.ask(
                setting?.prompt ?? id, help: setting?.help, isSecret: setting?.isSecret ?? true
            ) { (answer) throws(Failure) in
                let isNothing = Setting.isBlank(answer) || answer == "-" && setting?.isRequired == true
                if isNothing { throw Failure(.usage, "An answer is needed") }
                text = answer
            }
            return text
        }
        let source = path == "-" ? "standard input" : PathText.display(path)
        var bytes = try context.readSecret(path)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        if bytes.last == UInt8(ascii: "\n") { bytes = bytes.dropLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        guard !bytes.contains(UInt8(ascii: "\n")), let text = String(validating: bytes, as: UTF8.self),
            !Setting.isBlank(text)
        else {
            throw Failure(.usage, "\(id): expected one line of UTF-8 text in \(source)")
        }
        return text
    }

    /// The settings of a group, or the one setting.
    private func members(_ id: String) -> [String] {
        plan.groups.first { $0.id == id }?.alternatives.flatMap(\.settings) ?? [id]
    }
}
