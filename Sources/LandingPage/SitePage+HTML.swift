public import Diagnostics
internal import Templates

extension SitePage {
    /// Renders the page.
    ///
    /// - Parameter template: A Mustache text in place of `landing-page`, with the same variables and parts.
    /// - Returns: The bytes of `index.html`; the same page gives the same.
    /// - Throws: `usage` when a value can't be shown safely or the given template doesn't fit.
    public func html(template: String? = nil) throws(Failure) -> String {
        try check()
        let style = "\n" + (try Template.render(name: "landing-style", as: .plain, values: [:]))
        let script = "\n" + (try Template.render(name: "landing-script", as: .plain, values: [:]))
        var products: [[String: TemplateValue]] = []
        for product in self.products { products.append(try values(of: product)) }
        let roles = roleValues
        let repositories = repositoryValues
        return try Template.render(
            name: "landing-page", as: .html,
            values: [
                "title": .text(title), "base": .text(url),
                "description": .optional(introduction.first),
                "introduction": .objects(introduction.map { ["paragraph": .text($0)] }), "channel": .optional(channel),
                "updated": .text(PageText.date(updated)), "updated_iso": .text(PageText.isoDate(updated)),
                "links": .objects(links.map(values)), "channels": .objects(channels.map(values)),
                "has_channels": .flag(!channels.isEmpty), "products": .objects(products),
                "roles": .objects(roles), "has_keys": .flag(!roles.isEmpty),
                "repositories": .objects(repositories), "has_repositories": .flag(!repositories.isEmpty),
                "style": .verbatim(style), "script": .verbatim(script),
                "policy": .text(ContentSecurityPolicy.text(style: style, script: script)),
            ], replacement: template)
    }

    private func values(_ link: Link) -> [String: TemplateValue] {
        let isURL = link.target.hasPrefix("https://") || link.target.hasPrefix("http://")
        return ["target": .text(isURL ? link.target : reference(link.target)), "link_title": .text(link.title)]
    }

    /// What an attribute `href` of the page says for a path of the site.
    func reference(_ path: String) -> String {
        let depth = directory.isEmpty ? 0 : directory.split(separator: "/").count
        return String(repeating: "../", count: depth) + PageText.reference(path)
    }

    /// The keys that no other role has shown.
    private var roleValues: [[String: TemplateValue]] {
        var roles: [(String, [SigningKey])] = []
        if let apt { roles.append(("APT repositories", apt.keys)) }
        if let yum { roles.append(("RPM packages and the YUM repository", yum.keys)) }
        let shown = Set(roles.flatMap(\.1).map { $0.fingerprint.uppercased() })
        var others: [SigningKey] = []
        for key in products.compactMap(\.installer).flatMap(\.keys)
        where !shown.contains(key.fingerprint.uppercased())
            && !others.contains(where: { $0.fingerprint.uppercased() == key.fingerprint.uppercased() })
        {
            others.append(key)
        }
        if !others.isEmpty { roles.append(("Installers", others)) }
        return roles.map { ["role_title": .text($0), "keys": .objects($1.map(values))] }
    }

    /// What the page says of a key.
    func values(_ key: SigningKey) -> [String: TemplateValue] {
        let standing =
            switch key.standing {
            case .inUse: "In use"
            case .successor: "Successor"
            case .retired: "Retired"
            }
        return [
            "fingerprint": .text(PageText.grouped(key.fingerprint)), "owner": .text(key.owner),
            "standing": .text(standing), "in_use": .flag(key.standing == .inUse),
            "algorithm": .optional(key.algorithm), "created": .optional(key.created.map(PageText.date)),
            "created_iso": .optional(key.created.map(PageText.isoDate)),
            "expires": .optional(key.expires.map(PageText.date)),
            "expires_iso": .optional(key.expires.map(PageText.isoDate)),
            "reference": .text(reference(key.path)), "file": .text(PageText.lastComponent(key.path)),
        ]
    }

    private var repositoryValues: [[String: TemplateValue]] {
        let top = directory.isEmpty ? "" : directory + "/"
        let debian = (apt?.releases ?? []).map { release -> [String: TemplateValue] in
            [
                "system": .text(release.system ?? release.codename), "suite": .text(release.codename),
                "repository": .text("\(top)apt-\(release.codename)"),
                "architectures": .text((apt?.architectures ?? []).joined(separator: ", ")), "index": .text("InRelease"),
                "reference": .text(reference("\(top)apt-\(release.codename)/dists/\(release.codename)/InRelease")),
            ]
        }
        let rpm = (yum.map { yum in yum.architectures.map { (yum.path, $0) } } ?? []).map {
            path, architecture -> [String: TemplateValue] in
            [
                "system": .text("RHEL, Fedora, SUSE, Amazon Linux"), "suite": .flag(false),
                "repository": .text("\(path)/\(architecture)"), "architectures": .text(architecture),
                "index": .text("repomd.xml"),
                "reference": .text(reference("\(path)/\(architecture)/repodata/repomd.xml")),
            ]
        }
        return debian + rpm
    }
}
