import DefinitionFiles

extension SiteDecoder {
    mutating func decodeClientPackages(
        _ fields: Fields, origin: String, products: [SiteProduct], apt: APTSettings?, yum: YUMSettings?
    ) -> ClientPackageSettings? {
        guard let packages = fields.fields("client_packages"), let version = packages.text("version") else {
            return nil
        }
        let fileName = String(apt?.keyring.split(separator: "/").last?.dropLast(".gpg".count) ?? "")
        let keyring = packages.text("keyring")
        if let apt, apt.keyring.hasPrefix("/etc/") {
            let location = fields.fields("apt")?.text("keyring")?.location ?? packages.node.location
            report(
                location,
                "a keyring that a package owns belongs in /usr/share/keyrings; /etc/apt/keyrings is for "
                    + "administrators, sources.list(5)")
        }
        if let keyring, apt == nil { report(keyring.location, "\"keyring\" needs \"apt\"") }
        if let template = packages.text("release"), yum == nil {
            report(template.location, "\"release\" needs \"yum\"")
        }
        let name = keyring?.value ?? fileName.lowercased().replacing("_", with: "-")
        var releases: [String: String] = [:]
        if yum != nil {
            let template = packages.text("release")?.value ?? "*-release"
            for product in products { releases[product.name] = template.replacing("*", with: product.name) }
        }
        let settings = ClientPackageSettings(
            version: version.value, maintainer: packages.text("maintainer")?.value ?? "",
            vendor: packages.text("vendor")?.value ?? origin, keyringPackage: apt == nil ? nil : name,
            releasePackages: releases)
        checkPackageNames(settings, packages, products)
        return settings
    }

    /// Each package has a name of its own, beside those of the products.
    private mutating func checkPackageNames(
        _ settings: ClientPackageSettings, _ fields: Fields, _ products: [SiteProduct]
    ) {
        var names = products.flatMap(\.packages)
        let made =
            [("keyring", settings.keyringPackage)]
            + products.map { ("release", settings.releasePackages[$0.name]) }
        for (key, name) in made {
            guard let name else { continue }
            let location = fields.text(key)?.location ?? fields.node.location
            if !TextRule.packageName.matches(name) {
                report(location, "expected \(TextRule.packageName.expected), found \(DefinitionNode.quoted(name))")
            } else if names.contains(name) {
                report(location, "another package is called \"\(name)\"")
            }
            names.append(name)
        }
    }

    /// What lies below the prefix has a name of its own.
    mutating func checkNames(_ definition: SiteDefinition, _ fields: Fields) {
        var owners: [String: String] = [:]
        for (index, product) in definition.products.enumerated() {
            let names = ["", ".repo", ".bin"].map { product.name + $0 }
            let location =
                fields.list("products").dropFirst(index).first?.text("name")?.location ?? fields.node.location
            for name in names where owners[name] != nil && owners[name] != product.name {
                report(location, "the product \"\(owners[name] ?? "")\" has the name \"\(name)\" on the site already")
            }
            for name in names { owners[name] = product.name }
        }
        var files: [(name: String, location: Location)] = []
        if let apt = definition.apt {
            let location = fields.fields("apt")?.text("key_file")?.location
            files.append((apt.keyFile, location ?? fields["apt"]?.location ?? fields.node.location))
        }
        for key in definition.keys.rpm?.all ?? [] { files.append((key.fileName, key.file.location)) }
        for (index, file) in files.enumerated() {
            if let owner = owners[file.name] {
                report(file.location, "the product \"\(owner)\" has the name \"\(file.name)\" on the site already")
            } else if let apt = files.first, index > 0, apt.name == file.name, definition.apt != nil {
                report(file.location, "\"apt.key_file\" has the name \"\(file.name)\" on the site already")
            }
        }
    }
}
