/// What is known of a service on a machine.
public struct ServiceState: Sendable, Equatable {
    /// What starts services there.
    public var manager: ServiceManager
    /// Whether its unit or its init script is there.
    public var isInstalled: Bool
    /// Whether it is started at boot.
    public var isEnabled: Bool
    /// Whether it runs.
    public var isActive: Bool
    /// The process that was started: the agent under systemd, its supervisor under the init script.
    public var mainProcess: Int32?
}
