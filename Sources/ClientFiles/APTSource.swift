public import SiteDefinition

/// What tells apt of one of a site's repositories; sources.list(5).
public struct APTSource: Sendable, Equatable {
    /// Where apt finds the keys that may sign.
    public enum Trust: Sendable, Equatable {
        /// In the file at the site's `apt.keyring`: from apt 1.1 on, which is Ubuntu 16.04 and Debian 9.
        case keyring
        /// Among the keys of `/etc/apt/trusted.gpg.d`, which count for every repository: all that older ones know.
        case everyKey
    }

    /// The address of the repository.
    public let uri: String
    /// The codename.
    public let codename: String
    /// The components.
    public let components: [String]
    /// Debian's names of the architectures.
    public let architectures: [String]
    /// Where clients keep the keys.
    public let keyring: String

    /// Describes a codename's repository in a channel.
    ///
    /// - Returns: nil for a codename that the site hasn't.
    public init?(_ site: SiteDefinition, codename: String, in channel: Channel) {
        guard let apt = site.apt, let distribution = apt.distribution(named: codename) else { return nil }
        uri = site.url(of: site.aptPath(codename, in: channel))
        self.codename = codename
        components = apt.components
        architectures = distribution.architectures
        keyring = apt.keyring
    }

    /// A line for a `.list` file: the form that every apt knows, with the architectures of the site.
    public func line(_ trust: Trust = .keyring) -> String {
        let options =
            ["arch=" + architectures.joined(separator: ",")] + (trust == .keyring ? ["signed-by=" + keyring] : [])
        return "deb [\(options.joined(separator: " "))] \(uri) \(codename) \(components.joined(separator: " "))\n"
    }

    /// A `.sources` file: from apt 1.1 on.
    public var deb822: String { stanza("Signed-By: \(keyring)\n") }

    /// A `.sources` file with the keys inside: from apt 2.3.10 on, which is Ubuntu 22.04 and Debian 12.
    ///
    /// - Parameter keys: The keys of role `apt`.
    public func deb822(embedding keys: ClientKeys) -> String {
        // Lines of a field begin with a blank, an empty one is a dot; apt-secure(8), "user configuration".
        let lines = String(decoding: keys.armoredKeyring, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast().map { $0.isEmpty ? " ." : " " + $0 }
        return stanza("Signed-By:\n" + lines.joined(separator: "\n") + "\n")
    }

    private func stanza(_ signedBy: String) -> String {
        """
        Types: deb
        URIs: \(uri)
        Suites: \(codename)
        Components: \(components.joined(separator: " "))
        Architectures: \(architectures.joined(separator: " "))
        \(signedBy)
        """
    }
}
