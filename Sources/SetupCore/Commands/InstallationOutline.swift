import SetupPlan

/// `--dry-run`: the steps of an installation, in their order.
struct InstallationOutline {
    let plan: Plan
    let survey: Survey
    let arguments: InstallerArguments
    let writesConfiguration: Bool

    /// A numbered line a step.
    var text: String {
        steps.enumerated().map { "\($0.offset + 1). \($0.element)\n" }.joined()
    }

    private var steps: [String] {
        let layout = Layout(plan)
        let root = plan.paths.root
        var steps: [String] = []
        if survey.record == nil { steps.append("Create \(root)") }
        if case .repair = survey {
            steps.append("Check every file in \(root)/\(layout.version), and replace those that differ")
        } else {
            steps.append("Extract \(plan.entries.count) paths to \(root)/\(layout.version)")
        }
        steps.append("Create what is missing of \(plan.paths.state) and \(plan.paths.options)")
        if writesConfiguration, let file = plan.configuration { steps.append("Write \(plan.paths.state)/\(file.path)") }
        let old = Set(survey.record?.topLinks ?? [])
        let links = layout.topNames.filter { !old.contains($0) }
        if !links.isEmpty { steps.append("Create the links \(links.joined(separator: ", ")) in \(root)") }
        if case .repair = survey {} else { steps.append("Switch \(root)/\(Layout.current) to \(layout.version)") }
        steps += serviceSteps
        let stale = old.subtracting(layout.topNames).sorted()
        if !stale.isEmpty { steps.append("Remove the links \(stale.joined(separator: ", ")) from \(root)") }
        if case .update(let record) = survey, let previous = record.previous {
            steps.append("Remove the version \(previous); \(record.version) is kept")
        }
        return steps
    }

    private var serviceSteps: [String] {
        guard plan.service != nil else { return [] }
        let name = plan.product.name
        var steps = ["Install the service \(name)"]
        if !survey.isInstalled { steps.append("Enable the service \(name)") }
        guard arguments.startsService, arguments.root == "/" else { return steps }
        steps.append(!survey.isInstalled ? "Start the service \(name)" : "Restart the service \(name) if it runs")
        return steps
    }
}
