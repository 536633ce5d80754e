import Diagnostics
import JSON

extension AgentCommand {
    var json: JSONValue {
        .object([
            "command": .array(command.map { .string($0) }),
            "environment": .array(
                environment.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
            "health": health.map {
                .object([
                    "command": .array($0.command.map { .string($0) }), "within": .integer(Int64($0.withinSeconds)),
                ])
            },
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            command: try fields.strings("command"),
            environment: try fields.objects("environment") { f throws(Failure) in
                EnvironmentVariable(name: try f.string("name"), value: try f.string("value"))
            },
            health: try fields.object("health") { f throws(Failure) in
                HealthCheck(command: try f.strings("command"), withinSeconds: try f.count("within"))
            })
    }
}

extension Service {
    var json: JSONValue {
        .object([
            "user": .string(user), "group": group.map { .string($0) }, "restart": .string(restart.rawValue),
            "stop_timeout": .integer(Int64(stopTimeoutSeconds)), "unit": .string(unit),
            "init_script": .string(initScript),
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            user: try fields.string("user"), group: try fields.optionalString("group"),
            restart: try fields.choice("restart", RestartPolicy.self),
            stopTimeoutSeconds: try fields.count("stop_timeout"), unit: try fields.string("unit"),
            initScript: try fields.string("init_script"))
    }
}

extension Requirements {
    var json: JSONValue {
        let bytes: JSONValue? =
            switch disk {
            case .automatic: nil
            case .bytes(let count): .integer(Int64(count))
            }
        return .object([
            "memory": memory.map { .integer(Int64($0)) }, "cpu_mhz": cpuMegahertz.map { .integer(Int64($0)) },
            "disk": bytes,
            "systems": .array(
                systems.map { system in
                    .object(["id": .string(system.id), "minimum": system.minimumVersion.map { .string($0) }])
                }),
            "reach": .array(reach.map { .string($0) }),
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        func natural(_ key: String, _ value: Int64?) throws(Failure) -> UInt64? {
            guard let value else { return nil }
            guard let natural = UInt64(exactly: value) else { throw PlanFields.wrong(key, "zero or more") }
            return natural
        }
        self.init(
            memory: try natural(fields.path("memory"), try fields.optionalInteger("memory")),
            cpuMegahertz: try natural(fields.path("cpu_mhz"), try fields.optionalInteger("cpu_mhz")).map { Int($0) },
            disk: try natural(fields.path("disk"), try fields.optionalInteger("disk")).map { .bytes($0) } ?? .automatic,
            systems: try fields.objects("systems") { f throws(Failure) in
                SystemRequirement(id: try f.string("id"), minimumVersion: try f.optionalString("minimum"))
            },
            reach: try fields.strings("reach"))
    }
}
