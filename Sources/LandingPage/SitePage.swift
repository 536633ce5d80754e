/// What a site's `index.html` says: what is published, how it is installed on each system, by which keys it is signed.
///
/// Everything comes from the site's definition and its published metadata; texts come from `templates/landing`. The same
/// page always has the same bytes. Paths are relative to the top of the site, without a leading slash.
public struct SitePage: Sendable {
    /// The site's name for people.
    public var title: String
    /// What the site is for: paragraphs.
    public var introduction: [String] = []
    /// The site's URL, without a slash at the end: what commands say.
    public var url: String
    /// The directory with the page and the repositories: empty, or a channel's.
    public var directory = ""
    /// When the site changed last, in seconds since 1970.
    public var updated: Int64
    /// The channel that the page is about; nil for the one that everybody uses.
    public var channel: String?
    /// Pages of other channels.
    public var channels: [Link] = []
    /// Documentation, support and the like.
    public var links: [Link] = []
    /// The APT repositories, one a code name.
    public var apt: APT?
    /// The YUM repository.
    public var yum: YUM?
    /// What is published.
    public var products: [Product]

    /// Takes what every page says.
    public init(title: String, url: String, updated: Int64, products: [Product]) {
        self.title = title
        self.url = url
        self.updated = updated
        self.products = products
    }

    /// Another page.
    public struct Link: Sendable {
        /// What it is called.
        public var title: String
        /// A path, or a URL with `https:` or `http:`.
        public var target: String

        /// Takes title and target.
        public init(title: String, target: String) {
            self.title = title
            self.target = target
        }
    }
}
