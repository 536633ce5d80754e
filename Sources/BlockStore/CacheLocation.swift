public import LinuxIO

/// Where a user's cache and its key are; XDG Base Directory Specification.
public enum CacheLocation {
    /// The cache's directory when none is named: `$XDG_CACHE_HOME/agentpack`, else `~/.cache/agentpack`.
    ///
    /// - Parameter environment: Looks up a variable.
    /// - Returns: The path, or nil for a user without a home.
    public static func directory(environment: (String) -> String? = System.environment) -> String? {
        base(environment, variable: "XDG_CACHE_HOME", below: ".cache").map { PathText.join($0, "agentpack") }
    }

    /// The file of the cache's key: `$XDG_CONFIG_HOME/agentpack/cache.key`, else below `~/.config`.
    ///
    /// - Parameter environment: Looks up a variable.
    /// - Returns: The path, or nil for a user without a home.
    public static func keyFile(environment: (String) -> String? = System.environment) -> String? {
        base(environment, variable: "XDG_CONFIG_HOME", below: ".config").map {
            PathText.join($0, "agentpack/cache.key")
        }
    }

    private static func base(_ environment: (String) -> String?, variable: String, below: String) -> String? {
        // The specification says to ignore a relative path.
        if let base = environment(variable), base.hasPrefix("/") { return base }
        guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
        return PathText.join(home, below)
    }
}
