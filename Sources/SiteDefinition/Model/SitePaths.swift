/// Where everything is, below `url` and below the docroot alike: paths without a leading slash.
///
/// These are the documented ones, which are on clients' machines: none may ever change.
extension SiteDefinition {
    /// The directory of a channel, with a slash at its end; empty for the first.
    public func base(of channel: Channel) -> String {
        channel.name == firstChannel.name ? "" : "channels/\(channel.name)/"
    }

    /// The APT repository of a codename, to which paths in `Filename` are relative.
    public func aptPath(_ codename: String, in channel: Channel) -> String {
        base(of: channel) + "apt-\(codename)"
    }

    /// The directory of the YUM repositories, above `$basearch`.
    public func yumPath(in channel: Channel) -> String { base(of: channel) + "yum" }

    /// The directory of keys, `.repo` files and installers.
    public func prefixPath(in channel: Channel) -> String { base(of: channel) + prefix }

    /// The file with the public keys of the role `apt`; one for all channels, at the site's root.
    public var aptKeyPath: String? { apt.map { "\(prefix)/\($0.keyFile)" } }

    /// The file with one public key of the role `rpm`; one for all channels, at the site's root.
    public func rpmKeyPath(_ key: SiteKey) -> String { "\(prefix)/\(key.fileName)" }

    /// A product's `.repo` file.
    public func repoFilePath(_ product: SiteProduct, in channel: Channel) -> String {
        prefixPath(in: channel) + "/\(product.name).repo"
    }

    /// The newest self-extracting installer of a product.
    public func installerPath(_ product: SiteProduct, in channel: Channel) -> String {
        prefixPath(in: channel) + "/\(product.name).bin"
    }

    /// The self-extracting installer of a version; `.sha256` and `.asc` lie beside it.
    public func installerPath(_ product: SiteProduct, version: String, in channel: Channel) -> String {
        prefixPath(in: channel) + "/\(product.name)/\(version)/\(product.name)-\(version).bin"
    }

    /// The URL of a path.
    public func url(of path: String) -> String { "\(url)/\(path)" }

    /// The id of a product's repository in `.repo` files.
    public func repositoryID(of product: SiteProduct, in channel: Channel) -> String {
        let id = yum?.id ?? product.name
        return channel.name == firstChannel.name ? id : "\(id)-\(channel.name)"
    }

    /// The name of a product's repository in `.repo` files.
    public func repositoryTitle(of product: SiteProduct, in channel: Channel) -> String {
        let title = yum?.title ?? product.title
        return channel.name == firstChannel.name ? title : "\(title) (\(channel.name))"
    }
}
