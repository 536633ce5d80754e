import ByteIO
import Diagnostics
import Digests
import LinuxIO
import SetupPlan
import Signing

/// Gives finished artifacts their other names, checksum files and detached signatures.
struct ArtifactFinisher {
    private let signing: ArtifactSigning
    /// The files that were written, in the order in which they are to appear.
    private(set) var groups: [OutputSet.Group] = []

    init(signing: ArtifactSigning) { self.signing = signing }

    /// Finishes one artifact.
    ///
    /// - Parameters:
    ///   - format: What it is.
    ///   - package: The native package in it.
    ///   - names: Its names; it is there under the first.
    ///   - staging: Where it is.
    mutating func finish(
        _ format: PackageFormat, package: String?, names: [String], in staging: borrowing Directory
    ) throws(Failure) -> BuiltArtifact {
        let file = SharedFile(try staging.file(names[0]))
        let source = try file.source()
        let digest = SHA256()
        try source.forEachPiece { digest.update($0) }
        let sum = digest.finish()
        var isSigned = format == .bin ? signing.program != nil : false
        var signature: [UInt8]?
        if let signer = signing.openPGP {
            isSigned = true
            // rpm has a place for its signatures in the file.
            if format != .rpm { signature = try signer.armored(source.part(0..<source.size, name: names[0])) }
        }
        var files: [BuiltFile] = []
        for name in names {
            if name != names[0] { try Self.link(names[0], as: name, in: staging) }
            var companions = [
                try Self.write(Array("\(sum.hex)  \(name)\n".utf8), to: name + BuiltFile.digestSuffix, in: staging)
            ]
            if let signature {
                companions.append(try Self.write(signature, to: name + BuiltFile.signatureSuffix, in: staging))
            }
            groups.append(OutputSet.Group(artifact: name, companions: companions.map(\.name)))
            files.append(BuiltFile(name: name, size: source.size, digest: sum, companions: companions))
        }
        return BuiltArtifact(format: format, package: package, files: files, isSigned: isSigned)
    }

    private static func write(
        _ bytes: [UInt8], to name: String, in staging: borrowing Directory
    ) throws(Failure) -> BuiltFile {
        let file = try StagedFile(replacing: name, in: staging, mode: 0o644)
        try file.write(bytes)
        try file.commit()
        return BuiltFile(name: name, size: UInt64(bytes.count), digest: SHA256.digest(bytes))
    }

    /// Gives a file a second name, or makes a copy where the file system has no hard links.
    private static func link(_ name: String, as other: String, in staging: borrowing Directory) throws(Failure) {
        if try staging.makeHardLink(name, as: other) { return }
        let source = try staging.file(name)
        let target = try StagedFile(replacing: other, in: staging, mode: 0o755)
        while true {
            let piece = try source.read(upTo: 1 << 20)
            if piece.isEmpty { break }
            try target.write(piece)
        }
        try target.commit()
    }
}
