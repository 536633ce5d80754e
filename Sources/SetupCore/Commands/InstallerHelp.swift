import SetupPlan

/// `--help` of a `.bin`.
struct InstallerHelp {
    let plan: Plan
    let program: String

    /// The whole text.
    var text: String {
        let name = TerminalText.escaped(program)
        let settings = SettingSchema(plan).helpText()
        let tool = plan.paths.root + "/" + plan.configTool
        return """
            \(plan.product.title) \(plan.product.fullVersion), self-extracting installer

            Usage: sudo \(name) [OPTION]...

            Without options it checks itself, asks its questions, then installs or updates \(plan.product.title)
            in \(plan.paths.root). Nothing is written before the whole file is verified.

            Look without installing:
              --check [--json]     verify every byte of this file
              --info [--json]      what it holds
              --list [--json]      the files it would install
              --extract DIR        write the files to a directory, install nothing
              --dry-run            say each step that would be taken
              --help, --version

            Install without questions:
              --silent             ask nothing; what is missing is an error
              --accept-eula        accept the licence
              --answers FILE       take settings from lines id=value ('-': standard input)
              --write-answers FILE write the answers of this run, without secrets
              --allow-downgrade    replace a newer version
              --no-start           don't start the service
              --root DIR           install into an image, start nothing
              --waive NAME,...     go on although a check refuses; its message names it
              --log FILE           write the log there as well

            \(settings)
            After the installation:
              \(tool) --help
              \(plan.paths.root)/\(Layout.uninstall) [--purge]

            Exit codes: 0 done, 1 failed, 2 damaged file, 3 requirement missing, 4 licence not accepted,
            5 older version, foreign package or busy, 64 wrong usage, 130 interrupted.

            """
    }
}
