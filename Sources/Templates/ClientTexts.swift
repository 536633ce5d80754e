public import Diagnostics

/// The scripts and small files of the packages that bring a site's keys and repositories to clients.
public struct ClientTexts: Sendable {
    private let context: [String: String?]

    /// Takes what the texts say.
    ///
    /// - Parameters:
    ///   - package: The package's name.
    ///   - version: Its version.
    ///   - origin: Whose site it is.
    ///   - vendor: Who ships it.
    ///   - maintainer: Who answers for it, `Name <address>`.
    ///   - timestamp: The seconds since 1970 that the changelog states.
    ///   - keyring: The path of the keyring, which needs no quotes in a shell.
    ///   - repository: The name of the `.repo` file without its ending, which needs none, either.
    public init(
        package: String, version: String, origin: String, vendor: String, maintainer: String, timestamp: Int64,
        keyring: String = "", repository: String = ""
    ) {
        context = [
            "package": package, "version": version, "origin": origin, "vendor": vendor, "maintainer": maintainer,
            "date": MailDate.text(timestamp), "year": MailDate.year(timestamp), "keyring": keyring,
            "keyring_name": keyring.split(separator: "/").last.map(String.init) ?? "", "repository": repository,
        ]
    }

    /// Renders a template.
    ///
    /// - Parameter name: The template's name.
    /// - Returns: The text.
    /// - Throws: `.failed` when the template doesn't fit.
    public func render(_ name: String) throws(Failure) -> String {
        try Template.render(name: name, context: context)
    }
}
