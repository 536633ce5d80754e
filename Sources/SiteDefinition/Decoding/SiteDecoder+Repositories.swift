import DefinitionFiles
import Diagnostics

extension SiteDecoder {
    mutating func decodeAPT(_ fields: Fields, origin: String, title: String) -> APTSettings? {
        guard let apt = fields.fields("apt") else { return nil }
        let architectures = distinct(apt.texts("architectures")).map(\.value)
        let components = distinct(apt.texts("components")).map(\.value)
        let name = Self.word(origin)
        return APTSettings(
            distributions: decodeDistributions(apt, architectures: architectures.isEmpty ? ["amd64"] : architectures),
            components: components.isEmpty ? ["main"] : components,
            description: apt.text("description")?.value ?? title,
            keyFile: apt.text("key_file")?.value ?? "apt-sign.gpg",
            keyring: apt.text("keyring")?.value ?? "/usr/share/keyrings/\(name)-archive-keyring.gpg",
            listName: apt.text("list")?.value ?? name, hasContents: apt.boolean("contents") ?? false,
            validity: decodeValidity(apt))
    }

    /// A text as one lower-case word for a file's name.
    static func word(_ text: String) -> String {
        let words = text.lowercased().utf8.split { byte in
            !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        let joined = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-")
        return joined.isEmpty ? "packages" : joined
    }

    private mutating func decodeDistributions(
        _ apt: Fields, architectures: [String]
    ) -> [APTSettings.Distribution] {
        var distributions: [APTSettings.Distribution] = []
        for item in apt.items("codenames") {
            let name: Located<String>
            var own: [String] = []
            switch item {
            case .text(let text): name = text
            case .fields(let fields):
                guard let text = fields.text("name") else { continue }
                name = text
                own = distinct(fields.texts("architectures")).map(\.value)
            }
            if distributions.contains(where: { $0.codename == name.value }) {
                report(name.location, "\"\(name.value)\" is listed twice")
            }
            checkKnown(name)
            distributions.append(
                APTSettings.Distribution(codename: name.value, architectures: own.isEmpty ? architectures : own))
        }
        return distributions
    }

    private mutating func checkKnown(_ codename: Located<String>) {
        guard Codename.named(codename.value) == nil else { return }
        warn(
            codename.location,
            "\"\(codename.value)\" is no codename that this version of agentpack knows: `lsb_release -cs` must print it",
            suggestion: Suggestion.nearest(to: codename.value, among: Codename.known.map(\.name)))
    }

    private mutating func decodeValidity(_ apt: Fields) -> ReleaseValidity? {
        let validFor = apt.text("valid_for")
        let refresh = apt.text("refresh")
        guard let validFor else {
            if let refresh, apt["valid_for"] == nil {
                report(refresh.location, "\"refresh\" needs \"valid_for\": what never expires needs no new signature")
            }
            return nil
        }
        let day = 86_400
        let seconds = duration(validFor, from: day, "1d", to: 366 * day, "366d")
        guard let refresh else {
            if apt["refresh"] == nil {
                report(
                    validFor.location,
                    "\"valid_for\" needs \"refresh\": without a new signature in time every client fails",
                    hints: ["Schedule `agentpack repo refresh` and say how often it runs, as in refresh: 1d."])
            }
            return nil
        }
        guard let seconds, let interval = duration(refresh, from: 60, "1m", to: 183 * day, "183d") else { return nil }
        if interval * 2 > seconds {
            report(
                refresh.location,
                "expected at most half of \"valid_for\", \(validFor.value), found \"\(refresh.value)\": one missed run "
                    + "mustn't make clients fail")
        }
        return ReleaseValidity(seconds: seconds, refreshSeconds: interval)
    }

    mutating func decodeYUM(_ fields: Fields, products: [SiteProduct]) -> YUMSettings? {
        guard let yum = fields.fields("yum") else { return nil }
        let architectures = distinct(yum.texts("architectures")).map(\.value)
        if let id = yum.text("id"), products.count > 1 {
            warn(
                id.location,
                "each product's `.repo` file has this id: where two are, dnf says that the repository is listed twice")
        }
        return YUMSettings(
            architectures: architectures.isEmpty ? ["x86_64"] : architectures, id: yum.text("id")?.value,
            title: yum.text("title")?.value, hasMirrorList: yum.boolean("mirrorlist") ?? false)
    }

    mutating func decodeTargets(_ fields: Fields, apt: APTSettings?, yum: YUMSettings?) -> [TargetSystem] {
        guard fields["targets"] == nil else {
            var targets: [TargetSystem] = []
            for item in fields.texts("targets") {
                let (id, version) = Scalars.system(item.value)
                if targets.contains(where: { $0.id == id }) {
                    report(item.location, "\"\(id)\" is listed twice")
                }
                targets.append(TargetSystem(id: id, minimumVersion: version))
            }
            return targets
        }
        // The oldest release of each system: the known codenames are in that order.
        let names = apt?.distributions.map(\.codename) ?? []
        let oldest = ["debian", "ubuntu"].compactMap { system in
            Codename.known.first { $0.system == system && names.contains($0.name) }
        }
        let debian = oldest.map { TargetSystem(id: $0.system, minimumVersion: $0.version) }
        guard yum != nil else { return debian }
        return debian
            + [TargetSystem(id: "el", minimumVersion: "7"), TargetSystem(id: "fedora"), TargetSystem(id: "suse")]
    }
}
