public import Diagnostics
public import SetupPlan

/// Installs, starts, stops and removes a product's service under whatever manages services on the machine.
public struct ServiceControl: Sendable {
    /// Looks at the machine.
    ///
    /// - Parameters:
    ///   - plan: The product.
    ///   - basePath: `/` or an image's root.
    public init(plan: Plan, basePath: String) throws(Failure) {}

    /// Writes unit and init script where they have a home.
    ///
    /// - Returns: The absolute paths that belong to the service now.
    public func install() throws(Failure) -> [String] { [] }

    /// Enables the service, at the first installation only.
    ///
    /// - Returns: The absolute paths of the links made.
    public func enableAtFirstInstall() throws(Failure) -> [String] { [] }

    /// Lets the manager read its files again.
    public func reload() throws(Failure) {}

    /// Starts the service.
    ///
    /// - Returns: Whether it runs.
    public func start() throws(Failure) -> Bool { true }

    /// Restarts the service if it runs.
    ///
    /// - Returns: Whether it runs.
    public func restartOnce() throws(Failure) -> Bool { true }

    /// Stops the service.
    public func stop() throws(Failure) {}

    /// Disables the service and removes its files.
    public func remove() throws(Failure) {}
}
