import SetupPlan

/// The config tool's help.
struct ToolHelp {
    let plan: Plan

    /// What there is.
    var overview: String {
        let tool = plan.configTool
        let verbs = ToolVerb.allCases.map { verb in
            "  " + TerminalText.padded(verb.rawValue, to: 18) + summary(of: verb) + "\n"
        }.joined()
        return """
            \(plan.product.title) \(plan.product.fullVersion), configuration tool

            Usage: \(tool) COMMAND [OPTION]...
            It lies in \(plan.paths.root).

            \(verbs)
            More about a command: \(tool) help COMMAND

            Start with `interactive`: it asks for everything, and explains a question
            when you answer it with a question mark. `status` says whether the agent
            runs, `check` what is in its way.

            Files:
            \(files)
            Exit codes: 0 done, 1 failed, 2 a file is damaged or by another signer,
            3 something is missing or the service doesn't run, 5 another run is at
            work, 64 wrong usage, 130 stopped.

            """
    }

    private var files: String {
        var rows: [(String, String)] = []
        if let file = plan.configuration { rows.append(("Settings", plan.paths.state + "/" + file.path)) }
        rows += [
            ("Options of the agent", plan.paths.options + "/" + OptionLines.fileName),
            ("Logs", plan.paths.state + "/logs"),
            ("Program", plan.paths.root),
        ]
        return rows.map { "  " + TerminalText.padded($0.0, to: 22) + $0.1 + "\n" }.joined()
    }

    /// A package is removed by who installed it.
    private func summary(of verb: ToolVerb) -> String {
        verb == .uninstall && plan.ownPackage != nil ? "say how the product is removed" : verb.summary
    }

    /// One command.
    func page(of verb: ToolVerb) -> String {
        let usage = verb == .uninstall && plan.ownPackage != nil ? "" : " " + verb.usage
        return """
            Usage: \(plan.configTool) \(verb.rawValue)\(usage)

            \(details(of: verb))

            """
    }

    private func details(of verb: ToolVerb) -> String {
        switch verb {
        case .interactive:
            return """
                Asks for every setting. Enter keeps what is shown in brackets; for a secret
                it keeps the stored one. Nothing is written before the last answer. A
                service that runs is restarted, unless nothing changed.

                  --no-restart   leave the service as it is

                Needs root.
                """
        case .show:
            return """
                Shows the settings in force and where each comes from. Secrets are shown
                as ********, whatever their length.

                  --json         for programs
                """
        case .set:
            return """
                Changes settings; all are checked before one is written.

                  ID=VALUE       give a setting a value; several may follow each other
                  ID --from FILE take the value from a file with one line; '-' is standard input
                  ID --unset     leave a setting, or a whole group of settings, without value
                  --restart      restart the service if it runs and something changed

                Every user of a machine can read command lines, so secrets are taken with
                --from only:

                  sudo \(plan.configToolPath) set \(example) --from -

                Needs root. Settings:
                \(settings)
                """
        case .check:
            return """
                Checks that the settings are complete and valid, that files have the right
                owners and modes, and that the servers answer, through the proxy where one
                is set. Writes a line a finding. Exit code 3 when something is wrong.

                  --json         for programs

                Run it as root: other users may not read the settings.
                """
        case .status:
            return """
                Shows the installed version, the version before, who signed it, and the
                state of the service. As root it also asks the agent itself, where the
                product has a command for that. Exit code 0 when the service runs, 3 when
                it doesn't.

                  --json         for programs
                """
        case .verify:
            if let package = plan.ownPackage { return verifyPage(package) }
            return """
                Compares content, mode and owner of every installed file with what the
                installer put there, and checks this program and the links around it. Exit
                code 2 when something differs; running the installer of the same version
                again repairs it.

                  --json         for programs
                """
        case .findProxy:
            return """
                Tells how the settings have a URL reached: the ways in the order in which
                to try them, as a PAC file writes them. A PAC file is fetched and
                evaluated. Without URL it tells so of every server that the product needs.
                Passwords are not shown.

                  --json         for programs, such as an agent that can't evaluate PAC files

                Run it as root: other users may not read the settings.
                """
        case .verifyInstaller:
            return """
                Checks every byte of a new installer, and whether it is signed by the key
                of the installed version: only that tells who made it. Exit code 2 when it
                is damaged, unsigned, signed by another key, or of another product; also
                when the installed version is unsigned, because then nothing can be
                compared.

                  --json         for programs
                """
        case .supportBundle:
            return """
                Writes a .tar.xz with the settings (secrets masked), status, checks, the
                service's journal, the ends of the logs, and facts about the system. The
                values of secrets are replaced wherever they occur. Only you can read the
                file. Without FILE it gets a name with the time, in the current directory.

                Needs root. Look into it before you send it: tar -tJf FILE
                (it needs the program xz)
                """
        case .uninstall:
            if let package = plan.ownPackage { return uninstallPage(package) }
            return """
                Stops the service and removes the program. Settings, logs and state stay
                unless --purge is given.

                  --purge        remove settings, logs, state and options too
                  --yes          don't ask
                  --root DIR     work on the image in DIR

                Needs root.
                """
        }
    }

    private func verifyPage(_ package: OwnPackage) -> String {
        """
        Compares content, mode and owner of every file of the \(package.words)
        with the original, and checks this program and the link to it. Configuration
        that an administrator changed is named and is no damage. Exit code 2 when
        something else differs; this repairs it:

          \(package.reinstallation)

        Other packages of the product are compared by `\(package.manager.verification(of: "PACKAGE"))`.

          --json         for programs
        """
    }

    private func uninstallPage(_ package: OwnPackage) -> String {
        """
        The product is installed as the \(package.words). Remove it with

          \(package.removal)

        Settings, logs and state in \(plan.paths.state) stay then.
        """
    }

    /// A secret's id, for an example.
    private var example: String { plan.settings.first(where: \.isSecret)?.id ?? "ID" }

    private var settings: String {
        let stored = plan.settings.filter { $0.fileKey != nil }
        let width = (stored.map { $0.id.utf8.count }.max() ?? 0) + 4
        return stored.map { setting in
            "  " + TerminalText.padded(setting.id, to: width) + TerminalText.escaped(setting.prompt)
                + (setting.isSecret ? " (secret)" : "")
        }.joined(separator: "\n")
    }
}
