/// Paths below the product's root that an artifact creates itself.
public struct ReservedPaths: Sendable, Equatable {
    /// The config tool's file name.
    public var configTool: String

    /// Makes the list for a product.
    public init(configTool: String) {
        self.configTool = configTool
    }

    /// Why a path can't be in a package.
    ///
    /// - Parameter path: A path below the version's directory, normalised.
    /// - Returns: The reserved path it collides with, nil when it is free.
    public func collision(with path: String) -> String? {
        let components = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let top = components.first else { return nil }
        for name in ["versions", "current", "uninstall", "start-agent", configTool] where top == name { return name }
        let launcher = "bin/start-agent"
        return path == launcher || path.hasPrefix(launcher + "/") ? launcher : nil
    }
}
