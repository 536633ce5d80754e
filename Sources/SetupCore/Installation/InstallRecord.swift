public import Diagnostics
import Digests
import JSON
public import LinuxIO

/// What an installer made on this machine that no plan lists, kept in `versions/install.json`.
///
/// Uninstalling removes what is recorded here and in the plans of the versions, and nothing else.
public struct InstallRecord: Sendable, Equatable {
    /// The product's name.
    public var product: String
    /// The active version with its release.
    public var version: String
    /// The version before, kept for a way back.
    public var previous: String?
    /// The signer's Ed25519 public key; nil for an unsigned installer.
    public var publicKey: [UInt8]?
    /// The links made in the product root.
    public var topLinks: [String]
    /// Absolute paths of the product's own directories and of those made above them, outermost first.
    public var createdDirectories: [String]
    /// Absolute paths of the service's files and links.
    public var serviceFiles: [String]
    /// Whether the service was enabled and, where it was to be, started: done once, later the administrator's choice stands.
    public var isServiceSettled: Bool

    /// Makes a record.
    public init(
        product: String, version: String, previous: String? = nil, publicKey: [UInt8]? = nil, topLinks: [String] = [],
        createdDirectories: [String] = [], serviceFiles: [String] = [], isServiceSettled: Bool = false
    ) {
        self.product = product
        self.version = version
        self.previous = previous
        self.publicKey = publicKey
        self.topLinks = topLinks
        self.createdDirectories = createdDirectories
        self.serviceFiles = serviceFiles
        self.isServiceSettled = isServiceSettled
    }

    /// Reads the record of an installation.
    ///
    /// - Parameter root: The product root.
    /// - Returns: The record, or nil when there is none.
    /// - Throws: `.failed` when it can't be read as one.
    public static func read(in root: borrowing Directory) throws(Failure) -> InstallRecord? {
        guard try root.status(Layout.versions)?.kind == .directory, try root.status(Layout.record) != nil else {
            return nil
        }
        let name = PathText.join(root.path, Layout.record)
        let text = try root.file(Layout.record, .nonBlocking).readToEnd(limit: 1 << 20)
        guard let json = try? JSONValue(parsing: text, name: name), let record = InstallRecord(json) else {
            throw Failure(
                .failed, "\(name) is not an installation's record",
                hints: ["Uninstall, which works without it, and install again; the settings are kept."])
        }
        return record
    }

    /// Writes the record, whole or not at all.
    ///
    /// - Parameter root: The product root.
    public func write(in root: borrowing Directory) throws(Failure) {
        let file = try StagedFile(replacing: Layout.record, in: root, mode: 0o644)
        try file.write(json.text(pretty: true) + "\n")
        try file.commit()
    }

    private var json: JSONValue {
        func list(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
        return .object([
            "schema": 1, "product": .string(product), "version": .string(version),
            "previous": previous.map { .string($0) },
            "public_key": publicKey.map { .string(Hexadecimal.text($0)) }, "top_links": list(topLinks),
            "created_directories": list(createdDirectories), "service_files": list(serviceFiles),
            "service_settled": .bool(isServiceSettled),
        ])
    }

    private init?(_ json: JSONValue) {
        guard case .object(let object) = json, object["schema"] == 1 else { return nil }
        func text(_ key: String) -> String? {
            if case .string(let text)? = object[key] { text } else { nil }
        }
        func list(_ key: String) -> [String]? {
            guard case .array(let elements)? = object[key] else { return nil }
            return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
        }
        guard let product = text("product"), let version = text("version"), let topLinks = list("top_links"),
            let created = list("created_directories"), let service = list("service_files")
        else { return nil }
        self.init(
            product: product, version: version, previous: text("previous"),
            publicKey: text("public_key").flatMap(Hexadecimal.bytes), topLinks: topLinks, createdDirectories: created,
            serviceFiles: service, isServiceSettled: object["service_settled"] == true)
    }
}
