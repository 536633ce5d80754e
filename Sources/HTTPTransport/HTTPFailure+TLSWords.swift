private import LinuxIO

extension HTTPFailure {
    /// Words for certificates that don't hold.
    var certificateWords: (String, [String]) {
        switch kind {
        case .certificateUntrusted(let reason, let issuer):
            return (
                "the server's certificate is not trusted: \(reason)"
                    + (issuer.map { "; it was issued by \($0)" } ?? ""),
                [
                    "If the server, or a proxy that inspects TLS, has a private CA, give that CA's certificate as a PEM "
                        + "file (ca_file).",
                    "Otherwise update this machine's CA certificates (package ca-certificates).",
                ]
            )
        case .certificateWrongName(let names):
            let list = names.isEmpty ? "no name" : names.joined(separator: ", ")
            return (
                "the server's certificate is for another name: it holds \(list)",
                ["Use a name that the certificate holds, or have the server's certificate corrected."]
            )
        case .certificateExpired(let owner, let day):
            return (
                "\(Self.words(for: owner)) has expired: it was valid until \(day), and this machine's clock says "
                    + Self.today,
                ["If that is not today's date, set this machine's clock. Otherwise the certificate must be renewed."]
            )
        case .certificateNotYetValid(let owner, let day):
            return (
                "\(Self.words(for: owner)) is not valid yet: it is valid from \(day), and this machine's clock says "
                    + Self.today,
                ["If that is not today's date, set this machine's clock. Otherwise have the certificate corrected."]
            )
        default: return ("", [])
        }
    }

    /// Words for TLS that fails for other reasons than the certificate, and for CA certificates that can't be used.
    var tlsWords: (String, [String]) {
        switch kind {
        case .tls(let reason):
            return (
                "TLS failed: \(reason)",
                ["Check the port, that it speaks TLS 1.2 or newer, and that the URL starts with the right scheme."]
            )
        case .noTrustStore(nil):
            return (
                "this machine has no CA certificates to check the server with",
                ["Install the package ca-certificates, or give a CA certificate as a PEM file (ca_file)."]
            )
        case .noTrustStore(let path?):
            return (
                "this machine's CA certificates in \(path) can't be used: the file is empty or damaged",
                ["Make it again (update-ca-certificates, update-ca-trust), or give a PEM file (ca_file)."]
            )
        case .trustFile(let path, let reason):
            return (
                "the CA certificate file \(path) can't be used: \(reason)",
                ["Give a readable file with the CA's certificates in PEM form."]
            )
        default: return ("", [])
        }
    }

    private static func words(for owner: CertificateOwner) -> String {
        switch owner {
        case .server: "the server's certificate"
        case .authority: "the certificate of the CA that vouches for the server"
        }
    }

    private static var today: String { String(UTCTime(seconds: System.now).text.prefix(10)) }
}
