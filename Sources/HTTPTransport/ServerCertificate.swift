internal import COpenSSL
private import Glibc

/// What an X.509 certificate says about itself, for messages.
///
/// The texts come from whoever answered, so characters that could drive a terminal are replaced.
struct ServerCertificate {
    private let certificate: OpaquePointer

    /// Looks into a certificate that somebody else keeps alive.
    init(_ certificate: OpaquePointer) { self.certificate = certificate }

    /// Whether its time is over by this machine's clock.
    var hasExpired: Bool { X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0 }

    /// Whether its time has begun by this machine's clock.
    var hasBegun: Bool { X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 }

    /// The last day of its time, as `2031-01-31`, in UTC.
    var lastDay: String { Self.day(X509_get0_notAfter(certificate)) }

    /// The first day of its time.
    var firstDay: String { Self.day(X509_get0_notBefore(certificate)) }

    /// Who signed it: the issuer's common name, or else its organization.
    var issuer: String? {
        let name = X509_get_issuer_name(certificate)
        for identifier in [NID_commonName, NID_organizationName] {
            var text = [CChar](repeating: 0, count: 128)
            guard X509_NAME_get_text_by_NID(name, identifier, &text, Int32(text.count)) > 0 else { continue }
            return Self.printable(text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
        }
        return nil
    }

    /// The first names and addresses that it is for.
    var names: [String] {
        guard let all = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let list = OpaquePointer(all)
        defer { GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<min(8, max(0, OPENSSL_sk_num(list))) {
            guard let entry = OPENSSL_sk_value(list, index) else { continue }
            var kind: Int32 = 0
            guard
                let value = GENERAL_NAME_get0_value(entry.assumingMemoryBound(to: GENERAL_NAME.self), &kind),
                kind == GEN_DNS || kind == GEN_IPADD
            else { continue }
            let text = value.assumingMemoryBound(to: ASN1_STRING.self)
            let bytes = Array(
                UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text))))
            names.append(kind == GEN_DNS ? Self.printable(bytes) : Self.address(bytes))
        }
        return names
    }

    private static func day(_ time: UnsafePointer<ASN1_TIME>?) -> String {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return "an unknown day" }
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    }

    private static func address(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: bytes.count - 1, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func printable(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.map { $0 < 0x20 || $0 >= 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}
