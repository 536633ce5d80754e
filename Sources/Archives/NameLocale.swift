import Glibc

/// The locale in which libarchive converts member names: UTF-8, whatever the user's is.
///
/// pax headers and zip flags say that a name is UTF-8; libarchive converts such a name to the calling thread's character
/// set, and in the C locale it can't. Names without such a mark come as the bytes they are.
enum NameLocale {
    /// newlocale(3) of `C.UTF-8`, which glibc has built in since 2.35 and Debian has always shipped.
    ///
    /// It is made once, never changed and never freed, so threads may share it.
    nonisolated(unsafe) private static let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    /// Calls libarchive with that locale on the current thread only; uselocale(3).
    static func run<Result>(_ body: () -> Result) -> Result {
        guard let utf8 else { return body() }
        let previous = uselocale(utf8)
        defer { uselocale(previous) }
        return body()
    }
}
