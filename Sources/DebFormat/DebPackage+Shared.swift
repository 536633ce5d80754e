extension DebPackage {
    /// Directories that a package may use without listing them: base-files makes them in its postinst and owns none
    /// (`/opt`, those of `/usr/local`), or systemd lists them by the other of two names, `/lib` and `/usr/lib`.
    ///
    /// dpkg removes a directory that only a package that goes lists, so `/opt` would go with it, and warns of one that
    /// isn't empty (`removal_bulk_remove_leftover_dirs`, src/main/remove.c). The package makes them where they are missing.
    public static let sharedDirectories: Set<String> = [
        "/lib", "/lib/systemd", "/lib/systemd/system", "/opt", "/usr/lib/systemd", "/usr/lib/systemd/system-preset",
        "/usr/local", "/usr/local/bin", "/usr/local/lib", "/usr/local/sbin", "/usr/local/share",
    ]

    private static let sharedBytes = Set(sharedDirectories.map { Array($0.utf8) })

    /// Whether a directory is one of these, by its path's bytes.
    static func isShared(_ path: [UInt8]) -> Bool { sharedBytes.contains(path) }
}
