internal import Diagnostics
internal import Digests
internal import Templates

extension SitePage {
    /// What the page says of a product.
    func values(of product: Product) throws(Failure) -> [String: TemplateValue] {
        let guides = try guides(for: product)
        var systems: [(name: String, guides: [Guide])] = []
        for guide in guides {
            if let last = systems.indices.last, systems[last].name == guide.system {
                systems[last].guides.append(guide)
            } else {
                systems.append((guide.system, [guide]))
            }
        }
        let newest = product.versions.first
        let older = product.versions.dropFirst()
        var architectures: [String] = []
        for name in newest?.files.map(\.architecture) ?? [] where !architectures.contains(name) {
            architectures.append(name)
        }
        return [
            "product": .text(product.name), "product_title": .text(product.title),
            "summary": .optional(product.summary),
            "package": .text(product.package), "documentation": .optional(product.documentation),
            "documentation_host": .optional(product.documentation.map(Self.withoutScheme)),
            "newest": .optional(newest?.number), "published": .optional(newest?.published.map(PageText.date)),
            "published_iso": .optional(newest?.published.map(PageText.isoDate)),
            "architectures": .optional(architectures.isEmpty ? nil : architectures.joined(separator: ", ")),
            "systems": .objects(
                systems.enumerated().map { index, system in
                    self.values(system.name, system.guides, isFirst: index == 0, of: product)
                }),
            "newest_version": .objects(newest.map { [values($0)] } ?? []),
            "older": .objects(older.map(values)), "has_older": .flag(!older.isEmpty),
            "older_count": .text(String(older.count)),
        ]
    }

    private static func withoutScheme(_ url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        return String(rest.hasSuffix("/") ? rest.dropLast() : rest)
    }

    private func values(
        _ system: String, _ guides: [Guide], isFirst: Bool, of product: Product
    ) -> [String: TemplateValue] {
        let words = system.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
        // Each guide has an address: a system's own is that of its only guide.
        let id = guides.count == 1 ? Self.id(of: guides[0], for: product) : "\(product.name)--\(words)"
        return [
            "system": .text(system), "system_id": .text(id), "first": .flag(isFirst),
            "several": .flag(guides.count > 1),
            "guides": .objects(
                guides.enumerated().map { index, guide in
                    values(guide, isFirst: index == 0, of: product)
                }),
        ]
    }

    private static func shortName(_ guide: Guide) -> String { String(guide.name.dropFirst("guide-".utf8.count)) }

    private static func id(of guide: Guide, for product: Product) -> String {
        "\(product.name)--on-\(shortName(guide))"
    }

    private func values(_ guide: Guide, isFirst: Bool, of product: Product) -> [String: TemplateValue] {
        [
            "guide": .text(Self.shortName(guide)), "guide_id": .text(Self.id(of: guide, for: product)),
            "label": .text(guide.label), "first": .flag(isFirst),
            "blocks": .objects(guide.introduction.map { values($0, about: guide.label, of: product) }),
            "tasks": .objects(
                guide.tasks.map { task in
                    [
                        "task": .text(task.title), "numbered": .flag(task.steps.count > 1),
                        "steps": .objects(
                            task.steps.map { step in
                                let about = step.title ?? task.title
                                return [
                                    "step": .text(about),
                                    "blocks": .objects(step.blocks.map { values($0, about: about, of: product) }),
                                ]
                            }),
                    ]
                }),
        ]
    }

    private func values(_ block: Guide.Block, about: String, of product: Product) -> [String: TemplateValue] {
        var values: [String: TemplateValue] = [
            "paragraph": .flag(false), "runs": .objects([]), "commands": .flag(false), "fingerprints": .flag(false),
            "keys": .objects([]), "about": .text(about),
        ]
        switch block {
        case .paragraph(let runs):
            values["paragraph"] = .flag(true)
            values["runs"] = .objects(
                runs.map { run in
                    switch run {
                    case .words(let text): ["words": .text(text), "code": .flag(false)]
                    case .code(let text):
                        ["words": .flag(false), "code": .text(text), "short": .flag(text.count <= 24)]
                    }
                })
        case .commands(let text):
            values["commands"] = .text(text)
        case .keys(let role):
            values["fingerprints"] = .flag(true)
            values["keys"] = .objects(keys(of: role, for: product).map { self.values($0) })
        }
        return values
    }

    private func keys(of role: String, for product: Product) -> [SigningKey] {
        let all =
            switch role {
            case "apt": apt?.keys
            case "rpm": yum?.keys
            case "installer": product.installer?.keys
            default: nil as [SigningKey]?
            }
        return (all ?? []).filter { $0.standing != .retired }
    }

    private func values(_ version: Version) -> [String: TemplateValue] {
        [
            "number": .text(version.number), "published": .optional(version.published.map(PageText.date)),
            "published_iso": .optional(version.published.map(PageText.isoDate)),
            "notes": .optional(version.notes?.target),
            "notes_title": .optional(version.notes?.title),
            "files": .objects(
                version.files.map { file in
                    [
                        "file": .text(PageText.lastComponent(file.path)), "reference": .text(reference(file.path)),
                        "kind": .text(file.kind), "architecture": .text(file.architecture),
                        "size": .text(PageText.size(file.size)), "bytes": .text(String(file.size)),
                        "sha256": .text(file.sha256.hex), "signature": .optional(file.signaturePath.map(reference)),
                    ]
                }),
        ]
    }
}
