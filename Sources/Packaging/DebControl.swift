import DebFormat
import Planning
import Product
import SetupPlan

extension NativePackaging {
    /// The fields of a package, in the order in which dpkg-gencontrol writes them (Dpkg::Control::FieldsCore).
    func debControl(_ package: PlannedPackage, installedSize: UInt64) -> ControlParagraph {
        var control = ControlParagraph()
        control["Package"] = package.name
        control["Version"] = package.fullVersion
        control["Architecture"] = plan.product.architecture
        control["Maintainer"] = plan.maintainer
        control["Installed-Size"] = String(installedSize)
        for field in Self.relationFields {
            var relations = package.deb.relations[field]?.map(\.value) ?? []
            if field == "Depends" {
                relations = package.depends.map(debDependency) + relations + SystemRelations(package).deb
            }
            if !relations.isEmpty { control[field] = relations.joined(separator: ", ") }
        }
        control["Section"] = package.deb.section
        control["Priority"] = package.deb.priority
        control["Multi-Arch"] = package.deb.multiArch
        control["Homepage"] = plan.product.homepage
        control["Description"] = ([summary(package)] + details(package)).joined(separator: "\n")
        return control
    }

    private static let relationFields = [
        "Pre-Depends", "Depends", "Recommends", "Suggests", "Enhances", "Conflicts", "Breaks", "Replaces", "Provides",
        "Built-Using",
    ]

    /// A package of the same product must be at least what was built beside this one, so that an upgrade of one moves
    /// both.
    private func debDependency(_ name: String) -> String {
        guard let other = plan.packages.first(where: { $0.name == name }) else { return name }
        return "\(name) (>= \(other.fullVersion))"
    }
}

extension DebPackage {
    /// `Installed-Size` in KiB as dpkg-gencontrol counts it: every file and link rounded up, everything else one.
    ///
    /// - Parameter entries: All paths; `/` is counted besides.
    static func installedSize(_ entries: [DebEntry]) -> UInt64 {
        entries.reduce(1) { sum, entry in
            switch entry.content {
            case .directory: sum + 1
            case .file(let size, _): sum + (size + 1023) / 1024
            case .link(let target): sum + UInt64(target.utf8.count + 1023) / 1024
            }
        }
    }
}
