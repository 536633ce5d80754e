import Artifacts
import Digests
import JSON
import SetupPlan

extension Inspection {
    /// Prints the whole description; the list of files comes last, a line each.
    func printJSON(to console: Console) {
        console.print(object, listing: "files", (artifact.entries ?? []).lazy.map(\.json))
    }

    /// Everything but the files.
    private var object: JSONObject {
        var object: JSONObject = [
            "architecture": .string(artifact.identity.architecture),
            "compression": compression,
            "conffiles": .array(artifact.conffiles.map { .string($0) }),
            "digests": .array(
                artifact.statements.map {
                    .object(["kind": .string($0.kind), "of": .string($0.part), "value": .string($0.value)])
                }),
            "entry_count": .number((artifact.entries ?? []).count),
            "fields": .array(
                artifact.fields.map { .object(["name": .string($0.name), "value": .string($0.value)]) }),
            "file": .string(artifact.path),
            "format": .string(artifact.format.rawValue),
            "homepage": artifact.identity.homepage.map { .string($0) },
            "installed_size": .number(artifact.installedSize),
            "name": .string(artifact.identity.name),
            "parts": .array(
                artifact.parts.map {
                    .object(["name": .string($0.name), "offset": .number($0.offset), "size": .number($0.size)])
                }),
            "relations": .array(
                artifact.relations.map { .object(["kind": .string($0.kind), "text": .string($0.text)]) }),
            "schema": 1,
            "scripts": .array(
                artifact.scripts.map { script in
                    .object([
                        "interpreter": .string(script.interpreter), "name": .string(script.name),
                        "text": .string(script.text),
                    ])
                }),
            "signatures": .array(artifact.signatures.map(\.json)),
            "signed": .bool(!artifact.signatures.isEmpty),
            "size": .number(artifact.size),
            "source": .bool(artifact.isSource),
            "summary": .string(artifact.identity.summary),
            "triggers": .array(artifact.triggers.map { .string($0) }),
            "version": .string(artifact.identity.version),
        ]
        if let installer = artifact.installer { add(installer, to: &object) }
        return object.sorted
    }

    private var compression: JSONValue {
        .object([
            "blocks": .array(
                artifact.compression.blocks.map { block in
                    .object([
                        "content_size": .number(block.contentSize), "filters": block.filters.map { .string($0) },
                        "stored_size": .number(block.storedSize),
                    ])
                }),
            "compressor": .string(artifact.compression.compressor),
            "settings": artifact.compression.settings.map { .string($0) },
        ])
    }

    /// What only files with a plan have.
    private func add(_ installer: InstallerDetail, to object: inout JSONObject) {
        let (plan, trailer) = (installer.plan, installer.trailer)
        object["blocks"] = .array(
            zip(plan.blocks, installer.chains).map { block, chain in
                .object([
                    "content_size": .number(block.contentSize), "filters": .string(chain.words),
                    "sha256": .string(block.digest.hex), "stored_size": .number(block.storedSize),
                ])
            })
        object["content_size"] = .number(installer.contentSize)
        object["head_sha256"] = .string(trailer.headDigest.hex)
        object["head_size"] = .number(trailer.headLength)
        object["payload_size"] = .number(trailer.payloadLength)
        object["plan"] = .object(planJSON(plan))
        object["plan_sha256"] = .string(trailer.planDigest.hex)
        object["plan_size"] = .number(trailer.planLength)
        object["signer"] = trailer.signature.map { .string($0.fingerprint) }
    }

    /// The plan as the file has it, without the blocks, which are above, and with entries only where they are wanted.
    private func planJSON(_ plan: Plan) -> JSONObject {
        guard case .object(var object) = plan.json else { return [:] }
        object["blocks"] = nil
        if !listsFiles { object["entries"] = nil }
        return object
    }
}

extension ArtifactSignature {
    var json: JSONValue {
        .object([
            "algorithm": .string(algorithm), "covers": .string(covers), "fingerprint": fingerprint.map { .string($0) },
            "hash": hash.map { .string($0) }, "key_id": keyID.map { .string($0) }, "place": .string(place),
            "time": time.map { .integer($0) },
        ])
    }
}

extension ArtifactEntry {
    var json: JSONValue {
        var object: JSONObject = [
            "capabilities": capabilities.map { .string($0) },
            "flags": flags.isEmpty ? nil : .array(flags.map { .string($0) }),
            "group": .string(group), "kind": .string(kind.rawValue), "mode": .string(EntryLine.octal(mode)),
            "owner": .string(owner), "path": .string(path), "sha256": sha256.map { .string($0.hex) },
            "size": kind == .file ? .number(size) : nil, "target": target.map { .string($0) },
            "time": time.map { .integer($0) },
        ]
        if let stated { object[stated.algorithm] = .string(stated.hex) }
        return .object(object)
    }
}
