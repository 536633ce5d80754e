/// The names in a YUM repository.
public enum RepositoryFileNames {
    /// The directory of metadata.
    public static let directory = "repodata"
    /// What clients fetch first.
    public static let index = "repodata/repomd.xml"
    /// Its signature.
    public static let signature = "repodata/repomd.xml.asc"
    /// The public keys that made it, armored; zypper offers them when it knows none (libzypp's `DownloadMasterIndexLogic`).
    public static let key = "repodata/repomd.xml.key"
}
