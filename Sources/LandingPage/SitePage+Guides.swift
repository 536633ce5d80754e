public import Diagnostics
internal import Templates

extension SitePage {
    /// The guides in the order in which they are shown; those of a kind of system are together.
    static let guideNames = [
        "guide-debian", "guide-debian-sources", "guide-debian-derived", "guide-ubuntu-16", "guide-ubuntu-14",
        "guide-el",
        "guide-el-dnf", "guide-fedora", "guide-fedora-dnf4", "guide-suse", "guide-amazon-2023", "guide-amazon-2",
        "guide-installer", "guide-offline-apt", "guide-offline-yum",
    ]

    /// How a product is installed on each kind of system for which it is published.
    ///
    /// - Parameter product: One of the page's products.
    /// - Returns: The guides, in the order in which they are shown.
    /// - Throws: `usage` when a command would not say what was meant, `failed` when a template doesn't fit.
    public func guides(for product: Product) throws(Failure) -> [Guide] {
        try check()
        let has = published(of: product)
        let values = guideValues(product)
        let codenames = apt?.releases.map(\.codename) ?? []
        var guides: [Guide] = []
        for name in Self.guideNames {
            let text = try Template.render(name: name, as: .plain, values: values)
            let guide = try Guide(name: name, text: text)
            if has.isSuperset(of: guide.needs), guide.isAbout(codenames) { guides.append(guide) }
        }
        return guides
    }

    private func published(of product: Product) -> Set<String> {
        var names: Set<String> = []
        if apt != nil, product.isInAPT { names.insert("apt") }
        if yum != nil, product.repoFile != nil { names.insert("yum") }
        if product.installer != nil { names.insert("installer") }
        if product.offline != nil { names.insert("offline") }
        return names
    }

    /// What guides say.
    ///
    /// What isn't published has an empty value: no guide that needs it is shown.
    private func guideValues(_ product: Product) -> [String: TemplateValue] {
        let installerKeys = product.installer?.keys.filter { $0.standing != .retired }.map(\.path) ?? []
        var values: [String: TemplateValue] = [
            "base": .text(directory.isEmpty ? url : "\(url)/\(directory)"), "title": .text(product.title),
            "package": .text(product.package), "extras": .objects(product.extraPackages.map { ["name": .text($0)] }),
            "configure": .optional(product.configure), "start": .optional(product.start),
            "service": .optional(product.service), "state": .optional(product.stateDirectory),
            "installer": .text(PageText.lastComponent(product.installerPath ?? "")),
            "installer_url": .text(url(product.installerPath)),
            "installer_keys": .objects(
                installerKeys.indices.filter { !installerKeys[..<$0].contains(installerKeys[$0]) }.map {
                    ["key_url": .text(url(installerKeys[$0]))]
                }),
            "uninstall": .optional(product.installer?.uninstall),
            "updates_itself": .flag(product.installer?.updatesItself ?? false),
        ]
        values.merge(repositoryValues(product)) { $1 }
        values.merge(offlineValues(product)) { $1 }
        return values
    }

    private func repositoryValues(_ product: Product) -> [String: TemplateValue] {
        let repoName = PageText.lastComponent(product.repoFile?.path ?? "")
        let lists = "/etc/apt/sources.list.d/"
        let successors = (yum?.keys ?? []).filter { $0.standing == .successor }
        return [
            "component": .text(apt?.component ?? ""), "apt_key_url": .text(url(apt?.keyPath)),
            "apt_key_path": .text(apt?.keyPath ?? ""), "keyring": .text(apt?.keyring ?? ""),
            "trusted_keyring": .text("/etc/apt/trusted.gpg.d/" + PageText.lastComponent(apt?.keyring ?? "")),
            "apt_list": .text("\(lists)\(apt?.listName ?? "").list"),
            "apt_sources": .text("\(lists)\(apt?.listName ?? "").sources"),
            "repo_url": .text(url(product.repoFile?.path)), "repo_file": .text("/etc/yum.repos.d/\(repoName)"),
            "has_rpm_successors": .flag(!successors.isEmpty),
            "rpm_successors": .objects(successors.map { ["key_url": .text(url($0.path))] }),
            "repo_id": .text(product.repoFile?.id ?? ""), "yum_path": .text(yum?.path ?? ""),
        ]
    }

    private func offlineValues(_ product: Product) -> [String: TemplateValue] {
        let place = "/srv/\(product.name)"
        let keyFiles = (yum?.keys ?? []).filter { $0.standing != .retired }.map { "file://\(place)/\($0.path)" }
        return [
            "offline_directory": .text(place),
            "offline_repositories": .text(directory.isEmpty ? place : "\(place)/\(directory)"),
            "offline_gpgkeys": .text(keyFiles.joined(separator: "\n           ")),
            "archive": .text(product.offline?.name ?? ""),
            "archive_url": .optional(product.offline?.path.map { url($0) }),
        ]
    }

    private func url(_ path: String?) -> String { path.map { "\(url)/\($0)" } ?? "" }
}

extension SitePage.Product {
    /// The installer with its version in its name, else the one of the fixed name.
    var installerPath: String? {
        installer.map { installer in
            versions.first?.files.first { $0.path.hasSuffix(".bin") && $0.signaturePath != nil }?.path ?? installer.path
        }
    }

    /// The service that the start line names, where it has the documented form.
    var service: String? {
        let words = (start ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, words[0] == "sudo", words[1] == "service", words[3] == "start" else { return nil }
        return PlainText.isWord(words[2]) ? String(words[2]) : nil
    }
}
