import OpenPGP

/// Which systems a row concerns.
struct Selection: Sendable {
    private let test: @Sendable (ClientSystem) -> Bool

    init(_ test: @escaping @Sendable (ClientSystem) -> Bool) { self.test = test }

    /// Whether it has a system in it.
    func includes(_ system: ClientSystem) -> Bool { test(system) }

    /// All that the row's facts concern.
    static let all = Selection { _ in true }
    /// Those with a client that is older than a version.
    static func before(_ client: Client, _ version: ClientVersion) -> Selection {
        Selection { $0.has(client, before: version) }
    }
    /// Those with a client, at least of a version.
    static func since(_ client: Client, _ version: ClientVersion = "0") -> Selection {
        Selection { $0.has(client, since: version) }
    }
    /// Those with one of some IDs.
    static func systems(_ ids: String...) -> Selection { Selection { ids.contains($0.id) } }
    /// Those in FIPS mode.
    static let fips = Selection { $0.isFIPS }
    /// Those where keys are judged by one of some families.
    static func families(_ families: ClientFamily...) -> Selection {
        Selection { !$0.keyFamilies.isDisjoint(with: families) }
    }
    /// Those of one or the other.
    func or(_ other: Selection) -> Selection { Selection { includes($0) || other.includes($0) } }
    /// Those that are in both.
    func and(_ other: Selection) -> Selection { Selection { includes($0) && other.includes($0) } }
    /// Those that aren't in the other.
    func except(_ other: Selection) -> Selection { Selection { includes($0) && !other.includes($0) } }
}
