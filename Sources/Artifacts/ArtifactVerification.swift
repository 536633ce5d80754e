import DebFormat
public import Diagnostics
public import LinuxIO
import RPMFormat
import Signing

/// What a check of an artifact proved, and what it could not.
public struct ArtifactVerification: Sendable {
    /// One thing that was looked at.
    public struct Check: Sendable, Equatable {
        /// What: `bytes`, `files`, `order`.
        public var name: String
        /// What was found, as half a sentence.
        public var finding: String
        /// Whether it was proven; otherwise the file has nothing to prove it by.
        public var isProven: Bool

        init(_ name: String, _ finding: String, isProven: Bool = true) {
            self.name = name
            self.finding = finding
            self.isProven = isProven
        }
    }

    /// A signature, and what is known of it.
    public struct CheckedSignature: Sendable, Equatable {
        /// What is known.
        public enum Result: String, Sendable {
            /// By a key that the caller named.
            case trusted
            /// By a key that only the file itself names.
            case selfNamed = "self-named"
            /// Nobody named a key to check it with.
            case unchecked
        }

        /// The signature as it says of itself.
        public var signature: ArtifactSignature
        /// What is known.
        public var result: Result
        /// Whether it is a part of the file.
        public var isInside: Bool
    }

    /// What the file says of itself; a Debian package's paths aren't listed.
    public let artifact: Artifact
    /// The blocks of its payload that can be decompressed alone.
    public internal(set) var blocks = 0
    /// The regular files in it.
    public internal(set) var files = 0
    /// What was looked at, in order.
    public internal(set) var checks: [Check] = []
    /// The signatures, inside and beside it.
    public internal(set) var signatures: [CheckedSignature] = []

    /// Whether a key that the caller named vouches for every byte that installing uses.
    public internal(set) var isOriginProven = false

    /// What of the file a change could be in without having been noticed, in words; empty where it is proven whole.
    ///
    /// Members' times in a Debian package and gzip's own header, which mean nothing, are not told.
    public var exceptions: [String] {
        var exceptions: [String] = []
        if signatures.contains(where: { $0.isInside && $0.result == .unchecked }) {
            let isJudged = signatures.contains { $0.result == .trusted }
            exceptions.append(
                isJudged ? "the signatures of keys that you did not name" : "the signatures, which no key proved")
        }
        if checks.contains(where: { !$0.isProven }) { exceptions.append("what is not proven above") }
        return exceptions
    }

    /// Checks a file as far as it can be checked.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - demands: What the caller trusts and demands.
    ///   - threads: How many threads hash and decode where the format allows several.
    /// - Throws: `.integrity`, naming what doesn't hold and where; `.failed` for what can't be read; `.usage` for keys that
    ///   don't fit the format.
    public init(
        of path: String, demands: VerificationDemands = VerificationDemands(), threads: Int = Threads.processorCount
    ) throws(Failure) {
        let opened = try OpenArtifact(path)
        try demands.check(suit: opened.format, path: path)
        let verifier: GPGVerifier?
        if let given = demands.verifier {
            verifier = given
        } else if demands.gpgKeys.isEmpty {
            verifier = nil
        } else {
            verifier = try GPGVerifier(keys: demands.gpgKeys)
        }
        do throws(Failure) {
            switch opened.format {
            case .bin, .configTool: try self.init(installer: opened, demands: demands, threads: threads)
            case .deb: try self.init(deb: DebFile(opened.source), path: opened.path, verifier)
            case .rpm: try self.init(rpm: RPMFile(opened.source), path: opened.path, verifier)
            }
            try checkDetached(opened, demands, verifier)
        } catch {
            throw error.naming(path)
        }
        try demands.check(signatures, of: artifact)
    }

    init(_ artifact: Artifact) { self.artifact = artifact }

    mutating func note(_ name: String, _ finding: String, isProven: Bool = true) {
        checks.append(Check(name, finding, isProven: isProven))
    }
}
