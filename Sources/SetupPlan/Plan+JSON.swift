public import Diagnostics
import Digests
public import JSON

extension Plan {
    /// The plan as JSON; equal plans give equal texts.
    public var json: JSONValue {
        .object([
            "schema": .integer(Int64(Self.schemaVersion)),
            "generator": .string(generator),
            "format": format == .bin ? nil : .string(format.rawValue),
            "package": package.map { .string($0) },
            "product": product.json,
            "paths": .object([
                "root": .string(paths.root), "state": .string(paths.state), "options": .string(paths.options),
            ]),
            "config_tool": .string(configTool),
            "license": license.map { .object(["text": .string($0.text), "must_accept": .bool($0.mustAccept)]) },
            "agent": agent?.json,
            "service": service?.json,
            "requirements": requirements.json,
            "settings": .array(settings.map(\.json)),
            "groups": .array(groups.map(\.json)),
            "configuration": configuration?.json,
            "frame": .string(frame.hex),
            "blocks": .array(blocks.map(\.json)),
            "entries": .array(entries.map(\.json)),
        ])
    }

    /// The plan's JSON text, as files carry it.
    public var text: [UInt8] { Array(json.text().utf8) }

    /// Reads a plan from its JSON text, strictly, and checks that its parts fit together.
    ///
    /// - Parameter text: UTF-8 JSON.
    /// - Throws: `.integrity` with the place in the plan.
    public init(parsing text: [UInt8]) throws(Failure) {
        let root: JSONValue
        do throws(Failure) { root = try JSONValue(parsing: text, name: "the plan") } catch {
            throw Failure(.integrity, error.message, cause: error.cause)
        }
        self = try PlanFields.read(root, "") { fields throws(Failure) in try Plan(&fields) }
        try validate()
    }

    private init(_ fields: inout PlanFields) throws(Failure) {
        let schema = try fields.integer("schema")
        guard schema == Int64(Self.schemaVersion) else {
            throw Failure(
                .integrity, "the plan has schema \(schema); this version reads \(Self.schemaVersion)",
                hints: ["Use the tool of the version that wrote the file."])
        }
        generator = try fields.string("generator")
        format = try fields.optionalChoice("format", PackageFormat.self) ?? .bin
        package = try fields.optionalString("package")
        product = try fields.required("product") { f throws(Failure) in try ProductIdentity(&f) }
        paths = try fields.required("paths") { f throws(Failure) in
            ProductPaths(root: try f.string("root"), state: try f.string("state"), options: try f.string("options"))
        }
        configTool = try fields.string("config_tool")
        license = try fields.object("license") { f throws(Failure) in
            License(text: try f.string("text"), mustAccept: try f.flag("must_accept"))
        }
        agent = try fields.object("agent") { f throws(Failure) in try AgentCommand(&f) }
        service = try fields.object("service") { f throws(Failure) in try Service(&f) }
        requirements = try fields.required("requirements") { f throws(Failure) in try Requirements(&f) }
        settings = try fields.objects("settings") { f throws(Failure) in try Setting(&f) }
        groups = try fields.objects("groups") { f throws(Failure) in try SettingGroup(&f) }
        configuration = try fields.object("configuration") { f throws(Failure) in try ConfigurationFile(&f) }
        frame = try fields.digest("frame")
        blocks = try fields.objects("blocks") { f throws(Failure) in try Block(&f) }
        entries = try fields.objects("entries") { f throws(Failure) in try Entry(&f) }
    }
}

extension PlanFields {
    mutating func required<T>(
        _ key: String, _ read: (inout PlanFields) throws(Failure) -> T
    ) throws(Failure) -> T {
        guard let value = try object(key, read) else { throw Self.wrong(path(key), "there") }
        return value
    }

    mutating func digest(_ key: String) throws(Failure) -> SHA256Digest {
        guard let digest = SHA256Digest(hex: try string(key)) else {
            throw Self.wrong(path(key), "a SHA-256 of 64 lower-case digits")
        }
        return digest
    }
}

extension ProductIdentity {
    var json: JSONValue {
        .object([
            "name": .string(name), "title": .string(title), "vendor": .string(vendor),
            "description": .string(description), "homepage": homepage.map { .string($0) },
            "version": .string(version), "release": .integer(Int64(release)), "architecture": .string(architecture),
            "timestamp": .integer(timestamp),
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            name: try fields.string("name"), title: try fields.string("title"), vendor: try fields.string("vendor"),
            description: try fields.string("description"), homepage: try fields.optionalString("homepage"),
            version: try fields.string("version"), release: try fields.count("release"),
            architecture: try fields.string("architecture"), timestamp: try fields.integer("timestamp"))
    }
}

extension Block {
    var json: JSONValue {
        .object([
            "stored": .integer(Int64(storedSize)), "content": .integer(Int64(contentSize)),
            "sha256": .string(digest.hex),
        ])
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        self.init(
            storedSize: try fields.size("stored"), contentSize: try fields.size("content"),
            digest: try fields.digest("sha256"))
    }
}

extension Entry {
    var json: JSONValue {
        var object: JSONObject = ["path": .string(path)]
        switch content {
        case .directory: object["kind"] = "directory"
        case .link(let target):
            object["kind"] = "link"
            object["target"] = .string(target)
        case .file(let size, let digest, let block, let offset):
            object["kind"] = "file"
            object["size"] = .integer(Int64(size))
            object["sha256"] = .string(digest.hex)
            object["block"] = .integer(Int64(block))
            object["offset"] = .integer(Int64(offset))
            if isConfiguration { object["configuration"] = true }
        }
        object["mode"] = .string(String(mode, radix: 8))
        if owner != "root" { object["owner"] = .string(owner) }
        if group != "root" { object["group"] = .string(group) }
        return .object(object)
    }

    init(_ fields: inout PlanFields) throws(Failure) {
        let path = try fields.string("path")
        let content: Content
        var isConfiguration = false
        switch try fields.string("kind") {
        case "directory": content = .directory
        case "link": content = .link(target: try fields.string("target"))
        case "file":
            content = .file(
                size: try fields.size("size"), digest: try fields.digest("sha256"), block: try fields.count("block"),
                offset: try fields.size("offset"))
            isConfiguration = try fields.flag("configuration")
        default: throw PlanFields.wrong(fields.path("kind"), "directory, file or link")
        }
        guard let mode = UInt32(try fields.string("mode"), radix: 8), mode <= 0o7777 else {
            throw PlanFields.wrong(fields.path("mode"), "an octal mode")
        }
        self.init(
            path: path, content: content, mode: mode, owner: try fields.optionalString("owner") ?? "root",
            group: try fields.optionalString("group") ?? "root")
        self.isConfiguration = isConfiguration
    }
}
