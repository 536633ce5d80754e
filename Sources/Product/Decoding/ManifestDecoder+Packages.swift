import DefinitionFiles
import SetupPlan

extension ManifestDecoder {
    mutating func decodePackages(_ fields: Fields, configTool: String) -> [PackageDefinition] {
        var packages: [PackageDefinition] = []
        for item in fields.list("packages") {
            guard let name = item.text("name") else {
                _ = decodeContents(item, configTool: configTool)
                continue
            }
            if packages.contains(where: { $0.name.value == name.value }) {
                report(name.location, "there is another package \"\(name.value)\"")
            }
            var package = PackageDefinition(
                name: name, description: item.text("description")?.value, depends: distinct(item.texts("depends")),
                contents: decodeContents(item, configTool: configTool))
            package.version = item.text("version").map { Self.normalised($0.value) }
            package.release = item.integer("release").map { Int($0.value) }
            package.details = decodeDetails(item)
            package.deb = decodeDeb(item, of: name.value)
            package.rpm = decodeRPM(item)
            package.scripts = decodeScripts(item)
            checkSynopsis(item.text("description"))
            packages.append(package)
        }
        return packages
    }

    private mutating func decodeContents(_ package: Fields, configTool: String) -> [ContentRule] {
        package.list("contents").compactMap { decodeContent($0, configTool: configTool) }
    }

    private mutating func decodeContent(_ fields: Fields, configTool: String) -> ContentRule? {
        let kinds = ManifestTables.content.exactlyOneOf.filter { fields[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first else { return nil }
        checkCompany(of: kind, in: fields)
        guard let source = decodeSource(fields, kind: kind) else { return nil }
        let destination = decodeDestination(fields, kind: kind, configTool: configTool)
        var rule = ContentRule(
            location: fields.node.location, source: source, destination: destination,
            owner: fields.text("owner")?.value ?? "root", group: fields.text("group")?.value ?? "root",
            mode: fields.text("mode").flatMap { Scalars.mode($0.value) },
            directoryMode: fields.text("dir_mode").flatMap { Scalars.mode($0.value) },
            exclude: fields.texts("exclude").compactMap { glob($0) })
        rule.role.isConfiguration = fields.boolean("config") ?? false
        rule.role.isDocumentation = fields.boolean("doc") ?? false
        rule.role.capabilities = fields.text("capabilities")?.value
        checkCapabilities(fields.text("capabilities"))
        return rule
    }

    /// Keys that mean nothing beside the entry's kind.
    private mutating func checkCompany(of kind: String, in fields: Fields) {
        let companions = [
            "strip_components": ["archive"], "exclude": ["source", "glob", "archive"],
            "mode": ["source", "glob", "archive", "directory"], "dir_mode": ["source", "glob", "archive"],
            "owner": ["source", "glob", "archive", "directory", "link"],
            "group": ["source", "glob", "archive", "directory", "link"],
            "config": ["source", "glob", "archive"], "doc": ["source", "glob", "archive"],
            "capabilities": ["source", "glob", "archive"],
        ]
        for (key, kinds) in companions.sorted(by: { $0.key < $1.key }) {
            if let node = fields[key], !kinds.contains(kind) {
                report(node.location, "\"\(key)\" has no meaning beside \"\(kind)\"")
            }
        }
    }

    private mutating func decodeSource(_ fields: Fields, kind: String) -> ContentSource? {
        switch kind {
        case "source":
            return fields.text("source").map { source in
                let isDirectory = source.value.hasSuffix("/")
                let path = isDirectory ? String(source.value.dropLast()) : source.value
                return .path(Located(path, at: source.location), mustBeDirectory: isDirectory)
            }
        case "glob":
            return fields.text("glob").flatMap { glob($0) }.map { .glob($0) }
        case "archive":
            let strip = Int(fields.integer("strip_components")?.value ?? 0)
            return fields.text("archive").map { .archive($0, stripComponents: strip) }
        case "link":
            return fields.text("link").map { .link(target: $0) }
        default:
            if fields.boolean("directory") == false, let node = fields["directory"] {
                report(node.location, "expected true, found false", hints: ["Leave the entry out instead."])
            }
            return .directory
        }
    }

    mutating func glob(_ text: Located<String>) -> Located<Glob>? {
        guard let glob = Glob(text.value) else {
            report(text.location, "the pattern has a [ without its ], found \"\(text.value)\"")
            return nil
        }
        return Located(glob, at: text.location)
    }

    private mutating func decodeDestination(
        _ fields: Fields, kind: String, configTool: String
    ) -> Located<Destination> {
        let needsName = kind == "link" || kind == "directory"
        guard let to = fields.text("to") else {
            if needsName, fields["to"] == nil {
                report(fields.node.location, "\"to\" is missing: where the \(kind) goes")
            }
            return Located(Destination(path: "", isDirectory: true), at: fields.node.location)
        }
        let isDirectory = to.value == "." || to.value.hasSuffix("/")
        let path =
            to.value == "." || to.value == "./" ? "" : to.value.hasSuffix("/") ? String(to.value.dropLast()) : to.value
        if path.isEmpty, needsName { report(to.location, "expected the \(kind)'s own path, found \"\(to.value)\"") }
        if kind == "link", isDirectory, !path.isEmpty {
            report(to.location, "expected the link's own path without a slash at the end, found \"\(to.value)\"")
        }
        if let reserved = ReservedPaths(configTool: configTool).collision(with: path) {
            report(to.location, "\"\(reserved)\" is reserved: the installer creates it")
        }
        return Located(Destination(path: path, isDirectory: isDirectory), at: to.location)
    }
}
