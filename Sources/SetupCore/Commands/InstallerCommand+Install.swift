import BinFormat
import ConfigurationFiles
import Diagnostics
import JSON
import LinuxIO
import SetupPlan

extension InstallerCommand {
    /// Everything before the first change, then the installation.
    func install(
        _ file: consuming VerifiedBinFile, _ arguments: InstallerArguments, _ given: [SettingOptions.Given]
    ) throws(Failure) -> Int32 {
        let plan = file.file.plan
        guard arguments.isSilent || arguments.isDryRun || console.isInteractive else {
            throw Failure(
                .usage, "there is no terminal to ask questions on",
                hints: ["Install with --silent, --accept-eula and --answers FILE; --help says more."])
        }
        try checkOpenFileLimit()
        var machine = PreflightContext(basePath: arguments.root)
        machine.runtimeSize = file.file.trailer.headLength + file.file.trailer.planLength
        let isOnlyLooking = arguments.isDryRun
        try judgeMachine(
            try Preflight.checkMachine(plan, context: machine, waived: arguments.waived), refuses: !isOnlyLooking)
        let base = try Directory.open(arguments.root)
        let directories = StateDirectories(plan: plan, accounts: try Accounts(base: base))
        try directories.checkAccounts()
        try directories.checkSeparate(base: base)
        SecretExposure.warn(about: given, plan: plan, console: console)
        let survey = try Survey(of: plan, base: base)
        try greet(survey, plan, arguments)
        warnOfAnotherSigner(survey, file.file.trailer.signature?.publicKey)
        try acceptLicense(plan, arguments)
        let settings = try gather(plan, arguments, given, survey)
        try judgeNetwork(
            try Preflight.checkReach(
                plan, context: machine, waived: arguments.waived, value: { settings.values[$0]?.exposedText }),
            // A product that stands already is updated and repaired although its server is down.
            refuses: !isOnlyLooking && !survey.isInstalled && !settings.acceptsFailedTest,
            canAsk: console.isInteractive && !arguments.isSilent)
        if let path = arguments.writtenAnswersFile { try writeAnswers(settings.values, to: path) }
        if arguments.isDryRun {
            StandardStream.output.write(
                InstallationOutline(
                    plan: plan, survey: survey, arguments: arguments, writesConfiguration: settings.change.new != nil
                )
                .text)
            return ExitCode.done.rawValue
        }
        if !arguments.isSilent { try summarize(survey, plan, settings.values) }
        return try carryOut(file, survey, arguments, settings)
    }

    /// An installation that can't open its files could not take itself back either.
    private func checkOpenFileLimit() throws(Failure) {
        let needed = 16
        guard System.openFileLimit < needed else { return }
        throw Failure(
            .requirement, "this process may have \(System.openFileLimit) files open at a time, \(needed) are needed",
            hints: ["Raise the limit (`ulimit -n`), then run the command again."])
    }

    private func greet(_ survey: Survey, _ plan: Plan, _ arguments: InstallerArguments) throws(Failure) {
        let new = plan.product.fullVersion
        switch survey {
        case .fresh(let foreign):
            console.say("\(plan.product.title) \(new) will be installed in \(plan.paths.root).")
            if !foreign.isEmpty {
                console.say("What is there already stays: \(foreign.map(PathText.display).joined(separator: ", ")).")
            }
        case .partial:
            console.say(
                "\(plan.product.title) is there in parts, from a run that was cut off; \(new) will be installed in "
                    + "\(plan.paths.root).")
        case .repair: console.say("\(plan.product.title) \(new) is installed; its files will be checked and repaired.")
        case .update(let record):
            console.say("\(plan.product.title) \(record.version) is installed; it will be updated to \(new).")
        case .downgrade(let record):
            guard arguments.allowsDowngrade else {
                throw Failure(
                    .conflict, "\(plan.product.title) \(record.version) is installed, which is newer than \(new)",
                    hints: ["To go back to \(new) all the same, add --allow-downgrade."])
            }
            console.say(
                "\(plan.product.title) \(record.version) is installed; it will be replaced by the older \(new).")
        }
    }

