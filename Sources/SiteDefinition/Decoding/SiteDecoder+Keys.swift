import DefinitionFiles

extension SiteDecoder {
    mutating func decodeKeys(_ fields: Fields) -> SiteKeys {
        guard let keys = fields.fields("keys") else { return SiteKeys() }
        let result = SiteKeys(apt: decodeRole("apt", keys), rpm: decodeRole("rpm", keys))
        for (role, user) in [("apt", "apt"), ("rpm", "yum")] {
            if let node = fields[user], keys[role] == nil {
                report(node.location, "\"\(user)\" needs \"keys.\(role)\", which says what signs it")
            }
            if let node = keys[role], fields[user] == nil {
                warn(node.location, "without \"\(user)\" nothing is signed by these keys")
            }
        }
        if let apt = result.apt, let rpm = result.rpm { checkRoles(apt, rpm) }
        return result
    }

    private mutating func decodeRole(_ name: String, _ keys: Fields) -> RoleKeys? {
        guard let role = keys.fields(name) else { return nil }
        let current = decodeKey(role.fields("current"))
        let successor = decodeKey(role.fields("successor"))
        let retired = role.list("retired").compactMap { decodeKey($0) }
        let signedBy = role.word("signed_by", as: SigningKeys.self) ?? .current
        if let word = role.text("signed_by") {
            if signedBy != .current, role["successor"] == nil {
                report(word.location, "\"\(word.value)\" needs \"successor\"")
            }
            if signedBy == .both, name == "rpm" {
                report(
                    word.location,
                    "\"both\" has no meaning for role rpm: rpm packages and repomd.xml have one signature",
                    hints: ["Go from current to successor: clients have both keys from their .repo file."])
            }
        }
        guard let current else { return nil }
        if role["successor"] == nil {
            warn(
                current.file.location,
                "role \(name) has no successor: if its key is lost, every machine needs a new one by hand",
                hints: ["Make one now and keep its secret part offline: agentpack keys generate --gpg."])
        }
        checkDistinct([current] + [successor].compactMap { $0 } + retired, namesAreURLs: name == "rpm")
        return RoleKeys(current: current, successor: successor, retired: retired, signedBy: signedBy)
    }

    private mutating func decodeKey(_ fields: Fields?) -> SiteKey? {
        guard let fields, let fingerprint = fields.text("fingerprint"), let file = fields.text("file") else {
            return nil
        }
        let digits = fingerprint.value.filter { $0 != " " }.uppercased()
        guard digits.contains(where: { $0 != "0" }) else {
            report(
                fingerprint.location, "expected the fingerprint of \(file.value), found zeros",
                hints: ["`agentpack keys generate --gpg` makes a key and prints its fingerprint."])
            return nil
        }
        return SiteKey(fingerprint: digits, file: file)
    }

    /// The keys of one role are different ones, in files of different names where those become URLs.
    private mutating func checkDistinct(_ keys: [SiteKey], namesAreURLs: Bool) {
        for (index, key) in keys.enumerated() {
            for other in keys[..<index] {
                if other.fingerprint == key.fingerprint {
                    report(key.file.location, "this key is in the role already: \(key.shownFingerprint)")
                } else if namesAreURLs, other.fileName == key.fileName {
                    report(
                        key.file.location,
                        "another key's file of this role has the name \(key.fileName), which is its URL")
                }
            }
        }
    }

    /// One key in both roles is one theft for both.
    private mutating func checkRoles(_ apt: RoleKeys, _ rpm: RoleKeys) {
        for key in rpm.published {
            guard let twin = apt.published.first(where: { $0.fingerprint == key.fingerprint }) else { continue }
            warn(
                key.file.location,
                "role apt has this key, too (\(twin.file.value)): with a key for each role, one that is stolen opens one "
                    + "door")
        }
    }
}
