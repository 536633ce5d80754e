public import Diagnostics
public import LinuxIO

extension BlockCache {
    /// Opens the user's cache as a build wants it: where it can't be had, the build goes on without.
    ///
    /// The secret comes from `AGENTPACK_CACHE_KEY`, else from the key file, which is made at first use.
    ///
    /// - Parameters:
    ///   - path: The directory; nil means the user's own.
    ///   - sizeLimit: The bytes to stay below.
    ///   - environment: Looks up a variable.
    ///   - report: Told of what is odd; on any thread, several at a time.
    /// - Returns: The cache, or nil when it can't be used; `report` knows why.
    /// - Throws: `usage` when the directory or the key isn't the user's alone, or the key isn't one: going on would
    ///   hide it.
    public static func open(
        path: String? = nil, sizeLimit: UInt64 = defaultSizeLimit,
        environment: (String) -> String? = System.environment, report: @escaping @Sendable (CacheNotice) -> Void
    ) throws(Failure) -> BlockCache? {
        guard let path = path ?? CacheLocation.directory(environment: environment) else {
            report(.unavailable(Failure(.failed, "neither XDG_CACHE_HOME nor HOME names a directory")))
            return nil
        }
        let secret = try secret(environment: environment, report: report)
        do throws(Failure) {
            return try BlockCache(path: path, secret: secret, sizeLimit: sizeLimit, report: report)
        } catch {
            if error.code == .usage { throw error }
            report(.unavailable(error))
            return nil
        }
    }

    private static func secret(
        environment: (String) -> String?, report: (CacheNotice) -> Void
    ) throws(Failure) -> CacheSecret {
        if let digits = environment(CacheSecret.variable) { return try CacheSecret(digits: digits) }
        do throws(Failure) {
            guard let file = CacheLocation.keyFile(environment: environment) else {
                throw Failure(.failed, "neither XDG_CONFIG_HOME nor HOME names a directory")
            }
            return try CacheSecret.file(file)
        } catch {
            if error.code == .usage { throw error }
            report(.keyNotKept(error))
            return try CacheSecret.random()
        }
    }
}
