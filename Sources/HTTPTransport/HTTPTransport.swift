private import COpenSSL
private import LinuxIO

/// HTTP and HTTPS for programs that run as root on machines we don't know.
///
/// The exchange is our own HTTP/1.1 over OpenSSL's TLS, not `OSSL_HTTP_transfer`: that client (OpenSSL 3.0,
/// crypto/http/http_client.c) drops the reply of every status but 200, 301 and 302, can't read a chunked body, takes a
/// body that ends early as complete, never authenticates to a proxy for plain HTTP, blocks in name look-ups beyond its
/// time limit, and reports refusal, time-out and DNS failure in one way. What a person must change depends on exactly
/// these.
public enum HTTPTransport {
    /// Shuts out what an environment or a host's configuration could change about TLS and name look-ups.
    ///
    /// Call it first in `main`, before any thread starts and before anything else uses OpenSSL: it removes `OPENSSL_*`,
    /// `SSL_CERT_*` and what glibc's resolver and calendar read from the environment, starts OpenSSL without its configuration file
    /// (a host's openssl.cnf would be loaded with root's rights into a static program that was built for another
    /// system), and keeps glibc from loading the host's name service plug-ins.
    public static func prepareProcess() {
        for entry in System.environment where entry.hasPrefix("OPENSSL_") || entry.hasPrefix("SSL_CERT_") {
            System.unsetEnvironment(String(entry.prefix { $0 != "=" }))
        }
        // By these the C library reads other files, or looks other names up; resolver(5), tzset(3).
        for name in ["RESOLV_HOST_CONF", "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS", "TZDIR"] {
            System.unsetEnvironment(name)
        }
        // A zone's name is an administrator's choice for the agent, any other file's isn't.
        if let zone = System.environment("TZ"),
            zone.hasPrefix(":") || zone.hasPrefix("/") || zone.split(separator: "/").contains("..")
        {
            System.unsetEnvironment("TZ")
        }
        startOpenSSL()
        NameService.useBuiltInSources()
    }

    /// Starts OpenSSL without its configuration file; the first call in a process counts.
    static func startOpenSSL() {
        OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    }
}
