public import Diagnostics
public import SetupPlan

extension SettingValues {
    /// Whether a setting counts: its condition holds, and its group is used in the way it belongs to.
    public func isInForce(_ setting: Setting) -> Bool { isInForce(setting, depth: 0) }

    private func isInForce(_ setting: Setting, depth: Int) -> Bool {
        // A chain of conditions can't be longer than the settings are many, unless it bites its tail.
        guard depth <= schema.settings.count else { return false }
        if let group = schema.group(of: setting.id) {
            guard let alternative = alternative(of: group), alternative.settings.contains(setting.id) else {
                return false
            }
        }
        return conditionHolds(setting, depth: depth)
    }

    /// Whether the setting that another one depends on has the value for it.
    func conditionHolds(_ setting: Setting, depth: Int = 0) -> Bool {
        guard let condition = setting.condition else { return true }
        guard let other = schema.setting(condition.setting), isInForce(other, depth: depth + 1) else { return false }
        return candidate(other)?.exposedText
            == ((try? other.checked(condition.value, from: other.id)) ?? condition.value)
    }

    /// The way in which a group is used: the one that the highest-ranking source gave values for.
    ///
    /// - Parameter group: A group.
    /// - Returns: The alternative; nil when the group isn't used.
    public func alternative(of group: SettingGroup) -> SettingAlternative? {
        var best: (alternative: SettingAlternative, rank: SettingOrigin)?
        for alternative in group.alternatives {
            guard let rank = rank(of: alternative, in: group) else { continue }
            if best.map({ $0.rank < rank }) ?? true { best = (alternative, rank) }
        }
        if let best { return best.alternative }
        if let shared = group.alternatives.first(where: { $0.settings.contains { hasText($0) } }) { return shared }
        return group.isOptional || group.alternatives.count != 1 ? nil : group.alternatives.first
    }

    /// Checks that no source gave values for two ways of answering the same group.
    ///
    /// - Throws: `.usage` that names the settings.
    public func validate() throws(Failure) {
        for group in schema.groups {
            let ranked = group.alternatives.compactMap { alternative in
                rank(of: alternative, in: group).map { (alternative, $0) }
            }
            guard let highest = ranked.map(\.1).max(), highest > .existing else { continue }
            let rivals = ranked.filter { $0.1 == highest }.map { own(of: $0.0, in: group).filter(hasText) }
            guard rivals.count > 1 else { continue }
            let names = rivals.map { $0.joined(separator: ", ") }.joined(separator: " or ")
            throw Failure(
                .usage, "\(group.id): give either \(names), not both",
                hints: ["All of them came from the \(highest.words)."])
        }
    }

    /// The settings that were given by somebody in this run and don't count: a condition or another choice rules
    /// them out.
    public func unused() -> [(setting: Setting, origin: SettingOrigin)] {
        schema.settings.compactMap { setting in
            guard let value = given[setting.id], value.origin > .existing, !value.exposedText.isEmpty,
                !isInForce(setting)
            else { return nil }
            return (setting, value.origin)
        }
    }

    /// The settings that need a value and have none.
    public func missing() -> [Setting] {
        schema.settings.filter { $0.isRequired && isInForce($0) && self[$0.id] == nil }
    }

    /// The groups that need an answer and have none.
    public func missingGroups() -> [SettingGroup] {
        schema.groups.filter { !$0.isOptional && alternative(of: $0) == nil }
    }

    /// Checks that nothing is missing, for a run that asks nobody.
    ///
    /// - Throws: `.usage` that names every missing setting with the ways to give it.
    public func requireComplete() throws(Failure) {
        let settings = missing()
        let groups = missingGroups()
        guard !settings.isEmpty || !groups.isEmpty else { return }
        let names = settings.map(\.id) + groups.map(\.id)
        var hints = settings.map { setting in
            "\(setting.id): \(schema.optionUsage(of: setting)), or the variable \(schema.variable(of: setting)), "
                + "or the line \(setting.id)=… in the answers file"
        }
        for group in groups {
            hints.append("\(group.id): one of " + group.alternatives.flatMap(\.settings).joined(separator: ", "))
        }
        throw Failure(
            .usage,
            (names.count == 1 ? "a setting has no value: " : "settings have no value: ")
                + names.joined(separator: ", "), hints: hints)
    }

    private func hasText(_ id: String) -> Bool { given[id].map { !$0.exposedText.isEmpty } ?? false }

    /// The settings that no other alternative of the group has.
    private func own(of alternative: SettingAlternative, in group: SettingGroup) -> [String] {
        alternative.settings.filter { id in group.alternatives.filter { $0.settings.contains(id) }.count == 1 }
    }

    /// The rank of the highest source that gave a value which only this alternative has.
    private func rank(of alternative: SettingAlternative, in group: SettingGroup) -> SettingOrigin? {
        own(of: alternative, in: group).filter(hasText).compactMap { given[$0]?.origin }.max()
    }
}
