import BinFormat
import Diagnostics
import Digests
import JSON
import LinuxIO
import SetupPlan

/// `--info` and `--list`: what the plan says, read without the payload.
struct PlanReport {
    let plan: Plan
    let trailer: Trailer

    /// The bytes that the files take when they are installed.
    var installedSize: UInt64 {
        plan.entries.reduce(0) { sum, entry in
            if case .file(let size, _, _, _) = entry.content { sum + size } else { sum }
        }
    }

    /// For people.
    var text: String {
        let product = plan.product
        var rows = [
            ("Product", "\(product.title) (\(product.name))"), ("Version", product.fullVersion),
            ("Architecture", product.architecture), ("Vendor", product.vendor), ("Description", product.description),
        ]
        if let homepage = product.homepage { rows.append(("Homepage", homepage)) }
        rows += [
            ("Installs to", plan.paths.root), ("State", plan.paths.state), ("Options", plan.paths.options),
            ("Config tool", plan.paths.root + "/" + plan.configTool),
            ("Service", plan.service.map { "\(product.name), as \($0.user)" } ?? "none"),
            ("Files", "\(plan.entries.count) paths, \(ByteText.size(installedSize)) installed"),
            ("Made by", plan.generator), ("Content dated", UTCTime(seconds: product.timestamp).text),
            ("Signature", signature),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { name, value in
            name + ":" + String(repeating: " ", count: width - name.count + 1) + TerminalText.escaped(value) + "\n"
        }.joined()
    }

    /// What the trailer says about the signer; a file can't vouch for itself.
    var signature: String {
        guard let key = trailer.signature?.publicKey else { return "none" }
        return "Ed25519, key \(KeyText.fingerprint(key))"
    }

    /// For programs.
    var json: JSONValue {
        let product = plan.product
        return .object([
            "schema": 1, "name": .string(product.name), "title": .string(product.title),
            "version": .string(product.version), "release": .integer(Int64(product.release)),
            "architecture": .string(product.architecture), "vendor": .string(product.vendor),
            "description": .string(product.description), "homepage": product.homepage.map { .string($0) },
            "root": .string(plan.paths.root), "state": .string(plan.paths.state),
            "options": .string(plan.paths.options), "config_tool": .string(plan.configTool),
            "service": plan.service.map { _ in .string(product.name) },
            "installed_size": .integer(Int64(installedSize)), "paths": .integer(Int64(plan.entries.count)),
            "generator": .string(plan.generator), "timestamp": .integer(product.timestamp),
            "license_required": .bool(plan.license?.mustAccept ?? false),
            "settings": .array(
                plan.settings.map {
                    .object([
                        "id": .string($0.id), "kind": .string($0.kind.name), "secret": .bool($0.isSecret),
                        "required": .bool($0.isRequired), "default": $0.defaultValue.map { .string($0) },
                    ])
                }),
            "signing_key": trailer.signature.map { .string(KeyText.fingerprint($0.publicKey)) } ?? .null,
        ])
    }

    /// `--check --json`.
    var checkJSON: JSONValue {
        .object([
            "schema": 1, "name": .string(plan.product.name), "version": .string(plan.product.fullVersion),
            "undamaged": true, "blocks": .integer(Int64(plan.blocks.count)),
            "signing_key": trailer.signature.map { .string(KeyText.fingerprint($0.publicKey)) } ?? .null,
        ])
    }

    /// `--list`: a line an entry, as `ls -l` has them.
    var listing: String {
        plan.entries.map { entry in
            let shown = PathText.display(entry.path)
            let owner = "\(entry.owner):\(entry.group)"
            let mode = String(entry.mode, radix: 8)
            let padded = String(repeating: "0", count: max(0, 4 - mode.count)) + mode
            switch entry.content {
            case .directory: return "\(padded) \(owner) \(column("-")) \(shown)/\n"
            case .link(let target): return "\(padded) \(owner) \(column("-")) \(shown) -> \(PathText.display(target))\n"
            case .file(let size, _, _, _): return "\(padded) \(owner) \(column(String(size))) \(shown)\n"
            }
        }.joined()
    }

    private func column(_ text: String) -> String { String(repeating: " ", count: max(0, 11 - text.count)) + text }

    /// `--list --json`.
    var listingJSON: JSONValue {
        .array(
            plan.entries.map { entry in
                var object: JSONObject = [
                    "path": .string(entry.path), "mode": .string(String(entry.mode, radix: 8)),
                    "owner": .string(entry.owner), "group": .string(entry.group),
                ]
                switch entry.content {
                case .directory: object["kind"] = "directory"
                case .link(let target):
                    object["kind"] = "link"
                    object["target"] = .string(target)
                case .file(let size, let digest, _, _):
                    object["kind"] = "file"
                    object["size"] = .integer(Int64(size))
                    object["sha256"] = .string(digest.hex)
                }
                return .object(object)
            })
    }
}

/// Keys as people compare them.
public enum KeyText {
    /// The fingerprint of an Ed25519 public key: SHA-256 of its 32 bytes, in lower-case hexadecimal.
    ///
    /// - Parameter key: The raw public key.
    /// - Returns: 64 digits.
    public static func fingerprint(_ key: [UInt8]) -> String { SHA256.digest(key).hex }
}

/// Sizes as people read them.
enum ByteText {
    /// A size in the largest decimal unit that leaves at least one, with one digit after the point.
    static func size(_ bytes: UInt64) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB"]
        var unit = 0
        var tenths = bytes * 10
        while tenths >= 10_000, unit < units.count - 1 {
            tenths = (tenths + 500) / 1000
            unit += 1
        }
        return unit == 0 ? "\(bytes) bytes" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
