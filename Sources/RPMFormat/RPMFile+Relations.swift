import Diagnostics

extension RPMFile {
    /// The relations of a kind, in the header's order.
    public func dependencies(_ kind: RPMRelation.Kind) -> [RPMDependency] {
        guard let names = header[kind.tags.name]?.texts else { return [] }
        let versions = header[kind.tags.version]?.texts
        let flags = header[kind.tags.flags]?.numbers
        return names.indices.map { index in
            RPMDependency(
                name: String(decoding: names[index], as: UTF8.self),
                version: versions.map { String(decoding: $0[index], as: UTF8.self) } ?? "",
                flags: UInt32(truncatingIfNeeded: flags?[index] ?? 0))
        }
    }

    /// Names, versions and flags of a kind must be as many.
    func checkDependencies() throws(Failure) {
        for kind in RPMRelation.Kind.allCases {
            let count = header.entry(kind.tags.name)?.count
            if let count, count > HeaderFormat.relationLimit {
                throw source.damage(
                    at: header.offset,
                    "header: \(kind.tags.name.name) has \(count) elements; more than \(HeaderFormat.relationLimit) are not read"
                )
            }
            for tag in [kind.tags.version, kind.tags.flags] {
                guard let entry = header.entry(tag) else { continue }
                guard entry.count == count else {
                    throw source.damage(
                        at: header.offset + UInt64(entry.place),
                        "header: \(tag.name) has \(entry.count) elements; there are \(count ?? 0) \(kind.tags.name.name)"
                    )
                }
            }
        }
    }

    /// The scriptlets that the package has.
    public var scripts: [RPMScriptlet] {
        RPMScriptlet.Kind.allCases.compactMap { kind in
            let program = header[kind.tags.program]?.texts?.map { String(decoding: $0, as: UTF8.self) }
            let body = header.text(kind.tags.body)
            guard program != nil || body != nil else { return nil }
            // Without an interpreter rpm takes the shell; `rpmScriptFromTag` of lib/rpmscript.cc.
            return RPMScriptlet(kind, program: program ?? ["/bin/sh"], body: body ?? "")
        }
    }
}

extension RPMDependency {
    /// `<`, `<=`, `=`, `>=`, `>`, or nothing.
    public var comparison: String {
        (flags & RPMSense.less != 0 ? "<" : "") + (flags & RPMSense.greater != 0 ? ">" : "")
            + (flags & RPMSense.equal != 0 ? "=" : "")
    }

    /// `name >= version`, as rpm prints it.
    public var text: String { version.isEmpty || comparison.isEmpty ? name : "\(name) \(comparison) \(version)" }

    /// The scriptlets that need it, by their names in a spec file; none when it must hold always.
    public var stages: [String] {
        RPMRelation.Stage.allCases.filter { flags & $0.flag != 0 }.map { "\($0)" }
    }
}
