import Digests
import JSON
import SetupPlan

extension Inspection {
    var json: JSONValue {
        .object([
            "blocks": .array(
                zip(plan.blocks, chains).map { block, chain in
                    .object([
                        "content_size": Self.number(block.contentSize), "filters": .string(chain.words),
                        "sha256": .string(block.digest.hex), "stored_size": Self.number(block.storedSize),
                    ])
                }),
            "content_size": Self.number(contentSize),
            "entry_count": .integer(Int64(plan.entries.count)),
            "file": .string(path),
            "head_sha256": .string(trailer.headDigest.hex),
            "head_size": Self.number(trailer.headLength),
            "installed_size": Self.number(installedSize),
            "payload_size": Self.number(trailer.payloadLength),
            "plan": .object(planJSON),
            "plan_sha256": .string(trailer.planDigest.hex),
            "plan_size": Self.number(trailer.planLength),
            "schema": 1,
            "signed": .bool(trailer.signature != nil),
            "signer": trailer.signature.map { .string($0.fingerprint) },
            "size": Self.number(size),
        ])
    }

    /// The plan as the file has it, without the blocks, which are above, and with entries only where they are wanted.
    private var planJSON: JSONObject {
        guard case .object(var object) = plan.json else { return [:] }
        object["blocks"] = nil
        if !listsFiles { object["entries"] = nil }
        return object
    }

    private static func number(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
}
