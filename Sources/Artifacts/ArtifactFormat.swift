/// The formats that are told apart by their own bytes, never by a file's name.
public enum ArtifactFormat: String, Sendable, CaseIterable {
    /// A self-extracting installer.
    case bin
    /// An installed config tool: an installer without its payload.
    case configTool = "config-tool"
    /// A Debian package.
    case deb
    /// An RPM package.
    case rpm

    /// The format for people.
    public var title: String {
        switch self {
        case .bin: "self-extracting installer"
        case .configTool: "installed config tool"
        case .deb: "Debian package"
        case .rpm: "RPM package"
        }
    }
}
