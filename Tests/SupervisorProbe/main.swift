import Diagnostics
import LinuxIO
import SetupCore
import SetupPlan

// An init script's work in a scratch directory, for the tests of the supervisor: a process with one thread, which the
// test runner isn't. Arguments: the directory that stands for `/`, the user, the restart policy, the stop timeout, the
// service's verb, then the agent's command.
let arguments = CommandLine.arguments
guard arguments.count > 6, let restart = Service.RestartPolicy(rawValue: arguments[3]), let timeout = Int(arguments[4])
else {
    StandardStream.error.write("usage: SupervisorProbe BASE USER RESTART TIMEOUT VERB COMMAND…\n")
    ProcessControl.exitNow(64)
}
let plan = Plan(
    generator: "test",
    product: ProductIdentity(
        name: "probe", title: "Probe", vendor: "Test", description: "Test", version: "1", release: 1,
        architecture: "amd64", timestamp: 0),
    paths: ProductPaths(root: "/opt/probe", state: "/var/opt/probe", options: "/etc/opt/probe"),
    configTool: "probe-config",
    agent: AgentCommand(
        command: Array(arguments[6...]), environment: [EnvironmentVariable(name: "PROBE", value: "set by the plan")]),
    service: Service(
        user: arguments[2], restart: restart, stopTimeoutSeconds: timeout, unit: "", initScript: ""),
    configuration: ConfigurationFile(path: "conf/probe.properties", format: .properties))
let supervisor = Supervisor(plan: plan, versionDirectory: arguments[1] + "/opt/probe", basePath: arguments[1])
ProcessControl.exitNow(supervisor.perform([arguments[5]]))
