import DefinitionFiles

extension SiteDecoder {
    mutating func decodeChannels(_ fields: Fields, label: String) -> [Channel] {
        let retention = decodeRetention(fields)
        var channels: [Channel] = []
        for item in fields.items("channels") {
            let isFirst = channels.isEmpty
            let name: Located<String>
            var ownLabel: Located<String>?
            var ownRetention: Retention?
            switch item {
            case .text(let text): name = text
            case .fields(let fields):
                guard let text = fields.text("name") else { continue }
                name = text
                ownLabel = fields.text("label")
                ownRetention = decodeRetention(fields)
            }
            if channels.contains(where: { $0.name == name.value }) {
                report(name.location, "\"\(name.value)\" is listed twice")
            }
            if let ownLabel, isFirst, ownLabel.value != label {
                report(ownLabel.location, "the first channel's label is the site's, \"\(label)\"")
            }
            let words = ownLabel?.value ?? (isFirst ? label : "\(label) \(name.value)")
            if let twin = channels.first(where: { $0.label == words }) {
                report(
                    ownLabel?.location ?? name.location,
                    "the channel \"\(twin.name)\" has the label \"\(words)\", too: pins couldn't tell them apart")
            }
            channels.append(Channel(name: name.value, label: words, retention: ownRetention ?? retention))
        }
        return channels.isEmpty ? [Channel(name: "stable", label: label, retention: retention)] : channels
    }

    private func decodeRetention(_ fields: Fields) -> Retention? {
        guard let retention = fields.fields("retention") else { return nil }
        return Retention(
            versions: retention.integer("versions").map { Int($0.value) },
            days: retention.integer("days").map { Int($0.value) })
    }

    mutating func decodeIndexRetention(_ fields: Fields, hasMirrorList: Bool) -> IndexRetention {
        let retention = fields.fields("index_retention")
        let hours = retention?.integer("hours")
        if let hours, hasMirrorList, hours.value < 168 {
            warn(
                hours.location,
                "\(hours.value) hours are few with \"yum.mirrorlist\": yum 3 keeps a mirror list for a day, and with its "
                    + "snapshot gone a machine finds no packages")
        }
        return IndexRetention(
            generations: Int(retention?.integer("generations")?.value ?? 3),
            hours: Int(hours?.value ?? (hasMirrorList ? 168 : 24)))
    }
}
