extension RPMPackage {
    /// `[epoch:]version-release`.
    public var fullVersion: String { RPMVersion(epoch: epoch, version: version, release: release).description }

    /// `name-version-release`, which rpm calls NVR.
    public var label: String { "\(name)-\(version)-\(release)" }

    /// The relations of a kind with those that follow from the rest of the package, sorted, each there once.
    func dependencies(_ kind: RPMRelation.Kind) -> [RPMDependency] {
        var all = Set(relations.filter { $0.kind == kind }.map(RPMDependency.init))
        switch kind {
        case .provides:
            all.formUnion(ownProvides)
        case .requires:
            if hasConfiguration { all.insert(configuration) }
            for script in scripts where script.program[0] != "<lua>" {
                all.insert(RPMDependency(name: script.program[0], flags: RPMSense.interpreter | script.kind.flag))
            }
            all.formUnion(requiredFeatures)
        default: break
        }
        return all.sorted(by: RPMDependency.isSorted)
    }

    private var ownProvides: [RPMDependency] {
        var provides = [RPMDependency(name: name, version: fullVersion, flags: RPMSense.equal)]
        if let suffix = instructionSet {
            provides.append(
                RPMDependency(name: "\(name)(\(suffix))", version: fullVersion, flags: RPMSense.equal))
        }
        return hasConfiguration ? provides + [configuration] : provides
    }

    /// Whether there is a file of configuration; `rpmfcGenerateDependsHelper` of build/rpmfc.cc counts no directories.
    private var hasConfiguration: Bool {
        entries.contains { $0.flags.contains(.config) && $0.content != .directory }
    }

    private var configuration: RPMDependency {
        RPMDependency(name: "config(\(name))", version: fullVersion, flags: RPMSense.config | RPMSense.equal)
    }

    /// `%{__isa}` of the architecture, by which a dependency can ask for it; `noarch` has none.
    private var instructionSet: String? {
        switch architecture {
        case "x86_64": "x86-64"
        case "aarch64": "aarch-64"
        case "i386", "i486", "i586", "i686": "x86-32"
        case "ppc64le", "ppc64": "ppc-64"
        case "s390x": "s390-64"
        case "riscv64": "riscv-64"
        default: nil
        }
    }

    /// What an rpm must be able to do, so that an older one refuses the package rather than misread it;
    /// `rpmlibNeedsFeature` in build/ of rpm.
    private var requiredFeatures: [RPMDependency] {
        var features = [
            ("CompressedFileNames", "3.0.4-1"), ("FileDigests", "4.6.0-1"), ("PayloadFilesHavePrefix", "4.0-1"),
            ("PayloadIsXz", "5.2-1"),
        ]
        if entries.contains(where: { $0.capabilities != nil }) { features.append(("FileCaps", "4.6.1-1")) }
        if scripts.contains(where: { $0.program == ["<lua>"] }) { features.append(("BuiltinLuaScripts", "4.2.2-1")) }
        if scripts.contains(where: { $0.program.count > 1 }) {
            features.append(("ScriptletInterpreterArgs", "4.0.3-1"))
        }
        let stated = relations.map(RPMDependency.init) + ownProvides
        let versions = stated.map { $0.isRich ? $0.name : $0.version }
        if versions.contains(where: { $0.utf8.contains(UInt8(ascii: "~")) }) {
            features.append(("TildeInVersions", "4.10.0-1"))
        }
        if versions.contains(where: { $0.utf8.contains(UInt8(ascii: "^")) }) {
            features.append(("CaretInVersions", "4.15.0-1"))
        }
        if stated.contains(where: \.isRich) { features.append(("RichDependencies", "4.12.0-1")) }
        return features.map { name, version in
            RPMDependency(
                name: "rpmlib(\(name))", version: version, flags: RPMSense.rpmlib | RPMSense.less | RPMSense.equal)
        }
    }
}
