import DefinitionFiles
import Diagnostics
import Product
import SetupPlan
import Templates

extension Planner {
    /// The service with the texts that the init systems read.
    ///
    /// - Parameter manifest: The product.
    /// - Returns: nil for a product without a service.
    static func service(of manifest: Manifest) throws(Failure) -> Service? {
        guard let service = manifest.service else { return nil }
        let texts = ServiceTexts(
            name: manifest.name, title: manifest.title, description: manifest.description,
            homepage: manifest.homepage, root: manifest.paths.root,
            user: service.user.value, group: service.group?.value, restart: service.restart.rawValue,
            stopTimeoutSeconds: service.stopTimeoutSeconds)
        return Service(
            user: service.user.value, group: service.group?.value, restart: service.restart,
            stopTimeoutSeconds: service.stopTimeoutSeconds, unit: try texts.unit(),
            initScript: try texts.initScript())
    }
}
