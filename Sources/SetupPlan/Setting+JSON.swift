import Diagnostics
import JSON

extension Setting {
    var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id), "prompt": .string(prompt), "help": help.map { .string($0) },
            "kind": .string(kind.name),
        ]
        switch kind {
        case .integer(let minimum, let maximum):
            object["minimum"] = .integer(minimum)
            object["maximum"] = .integer(maximum)
        case .choice(let words): object["choices"] = .array(words.map { .string($0) })
        default: break
        }
        if isSecret { object["secret"] = true }
        if isRequired { object["required"] = true }
        if !isAsked { object["not_asked"] = true }
        object["default"] = defaultValue.map { .string($0) }
        object["pattern"] = pattern.map { .string($0) }
        object["pattern_hint"] = patternHint.map { .string($0) }
        object["when"] = condition.map { .object(["setting": .string($0.setting), "is": .string($0.value)]) }
        object["file_key"] = fileKey.map { .string($0) }
        if !formats.isEmpty { object["formats"] = .array(formats.map { .string($0) }) }
        return .object(object)
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            id: try fields.string("id"), prompt: try fields.string("prompt"), help: try fields.optionalString("help"),
            kind: try Kind(&fields), isSecret: try fields.flag("secret"), isRequired: try fields.flag("required"),
            isAsked: !(try fields.flag("not_asked")), defaultValue: try fields.optionalString("default"),
            pattern: try fields.optionalString("pattern"), patternHint: try fields.optionalString("pattern_hint"),
            condition: try fields.object("when") { f throws(Failure) in
                SettingCondition(setting: try f.string("setting"), value: try f.string("is"))
            },
            fileKey: try fields.optionalString("file_key"), formats: try fields.strings("formats"))
    }
}

extension Setting.Kind {
    /// The word that manifests, plans and help texts use.
    public var name: String {
        switch self {
        case .text: "text"
        case .boolean: "bool"
        case .integer: "integer"
        case .port: "port"
        case .host: "host"
        case .url: "url"
        case .path: "path"
        case .choice: "choice"
        }
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        let name = try fields.string("kind")
        switch name {
        case "text": self = .text
        case "bool": self = .boolean
        case "port": self = .port
        case "host": self = .host
        case "url": self = .url
        case "path": self = .path
        case "integer":
            self = .integer(minimum: try fields.integer("minimum"), maximum: try fields.integer("maximum"))
        case "choice": self = .choice(try fields.strings("choices"))
        default: throw PlanFields.wrong(fields.path("kind"), "a kind this version knows")
        }
    }
}

extension SettingGroup {
    var json: JSONValue {
        .object([
            "id": .string(id), "prompt": .string(prompt), "help": help.map { .string($0) },
            "optional": .bool(isOptional),
            "alternatives": .array(
                alternatives.map {
                    .object(["label": .string($0.label), "settings": .array($0.settings.map { .string($0) })])
                }),
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            id: try fields.string("id"), prompt: try fields.string("prompt"), help: try fields.optionalString("help"),
            isOptional: try fields.flag("optional"),
            alternatives: try fields.objects("alternatives") { f throws(Failure) in
                SettingAlternative(label: try f.string("label"), settings: try f.strings("settings"))
            })
    }
}

extension ConfigurationFile {
    var json: JSONValue {
        .object([
            "path": .string(path), "format": .string(format.rawValue),
            "values": .array(values.map { .object(["key": .string($0.key), "value": .string($0.value)]) }),
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            path: try fields.string("path"), format: try fields.choice("format", Format.self),
            values: try fields.objects("values") { f throws(Failure) in
                ConfigurationValue(key: try f.string("key"), value: try f.string("value"))
            })
    }
}
