/// What an artifact is.
public enum PackageFormat: String, Sendable, Equatable, CaseIterable {
    /// A self-extracting installer.
    case bin
    /// A Debian package.
    case deb
    /// An RPM package.
    case rpm
}
