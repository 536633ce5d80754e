import Diagnostics
import SetupPlan

extension Interview {
    /// Asks a group's questions: whether to use it, in which way, and then what that way needs.
    func ask(_ group: SettingGroup, _ values: inout SettingValues) throws(Failure) {
        if scope == .missing || isDecided(group, values) { return try complete(group, &values) }
        let isAsked = group.alternatives.flatMap(\.settings).contains { id in
            values.schema.setting(id).map { values.schema.isAsked($0) && values.conditionHolds($0) } ?? false
        }
        guard isAsked else { return }
        while true {
            guard try isWanted(group, values) else {
                return values.leaveOut(group.alternatives.flatMap(\.settings), origin: .prompt)
            }
            let present = values.alternative(of: group)
            let alternative = try choose(from: group, present, values)
            // Two ways at once would contradict each other.
            let others = (present?.settings ?? []).filter { !alternative.settings.contains($0) }
            values.leaveOut(others, origin: .prompt)
            for setting in alternative.settings.compactMap(values.schema.setting)
            where values.schema.isAsked(setting) && values.conditionHolds(setting) {
                try ask(setting, &values)
            }
            guard values.alternative(of: group) != nil else {
                console.say("Nothing was entered, so it is left out.")
                return
            }
            switch try tried(group, values) {
            case .keep: return
            case .again: continue
            case .leaveOut: return values.leaveOut(group.alternatives.flatMap(\.settings), origin: .prompt)
            }
        }
    }

    private enum Verdict { case keep, again, leaveOut }

    /// Whether options, variables or the answers file say already how the group is used.
    private func isDecided(_ group: SettingGroup, _ values: SettingValues) -> Bool {
        group.alternatives.flatMap(\.settings).contains { id in
            guard let origin = values.given[id]?.origin else { return false }
            return origin > .existing || scope == .unanswered
        }
    }

    /// Asks for what is still open in the way that the group is used.
    private func complete(_ group: SettingGroup, _ values: inout SettingValues) throws(Failure) {
        var alternative = values.alternative(of: group)
        if alternative == nil, !group.isOptional, !group.alternatives.isEmpty {
            alternative = try choose(from: group, nil, values)
        }
        for setting in (alternative?.settings ?? []).compactMap(values.schema.setting)
        where values.conditionHolds(setting) && isOpen(setting, values) {
            try ask(setting, &values)
        }
    }

    private func isWanted(_ group: SettingGroup, _ values: SettingValues) throws(Failure) -> Bool {
        guard group.isOptional else { return true }
        return try console.confirm(group.prompt, preset: values.alternative(of: group) != nil, help: group.help)
    }

    private func choose(
        from group: SettingGroup, _ present: SettingAlternative?, _ values: SettingValues
    ) throws(Failure) -> SettingAlternative {
        guard group.alternatives.count > 1 else { return group.alternatives[0] }
        let preset = group.alternatives.firstIndex { $0 == present } ?? 0
        let index = try console.choose(
            "Your choice", from: group.alternatives.map(\.label), preset: preset,
            help: group.help ?? "Enter the number of one of the choices above.")
        return group.alternatives[index]
    }

    /// Offers the group's test; what it found decides with the person how to go on.
    private func tried(_ group: SettingGroup, _ values: SettingValues) throws(Failure) -> Verdict {
        guard let test = tests[group.id], try console.confirm(test.offer, preset: true, help: test.help) else {
            return .keep
        }
        do throws(Failure) {
            console.say(try test.run(values))
            return .keep
        } catch {
            if error.code == .interrupted { throw error }
            console.say(error.message + (error.cause.map { ": " + $0 } ?? ""))
            for hint in error.hints { console.say(hint) }
        }
        let choices =
            ["Enter the settings again", test.keepLabel] + (group.isOptional ? [test.leaveOutLabel] : [])
        let help = "The test failed with these settings. Enter the number of what to do with them."
        switch try console.choose("Your choice", from: choices, preset: 0, help: help) {
        case 0: return .again
        case 1:
            test.onKeep()
            return .keep
        default: return .leaveOut
        }
    }
}
