import Glibc
import LinuxIO
import Testing

@testable import HTTPTransport

struct TrustStoreTests {
    @Test func `no bundle and no private CA is a failure of its own`() throws {
        #expect(throws: HTTPFailure.Kind.noTrustStore(damaged: nil)) {
            try TrustStore(privateCAFile: nil, systemBundles: ["/no/such/bundle.pem"])
        }
    }

    @Test func `the first bundle that can be read is used`() throws {
        let bundle = try Certificates.path("ca.pem")
        let store = try TrustStore(privateCAFile: nil, systemBundles: ["/no/such/bundle.pem", bundle])
        withExtendedLifetime(store) {}
    }

    @Test func `variables that steer OpenSSL are removed`() async {
        await #expect(processExitsWith: .success) {
            setenv("OPENSSL_CONF", "/no/such.cnf", 1)
            setenv("SSL_CERT_FILE", "/no/such.pem", 1)
            setenv("SSL_CERT_DIR", "/no/such", 1)
            setenv("OPENSSLISH", "stays", 1)
            HTTPTransport.prepareProcess()
            let left = System.environment.filter { $0.hasPrefix("OPENSSL") || $0.hasPrefix("SSL_CERT") }
            exit(left == ["OPENSSLISH=stays"] ? 0 : 1)
        }
    }
}
