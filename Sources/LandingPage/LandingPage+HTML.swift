public import Diagnostics
internal import Templates

extension LandingPage {
    /// Renders the page.
    ///
    /// - Returns: The bytes of `index.html`; the same page gives the same.
    /// - Throws: `usage` when a value can't be shown safely, `failed` when a template doesn't fit.
    public func html() throws(Failure) -> String {
        try checkSite()
        let style = "\n" + (try Template.render(name: "landing-style", as: .plain, values: [:]))
        let script = "\n" + (try Template.render(name: "landing-script", as: .plain, values: [:]))
        var products: [[String: TemplateValue]] = []
        for product in self.products { products.append(try values(of: product)) }
        let roles = roleValues
        let repositories = repositoryValues
        return try Template.render(
            name: "landing-page", as: .html,
            values: [
                "title": .text(title), "base": .text(baseURL), "introduction": .optional(introduction),
                "channel": .optional(channel),
                "updated": .text(PageText.date(updated)), "updated_iso": .text(PageText.isoDate(updated)),
                "links": .objects(links.map(Self.values)), "channels": .objects(channels.map(Self.values)),
                "has_channels": .flag(!channels.isEmpty), "products": .objects(products),
                "roles": .objects(roles), "has_keys": .flag(!roles.isEmpty),
                "repositories": .objects(repositories), "has_repositories": .flag(!repositories.isEmpty),
                "style": .verbatim(style), "script": .verbatim(script),
                "policy": .text(ContentSecurityPolicy.text(style: style, script: script)),
            ])
    }

    static func values(_ link: Link) -> [String: TemplateValue] {
        ["target": .text(reference(link.target)), "link_title": .text(link.title)]
    }

    /// What an attribute `href` says: a URL as it is, a path as a reference.
    static func reference(_ target: String) -> String {
        target.hasPrefix("https://") || target.hasPrefix("http://") ? target : PageText.reference(target)
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
        return roles.map { ["role_title": .text($0), "keys": .objects($1.map(Self.values))] }
    }

    /// What the page says of a key.
    static func values(_ key: SigningKey) -> [String: TemplateValue] {
        [
            "fingerprint": .text(PageText.grouped(key.fingerprint)), "owner": .text(key.owner),
            "standing": .text(key.isSuccessor ? "Successor" : "In use"), "successor": .flag(key.isSuccessor),
            "algorithm": .optional(key.algorithm), "created": .optional(key.created.map(PageText.date)),
            "created_iso": .optional(key.created.map(PageText.isoDate)),
            "expires": .optional(key.expires.map(PageText.date)),
            "expires_iso": .optional(key.expires.map(PageText.isoDate)),
            "reference": .text(reference(key.path)), "file": .text(PageText.lastComponent(key.path)),
        ]
    }

    private var repositoryValues: [[String: TemplateValue]] {
        let debian = (apt?.releases ?? []).map { release -> [String: TemplateValue] in
            [
                "system": .text(release.system ?? release.codename), "suite": .text(release.codename),
                "repository": .text("apt-\(release.codename)"),
                "architectures": .text((apt?.architectures ?? []).joined(separator: ", ")), "index": .text("InRelease"),
                "reference": .text(
                    Self.reference("apt-\(release.codename)/dists/\(release.codename)/InRelease")),
            ]
        }
        let rpm = (yum.map { yum in yum.architectures.map { (yum.path, $0) } } ?? []).map {
            path, architecture -> [String: TemplateValue] in
            [
                "system": .text("RHEL, Fedora, SUSE, Amazon Linux"), "suite": .flag(false),
                "repository": .text("\(path)/\(architecture)"), "architectures": .text(architecture),
                "index": .text("repomd.xml"),
                "reference": .text(Self.reference("\(path)/\(architecture)/repodata/repomd.xml")),
            ]
        }
        return debian + rpm
    }
}
