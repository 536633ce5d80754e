import DebFormat
import DefinitionFiles
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
