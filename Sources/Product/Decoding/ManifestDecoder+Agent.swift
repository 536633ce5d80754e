import DefinitionFiles
import SetupPlan

extension ManifestDecoder {
    mutating func decodeAgent(_ fields: Fields) -> AgentDefinition? {
        guard let agent = fields.fields("agent"), let command = command(agent) else { return nil }
        let options = command.value.indices.filter { command.value[$0] == AgentCommand.optionsPlaceholder }
        if options.first == 0 { report(command.location, "expected a program before @options") }
        if options.count > 1 { report(command.location, "@options stands more than once in the command") }
        let health = agent.fields("health")
        let healthCommand = health.flatMap { self.command($0) }
        if let healthCommand, healthCommand.value.contains(AgentCommand.optionsPlaceholder) {
            report(healthCommand.location, "@options has no place in the health command")
        }
        return AgentDefinition(
            command: command,
            environment: agent.pairs("environment").map { EnvironmentVariable(name: $0.key, value: $0.value) },
            healthCommand: healthCommand, healthWithinSeconds: duration(health?.text("within"), fallback: 30))
    }

    private mutating func command(_ fields: Fields) -> Located<[String]>? {
        guard let node = fields["command"] else { return nil }
        let words = fields.texts("command")
        guard let program = words.first else { return nil }
        let isProgram = program.value.hasPrefix("/") || program.value == AgentCommand.optionsPlaceholder
        let components = program.value.split(separator: "/", omittingEmptySubsequences: false)
        if program.value.isEmpty {
            report(program.location, "expected a program, found nothing")
        } else if components.contains("..") || components.contains(".") || (!isProgram && components.contains("")) {
            report(program.location, "expected a path without ., .. and double slashes, found \"\(program.value)\"")
        }
        return Located(words.map(\.value), at: node.location)
    }

    mutating func decodeService(_ fields: Fields) -> ServiceDefinition? {
        guard let node = fields["service"], let service = fields.fields("service") else { return nil }
        if fields["agent"] == nil {
            report(node.location, "a service needs \"agent\", which says what to run")
        }
        return ServiceDefinition(
            user: service.text("user") ?? Located("root", at: node.location), group: service.text("group"),
            restart: service.word("restart", as: Service.RestartPolicy.self) ?? .onFailure,
            stopTimeoutSeconds: duration(service.text("stop_timeout"), fallback: 30))
    }
}
