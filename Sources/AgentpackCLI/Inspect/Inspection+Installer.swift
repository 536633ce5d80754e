import Artifacts
import LinuxIO
import Product
import SetupPlan

extension Inspection {
    /// What stands before the lists of an installer or config tool.
    static func rows(_ installer: InstallerDetail, of artifact: Artifact) -> [Table.Row] {
        let (plan, trailer) = (installer.plan, installer.trailer)
        let product = plan.product
        let license = plan.license.map { $0.mustAccept ? "must be accepted" : "is shown" }
        let service = plan.service.map { "as \($0.user), restart \($0.restart.rawValue)" }
        let stored = plan.configuration.map { "\($0.path) (\($0.format.rawValue))" }
        let entries = "\(plan.entries.count) entries, \(ByteSize.text(artifact.installedSize))"
        return [
            Table.Row("product", "\(product.title) (\(product.name))"),
            Table.Row("version", "\(product.fullVersion) for \(product.architecture)"),
            Table.Row("vendor", product.vendor),
            Table.Row("made by", "\(plan.generator), content of \(UTCTime(clamping: product.timestamp).text)"),
            Table.Row("signed by", trailer.signature?.fingerprint ?? "nobody"),
            Table.Row("program", bytes(trailer.headLength)),
            Table.Row("payload", payload(installer)),
            Table.Row("plan", bytes(trailer.planLength)),
            Table.Row("installs", "\(entries), in \(plan.paths.root)"),
            Table.Row("config tool", plan.configTool),
            Table.Row("licence", license ?? "no text to show"),
            Table.Row("service", service ?? "none"),
            Table.Row("agent", plan.agent?.command.joined(separator: " ") ?? "none"),
            Table.Row(
                "settings", plan.settings.isEmpty ? "none" : plan.settings.map(\.id).joined(separator: ", ")),
            Table.Row("stored in", stored ?? "no file"),
        ]
    }

    private static func payload(_ installer: InstallerDetail) -> String {
        if installer.trailer.payloadLength == 0 { return "none: this is the installed config tool" }
        return "\(bytes(installer.trailer.payloadLength)) in \(counted(installer.plan.blocks.count, "block")), "
            + "\(ByteSize.text(installer.contentSize)) of content"
    }
}

extension InstallerDetail {
    /// Bytes of all blocks when decompressed; readers refuse sums that overflow.
    var contentSize: UInt64 { plan.blocks.reduce(0) { $0.addingReportingOverflow($1.contentSize).partialValue } }
}

extension UTCTime {
    /// A time that a file states; absurd ones become the years 1 or 9999.
    init(clamping seconds: Int64) { self.init(seconds: min(max(seconds, -62_135_596_800), 253_402_300_799)) }
}
