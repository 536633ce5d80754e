import Building
import Digests
import JSON
import LinuxIO
import Planning
import Product
import SetupPlan
import Signing

/// What a build made.
struct BuildReport: TwoFormReport {
    private let built: BuiltArtifacts
    private let plan: InstallPlan
    private let warnings: [String]
    private let milliseconds: UInt64
    /// The fingerprint of the OpenPGP key that signed, where one did.
    private let openPGP: String?

    /// Makes a report.
    init(_ built: BuiltArtifacts, plan: InstallPlan, openPGP: String?, warnings: [String], nanoseconds: UInt64) {
        self.openPGP = openPGP
        self.built = built
        self.plan = plan
        self.warnings = warnings
        milliseconds = nanoseconds / 1_000_000
    }

    private var fingerprint: String? { built.trailer?.signature?.fingerprint }

    private func signers(of artifact: BuiltArtifact) -> String {
        let names = [artifact.format == .bin ? fingerprint : nil, artifact.isSigned ? openPGP : nil].compactMap { $0 }
        return names.isEmpty ? "nobody" : names.joined(separator: ", ")
    }

    private func path(_ file: BuiltFile) -> String { PathText.join(built.directory, file.name) }

    var text: String {
        var lines: [String] = []
        for artifact in built.artifacts {
            for (index, file) in artifact.files.enumerated() {
                lines.append((index == 0 ? "made       " : "also       ") + PathText.display(path(file)))
            }
            if let file = artifact.files.first {
                lines.append("size       \(ByteSize.text(file.size)) (\(file.size) bytes)")
                lines.append("sha256     \(file.digest.hex)")
            }
            lines.append("signed by  \(signers(of: artifact))")
        }
        let packing = built.packing
        lines.append(
            "packed     \(ByteSize.text(packing.bytes)) in \(counted(packing.totalBlocks, "block")), "
                + "\(packing.cachedBlocks) from the cache")
        let tenths = (milliseconds + 50) / 100
        lines.append("time       \(tenths / 10).\(tenths % 10) s")
        return lines.joined(separator: "\n")
    }

    /// Every file of an artifact, each of its names with what is beside it.
    private func files(of artifact: BuiltArtifact) -> [JSONValue] {
        artifact.files.flatMap { file -> [JSONValue] in
            var object = object(file)
            object["format"] = .string(artifact.format.rawValue)
            object["package"] = artifact.package.map { .string($0) }
            object["signed"] = .bool(artifact.isSigned)
            var values = [JSONValue.object(object)]
            for companion in file.companions {
                var object = self.object(companion)
                object["of"] = .string(path(file))
                values.append(.object(object))
            }
            return values
        }
    }

    private func object(_ file: BuiltFile) -> JSONObject {
        [
            "path": .string(path(file)), "sha256": .string(file.digest.hex),
            "size": .integer(Int64(clamping: file.size)),
        ]
    }

    var json: JSONValue {
        .object([
            "blocks": .integer(Int64(built.packing.totalBlocks)),
            "cached_blocks": .integer(Int64(built.packing.cachedBlocks)),
            "content_size": .integer(Int64(clamping: built.packing.bytes)),
            "files": .array(built.artifacts.flatMap(files(of:))),
            "milliseconds": .integer(Int64(clamping: milliseconds)),
            "name": .string(plan.product.name),
            "openpgp_signer": openPGP.map { .string($0) },
            "release": .integer(Int64(plan.product.release)),
            "schema": 1,
            "signed": .bool(fingerprint != nil),
            "signer": fingerprint.map { .string($0) },
            "version": .string(plan.product.version),
            "warnings": .array(warnings.map { .string($0) }),
        ])
    }
}