    /// The key of the installed version is what an administrator once trusted.
    private func warnOfAnotherSigner(_ survey: Survey, _ key: [UInt8]?) {
        guard let known = survey.record?.publicKey, known != key else { return }
        let signer = key.map { "by another key, \(KeyText.fingerprint($0))" } ?? "by nobody"
        console.say(
            "Warning: the installed version was signed by the key \(KeyText.fingerprint(known)), this file is signed "
                + "\(signer). Make sure that it comes from its vendor.")
    }

    private func acceptLicense(_ plan: Plan, _ arguments: InstallerArguments) throws(Failure) {
        guard let license = plan.license, license.mustAccept, !arguments.acceptsLicense, !arguments.isDryRun else {
            return
        }
        guard !arguments.isSilent else {
            throw Failure(
                .licenseDeclined, "the licence of \(plan.product.title) was not accepted",
                hints: ["Read it (run the installer without --silent), then add --accept-eula."])
        }
        try console.page(license.text)
        let help = "The licence was shown above. Without yes, nothing is installed."
        guard try console.accept("Do you accept the terms of the licence?", help: help) else {
            throw Failure(.licenseDeclined, "the licence was not accepted, so nothing was installed")
        }
    }

    /// What was decided about the settings.
    struct Decisions {
        var values: SettingValues
        /// What becomes of the configuration file.
        var change: ConfigurationChange
        /// Whether a person wants to install although the connection test failed.
        var acceptsFailedTest = false
    }

    private func gather(
        _ plan: Plan, _ arguments: InstallerArguments, _ given: [SettingOptions.Given], _ survey: Survey
    ) throws(Failure) -> Decisions {
        let store = ConfigurationStore(plan: plan, basePath: arguments.root)
        let existing = try store.read()
        let schema = SettingSchema(plan)
        var values = SettingValues(schema)
        if let document = try schema.document(existing, path: store.path), existing != nil {
            values.take(existing: document)
        }
        if let path = arguments.answersFile {
            try values.take(answers: try readAnswers(path), path: path)
        }
        try values.take(environment: { System.environment($0) })
        try values.take(options: given)
        var acceptsFailedTest = false
        if console.isInteractive, !arguments.isSilent, !arguments.isDryRun {
            var test = ConnectionTest(plan: plan).interviewTest
            test.keepLabel = "Keep them and install all the same"
            test.onKeep = { acceptsFailedTest = true }
            let tests = plan.groups.contains { $0.id == "proxy" } ? ["proxy": test] : [:]
            // An update asks only for what a new version can't do without.
            let isConfigured = existing != nil && values.missing().isEmpty
            try Interview(console, scope: survey.isInstalled && isConfigured ? .missing : .unanswered, tests: tests)
                .run(&values)
        }
        if !arguments.isDryRun { try values.requireComplete() }
        try values.validate()
        for (setting, origin) in values.unused() {
            console.say("Warning: \(setting.id) (\(origin.words)) has no effect with the other settings.")
        }
        return Decisions(
            values: values, change: ConfigurationChange(old: existing, new: try store.updated(existing, with: values)),
            acceptsFailedTest: acceptsFailedTest)
    }

    private func readAnswers(_ path: String) throws(Failure) -> [UInt8] {
        do throws(Failure) { return try SettingValues.readSecretFile(path) } catch {
            throw Failure(
                .usage, "can't read the answers file \(PathText.display(path))", cause: error.cause,
                hints: ["Write lines id=value; --write-answers makes such a file."])
        }
    }

    private func writeAnswers(_ values: SettingValues, to path: String) throws(Failure) {
        let file = try StagedFile(replacing: path, mode: 0o600)
        try file.write(values.answersText())
        try file.commit()
        console.say("Wrote the answers, without secrets, to \(PathText.display(path)).")
    }

    private func summarize(_ survey: Survey, _ plan: Plan, _ values: SettingValues) throws(Failure) {
        console.say("")
        console.say("Summary")
        console.say("  Program   \(plan.paths.root) (\(plan.product.fullVersion))")
        console.say("  State     \(plan.paths.state)")
        if plan.service != nil { console.say("  Service   \(plan.product.name)") }
        for line in values.table().split(separator: "\n") { console.say("  " + line) }
        // An update asks for nothing but the licence.
        guard !survey.isInstalled else { return }
        let help = "Yes installs what the summary shows; no ends here, and nothing is changed."
        guard try console.confirm("Install now?", preset: true, help: help) else {
            throw Failure(.interrupted, "stopped; nothing was changed")
        }
    }
}
