public import Diagnostics
import Digests
public import Planning
import Product
public import SetupPlan
import Templates

/// Makes the native packages of a product from its plan: what is in each, its relations and its scripts.
///
/// The package that is called like the product, else the first, carries the runtime, the service and the config tool;
/// every package carries the guard against a self-extracting installation. Documentation/native-packages.md says what
/// is where and why.
public struct NativePackaging {
    let plan: InstallPlan
    private let runtime: (Plan) throws(Failure) -> PackagedFile

    /// Prepares to make packages.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - runtime: Makes the file `bin/start-agent` that carries a plan.
    public init(_ plan: InstallPlan, runtime: @escaping (Plan) throws(Failure) -> PackagedFile) {
        self.plan = plan
        self.runtime = runtime
    }

    /// The Debian packages, in the manifest's order.
    ///
    /// - Throws: `.usage`, naming what a Debian package can't hold; what `runtime` throws.
    public func debs() throws(Failure) -> [NativeDeb] {
        var result: [NativeDeb] = []
        for package in plan.packages { result.append(try deb(package)) }
        return result
    }

    /// The RPM packages, in the manifest's order.
    ///
    /// - Throws: `.usage`, naming what an RPM package can't hold; what `runtime` throws.
    public func rpms() throws(Failure) -> [NativeRPM] {
        var result: [NativeRPM] = []
        for package in plan.packages { result.append(try rpm(package)) }
        return result
    }

    /// The name of the package with the runtime, the service and the config tool.
    var carrier: String {
        (plan.packages.first { $0.name == plan.product.name } ?? plan.packages.first)?.name ?? plan.product.name
    }

    /// The runtime of a package, with the plan that lists the package's files.
    func runtimeFile(_ package: PlannedPackage, _ format: PackageFormat) throws(Failure) -> PackagedFile {
        try runtime(plan.runtimePlan(generator: ToolVersion.generator, package: package.name, format: format))
    }

    /// The scripts and texts of a package.
    func texts(_ package: PlannedPackage) -> PackagingTexts {
        let isCarrier = package.name == carrier
        var texts = PackagingTexts(
            package: package.name, version: package.fullVersion, title: plan.product.title,
            vendor: plan.product.vendor, maintainer: plan.maintainer, licenseName: plan.licenseName,
            license: plan.license?.text, timestamp: plan.product.timestamp, root: plan.paths.root,
            state: plan.paths.state, options: plan.paths.options,
            service: plan.service.map {
                PackagedService(
                    name: plan.product.name, user: $0.user, group: $0.group, initScript: $0.initScript)
            },
            isCarrier: isCarrier, configuration: plan.configuration.map { "\(plan.paths.state)/\($0.path)" })
        texts.configTool = plan.configTool
        texts.beforeInstall = package.scripts.beforeInstall
        texts.afterInstall = package.scripts.afterInstall
        texts.beforeRemove = package.scripts.beforeRemove
        texts.afterRemove = package.scripts.afterRemove
        return texts
    }

    /// The paths that older vendor packages owned and that this package keeps; none that the plan has, too.
    func legacyPaths(_ package: PlannedPackage) -> [String] {
        guard package.name == carrier else { return [] }
        let own = Set(plan.entries.map { "\(plan.paths.root)/\($0.path)" })
        return plan.legacyPaths.filter { !own.contains($0) }
    }
}
