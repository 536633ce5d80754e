import BinFormat
import Diagnostics
import Digests
import JSON
import SetupPlan
public import XZ

extension Artifact {
    /// Describes an installer or config tool.
    ///
    /// - Parameters:
    ///   - file: The file, with its trailer and plan checked.
    ///   - path: The path it was opened by.
    /// - Throws: `.integrity` for a block whose header isn't ours.
    init(_ file: borrowing BinFile, path: String) throws(Failure) {
        let (plan, trailer) = (file.plan, file.trailer)
        let chains: [XZFilterChain]
        do throws(Failure) {
            chains = try file.filterChains()
        } catch {
            throw error.located("in the payload, which starts at byte \(trailer.headLength)")
        }
        self.path = path
        format = file.isConfigTool ? .configTool : .bin
        size = file.size
        identity = ArtifactIdentity(
            name: plan.product.name, version: plan.product.fullVersion, architecture: plan.product.architecture,
            summary: plan.product.description, homepage: plan.product.homepage)
        fields = Self.fields(of: plan)
        entries = plan.entries.map { ArtifactEntry($0, time: plan.product.timestamp) }
        let planOffset = trailer.headLength + trailer.payloadLength
        parts = [
            ArtifactPart("head", offset: 0, size: trailer.headLength),
            ArtifactPart("payload", offset: trailer.headLength, size: trailer.payloadLength),
            ArtifactPart("plan", offset: planOffset, size: trailer.planLength),
            ArtifactPart("trailer", offset: planOffset + trailer.planLength, size: UInt64(Trailer.byteCount)),
        ].filter { $0.size > 0 }
        statements = [
            ArtifactStatement("head", "sha256", trailer.headDigest.hex),
            ArtifactStatement("plan", "sha256", trailer.planDigest.hex),
        ]
        if !file.isConfigTool { statements.append(ArtifactStatement("frame", "sha256", plan.frame.hex)) }
        signatures = trailer.signature.map { [ArtifactSignature($0)] } ?? []
        compression = ArtifactCompression(
            file.isConfigTool ? "" : "xz",
            blocks: zip(plan.blocks, chains).map { block, chain in
                ArtifactCompression.Block(
                    storedSize: block.storedSize, contentSize: block.contentSize, filters: chain.words)
            })
        installer = InstallerDetail(trailer: trailer, plan: plan, chains: chains)
    }

    /// The plan without its lists of paths and blocks: each key with its value, objects and settings taken apart.
    private static func fields(of plan: Plan) -> [ArtifactField] {
        guard case .object(let object) = plan.json else { return [] }
        var fields: [ArtifactField] = []
        for (key, value) in object.members where !["entries", "blocks", "frame", "schema"].contains(key) {
            switch value {
            case .object(let inner):
                fields += inner.members.map { ArtifactField("\(key).\($0.key)", plain($0.value)) }
            case .array(let items) where key == "settings":
                for (index, item) in items.enumerated() {
                    guard case .object(let setting) = item, case .string(let id)? = setting["id"] else {
                        fields.append(ArtifactField("\(key).\(index)", plain(item)))
                        continue
                    }
                    fields.append(ArtifactField("\(key).\(id)", plain(item)))
                }
            default: fields.append(ArtifactField(key, plain(value)))
            }
        }
        return fields
    }

    private static func plain(_ value: JSONValue) -> String {
        if case .string(let text) = value { return text }
        return value.text()
    }
}

extension ArtifactEntry {
    /// A path of a plan.
    init(_ entry: Entry, time: Int64) {
        switch entry.content {
        case .directory:
            self.init(path: entry.path, kind: .directory, mode: entry.mode, owner: entry.owner, group: entry.group)
        case .file(let size, let digest, _, _):
            self.init(
                path: entry.path, kind: .file, mode: entry.mode, owner: entry.owner, group: entry.group, size: size,
                sha256: digest)
        case .link(let target):
            self.init(
                path: entry.path, kind: .link, mode: entry.mode, owner: entry.owner, group: entry.group, target: target)
        }
        self.time = time
    }
}

extension XZFilterChain {
    /// The chain as reports name it.
    public var words: String {
        switch self {
        case .lzma2: "lzma2"
        case .x86ThenLZMA2: "x86 lzma2"
        case .stored: "stored"
        }
    }
}

extension Failure {
    /// The same failure, its cause ending with the place.
    ///
    /// - Parameter place: Such as "in the plan, which starts at byte 4096".
    func located(_ place: String) -> Failure {
        var failure = self
        failure.cause = cause.map { "\($0); \(place)" } ?? place
        return failure
    }
}
