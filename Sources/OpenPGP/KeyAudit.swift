public import Diagnostics

/// What the clients of package repositories would say of a public key, as far as the key itself shows it.
///
/// Nothing is verified: a self-signature is taken for what it claims to be, but for the two bytes of its digest.
public struct KeyAudit: Sendable {
    /// What a key is for.
    public enum Role: String, Sendable, CaseIterable {
        /// Signs the metadata of APT repositories.
        case apt
        /// Signs RPM packages and `repomd.xml`.
        case rpm
    }

    /// How bad it is.
    public enum Severity: String, Sendable, CaseIterable, Comparable {
        /// Nothing to say.
        case ok
        /// Works today, or in part.
        case warn
        /// The client refuses the key or what it signs.
        case refuse

        /// Orders by how bad it is.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What a finding is about.
    public enum Topic: String, Sendable, CaseIterable {
        /// The version of the key's format.
        case format
        /// The key's algorithm and size.
        case algorithm
        /// The signatures that bind names and subkeys.
        case binding
        /// When it is valid.
        case life
        /// Who signs: the primary key or a subkey.
        case abilities
        /// The file's form, and how many keys it has.
        case file
        /// Nothing.
        case nothing
    }

    /// One statement about one key, or about the file.
    public struct Finding: Sendable, Equatable {
        /// Who would say so.
        public let family: ClientFamily
        /// What it is about.
        public let topic: Topic
        /// How bad it is.
        public let severity: Severity
        /// The fingerprint of the key that it is about; nil for the file.
        public let key: String?
        /// What it is, in our words.
        public let message: String
        /// The client's own words, where they are known.
        public let words: String?
        /// Where that is known from: an issue, a source file or a configuration file.
        public let source: String?
    }

    /// The keys of the file.
    public let certificates: [Certificate]
    /// At least one finding for each family of clients that the roles concern.
    public private(set) var findings: [Finding] = []
    /// When the audit is made, in seconds since 1970.
    let now: UInt64
    /// The families that the roles concern.
    let families: [ClientFamily]

    /// The worst of the findings.
    public var worst: Severity { findings.map(\.severity).max() ?? .ok }

    /// Audits a key file.
    ///
    /// - Parameters:
    ///   - file: The file's bytes, armored or binary.
    ///   - name: What it is, for messages.
    ///   - roles: What its keys are for.
    ///   - now: The time, in seconds since 1970.
    /// - Throws: `.integrity`, with the offset, for a damaged file; `.usage` for one that holds no public key.
    public init(_ file: [UInt8], name: String, roles: [Role], now: UInt64) throws(Failure) {
        certificates = try Certificate.read(file, name: name)
        self.now = now
        families = ClientFamily.allCases.filter { roles.contains($0.role) }
        checkFile(file)
        for certificate in certificates { check(certificate) }
        for family in families where !findings.contains(where: { $0.family == family }) {
            findings.append(
                Finding(
                    family: family, topic: .nothing, severity: .ok, key: nil, message: "nothing to say", words: nil,
                    source: nil))
        }
    }

    /// What is said of one thing.
    struct Remark {
        let severity: Severity
        let message: String
        var words: String?
        var source: String?

        static func refuse(_ message: String, words: String? = nil, source: String? = nil) -> Remark {
            Remark(severity: .refuse, message: message, words: words, source: source)
        }

        static func warn(_ message: String, words: String? = nil, source: String? = nil) -> Remark {
            Remark(severity: .warn, message: message, words: words, source: source)
        }
    }

    /// Asks each family what it says of one thing.
    mutating func ask(_ key: PublicKeyPacket?, _ topic: Topic, _ answer: (ClientFamily) -> Remark?) {
        for family in families {
            guard let remark = answer(family) else { continue }
            findings.append(
                Finding(
                    family: family, topic: topic, severity: remark.severity, key: key?.fingerprint,
                    message: remark.message, words: remark.words, source: remark.source))
        }
    }

    private mutating func check(_ certificate: Certificate) {
        let key = certificate.primary
        ask(key, .format) { Self.version(key, $0) }
        ask(key, .algorithm) { Self.algorithm(key, $0) }
        checkSelfSignatures(certificate)
        checkLife(certificate)
        checkAbilities(certificate)
    }
}

/// Clients that judge keys alike.
public enum ClientFamily: String, Sendable, CaseIterable {
    /// apt with gpgv.
    case aptGPGV = "apt-gpgv"
    /// apt with sqv.
    case aptSQV = "apt-sqv"
    /// rpm 4.11 with NSS.
    case enterprise7 = "rpm-el7"
    /// rpm 4.14 with its own OpenPGP code.
    case enterprise8 = "rpm-el8"
    /// The same in FIPS mode.
    case enterprise8FIPS = "rpm-el8-fips"
    /// rpm 4.16 with its own OpenPGP code.
    case enterprise9 = "rpm-el9"
    /// The same in FIPS mode.
    case enterprise9FIPS = "rpm-el9-fips"
    /// rpm with Sequoia.
    case sequoia = "rpm-sequoia"
    /// zypper: rpm's own OpenPGP code and gpg.
    case zypper

    /// Which systems that is.
    public var title: String {
        switch self {
        case .aptGPGV: "apt with gpgv: Debian 12, Ubuntu 24.04 and older"
        case .aptSQV: "apt with sqv: Debian 13 and newer"
        case .enterprise7: "rpm 4.11: EL7"
        case .enterprise8: "rpm 4.14: EL8"
        case .enterprise8FIPS: "rpm 4.14 in FIPS mode: EL8"
        case .enterprise9: "rpm 4.16: EL9"
        case .enterprise9FIPS: "rpm 4.16 in FIPS mode: EL9"
        case .sequoia: "rpm with Sequoia: Fedora 38, EL10, rpm 6 and newer"
        case .zypper: "zypper: SUSE"
        }
    }

    /// What a key must be for to reach these clients.
    public var role: KeyAudit.Role {
        switch self {
        case .aptGPGV, .aptSQV: .apt
        default: .rpm
        }
    }

    /// Whether Sequoia judges.
    var isSequoia: Bool { self == .aptSQV || self == .sequoia }
    /// Whether it is EL9.
    var isEnterprise9: Bool { self == .enterprise9 || self == .enterprise9FIPS }
    /// Whether rpm reads OpenPGP with its own code.
    var hasOwnParser: Bool { role == .rpm && self != .sequoia }
}
