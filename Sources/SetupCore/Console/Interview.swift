public import Diagnostics
import SetupPlan

/// The questions of an installation, asked in the order of the plan.
public struct Interview {
    /// What is asked.
    public enum Scope: Sendable {
        /// All that no source has given.
        case unanswered
        /// Only what is required and has no value.
        case missing
        /// Everything, with the present values as presets, except what this run's options gave.
        case everything
    }

    /// A try-out of a group's settings, such as a connection through a proxy.
    public struct Test {
        /// The question that offers it.
        public var offer: String
        /// What `?` explains at the offer.
        public var help: String?
        /// The choice to keep settings with which the test failed.
        public var keepLabel = "Keep them as they are"
        /// The choice to use none of the group's settings.
        public var leaveOutLabel = "Go on without"
        /// Called when settings are kept with which the test failed.
        public var onKeep: () -> Void = {}
        /// Tries the settings and says in a sentence what it found, or throws what went wrong.
        public var run: (SettingValues) throws(Failure) -> String

        /// Makes a test.
        public init(offer: String, run: @escaping (SettingValues) throws(Failure) -> String) {
            self.offer = offer
            self.run = run
        }
    }

    let console: Console
    let scope: Scope
    let tests: [String: Test]

    /// Prepares an interview.
    ///
    /// - Parameters:
    ///   - console: Where to ask.
    ///   - scope: What to ask.
    ///   - tests: Try-outs by the id of the group after whose questions they are offered.
    public init(_ console: Console, scope: Scope, tests: [String: Test] = [:]) {
        self.console = console
        self.scope = scope
        self.tests = tests
    }

    /// Asks the questions.
    ///
    /// - Parameter values: What is known; the answers are added to it.
    /// - Throws: `.interrupted` after Ctrl-C, `.failed` at the end of the input.
    public func run(_ values: inout SettingValues) throws(Failure) {
        var seen: Set<String> = []
        for setting in values.schema.settings {
            if let group = values.schema.group(of: setting.id) {
                if seen.insert(group.id).inserted { try ask(group, &values) }
            } else if values.conditionHolds(setting), isOpen(setting, values) {
                try ask(setting, &values)
            }
        }
    }

    /// Whether a setting has a question that is still to be asked.
    func isOpen(_ setting: Setting, _ values: SettingValues) -> Bool {
        guard values.schema.isAsked(setting) else { return false }
        switch scope {
        case .unanswered: return !values.isGiven(setting.id)
        case .missing: return setting.isRequired && values.candidate(setting) == nil
        case .everything: return (values.given[setting.id]?.origin ?? .existing) <= .existing
        }
    }

    /// Asks one question until it has an answer that the setting takes.
    func ask(_ setting: Setting, _ values: inout SettingValues) throws(Failure) {
        let current = values.candidate(setting)
        switch setting.kind {
        case .boolean:
            let isYes = try console.confirm(
                setting.prompt, preset: current.flatMap { Setting.boolean($0.exposedText) }, help: setting.help)
            try values.give(setting.id, isYes ? "true" : "false", origin: .prompt)
        case .choice(let words) where !setting.isSecret:
            let preset = words.firstIndex { $0 == current?.exposedText }
            let index = try console.choose(setting.prompt, from: words, preset: preset, help: setting.help)
            try values.give(setting.id, words[index], origin: .prompt)
        default: try askText(setting, current, &values)
        }
    }

    private func askText(
        _ setting: Setting, _ current: SettingValue?, _ values: inout SettingValues
    ) throws(Failure) {
        let isClearable = current != nil && current?.origin != .defaultValue && !setting.isRequired
        let help = [setting.help, "Expected: \(setting.expectation).", isClearable ? "- alone leaves it empty." : nil]
        let preset = current.map { $0.isSecret ? "Enter keeps the present one" : $0.exposedText }
        var result = values
        try console.ask(
            setting.prompt, current: preset, help: help.compactMap(\.self).joined(separator: " "),
            isSecret: setting.isSecret
        ) { (answer) throws(Failure) in
            if answer == "-", isClearable {
                try result.give(setting.id, "", origin: .prompt)
            } else if !answer.isEmpty {
                try result.give(setting.id, answer, origin: .prompt, source: setting.prompt)
            } else if let current {
                // What was seen and kept is decided, so that a group whose presets were all kept counts as used.
                try result.give(setting.id, current.exposedText, origin: .prompt, source: setting.prompt)
            } else if setting.isRequired {
                throw Failure(.usage, "An answer is needed")
            }
        }
        values = result
    }
}
