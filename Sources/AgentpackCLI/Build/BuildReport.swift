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
    private let built: BuiltInstaller
    private let plan: InstallPlan
    private let warnings: [String]
    private let milliseconds: UInt64

    /// Makes a report.
    init(_ built: BuiltInstaller, plan: InstallPlan, warnings: [String], nanoseconds: UInt64) {
        self.built = built
        self.plan = plan
        self.warnings = warnings
        milliseconds = nanoseconds / 1_000_000
    }

    private var fingerprint: String? { built.trailer.signature?.fingerprint }

    private func path(_ file: BuiltFile) -> String { PathText.join(built.directory, file.name) }

    var text: String {
        var lines: [String] = []
        for (index, file) in built.files.enumerated() {
            lines.append((index == 0 ? "made       " : "also       ") + PathText.display(path(file)))
        }
        if let file = built.files.first {
            lines.append("size       \(ByteSize.text(file.size)) (\(file.size) bytes)")
            lines.append("sha256     \(file.digest.hex)")
        }
        lines.append("signed by  \(fingerprint ?? "nobody")")
        let packing = built.packing
        lines.append(
            "packed     \(ByteSize.text(packing.bytes)) in \(counted(packing.totalBlocks, "block")), "
                + "\(packing.cachedBlocks) from the cache")
        let tenths = (milliseconds + 50) / 100
        lines.append("time       \(tenths / 10).\(tenths % 10) s")
        return lines.joined(separator: "\n")
    }

    var json: JSONValue {
        .object([
            "blocks": .integer(Int64(built.packing.totalBlocks)),
            "cached_blocks": .integer(Int64(built.packing.cachedBlocks)),
            "content_size": .integer(Int64(clamping: built.packing.bytes)),
            "files": .array(
                built.files.map { file in
                    .object([
                        "path": .string(path(file)), "sha256": .string(file.digest.hex),
                        "size": .integer(Int64(clamping: file.size)),
                    ])
                }),
            "milliseconds": .integer(Int64(clamping: milliseconds)),
            "name": .string(plan.product.name),
            "release": .integer(Int64(plan.product.release)),
            "schema": 1,
            "signed": .bool(fingerprint != nil),
            "signer": fingerprint.map { .string($0) },
            "version": .string(plan.product.version),
            "warnings": .array(warnings.map { .string($0) }),
        ])
    }
}
