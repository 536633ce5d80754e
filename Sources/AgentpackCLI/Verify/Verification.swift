import BinFormat
import Diagnostics
import JSON
import LinuxIO
import SetupPlan
import Signing

/// What a check proved, and what it could not.
struct Verification: TwoFormReport {
    private let path: String
    private let size: UInt64
    private let blocks: Int
    private let files: Int
    private let product: ProductIdentity
    private let fingerprint: String?
    private let isPinned: Bool

    /// Makes the report of a file that passed.
    ///
    /// - Parameters:
    ///   - verified: The file.
    ///   - path: Its path.
    ///   - trusted: The key whose signature was found, where one was named.
    init(_ verified: borrowing VerifiedBinFile, path: String, trusted: PublicKey?) {
        self.path = path
        size = verified.file.size
        blocks = verified.file.plan.blocks.count
        files = verified.file.plan.entries.count { if case .file = $0.content { true } else { false } }
        product = verified.file.plan.product
        fingerprint = verified.file.trailer.signature?.fingerprint
        isPinned = trusted != nil
    }

    private var signature: String {
        guard let fingerprint else { return "NONE: the file is not signed" }
        return isPinned
            ? "by the key that you named, \(fingerprint)"
            : "by \(fingerprint), a key that only the file itself names"
    }

    private var conclusion: String {
        isPinned
            ? "Proven: the file is whole, and its maker has the private part of the key that you named."
            : "Proven: the file is whole. Not proven: who made it. Name the key that you trust with --key."
    }

    var text: String {
        [
            "\(PathText.display(path)): \(product.title) \(product.fullVersion)",
            "  bytes      all \(size) are as the file's own digests say",
            "  files      \(files) in \(counted(blocks, "block")) decoded; each has the SHA-256 of the plan",
            "  signature  \(signature)",
            conclusion,
        ].joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            "blocks": .integer(Int64(blocks)),
            "file": .string(path),
            "files": .integer(Int64(files)),
            "name": .string(product.name),
            "origin_proven": .bool(isPinned),
            "release": .integer(Int64(product.release)),
            "schema": 1,
            "signed": .bool(fingerprint != nil),
            "signer": fingerprint.map { .string($0) },
            "size": .integer(Int64(clamping: size)),
            "verified": true,
            "version": .string(product.version),
        ])
    }

    /// The JSON of a file that failed.
    static func json(of failure: Failure, path: String) -> JSONValue {
        .object([
            "cause": failure.cause.map { .string($0) }, "error": .string(failure.message), "file": .string(path),
            "schema": 1, "verified": false,
        ])
    }
}
