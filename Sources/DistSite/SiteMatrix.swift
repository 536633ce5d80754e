import ClientFiles
public import ClientMatrix
import DebFormat
public import Diagnostics
import LinuxIO
import OpenPGP
import RPMFormat
public import RepositoryFiles
import SiteDefinition

/// What systems make of all that is published: packages, keys, metadata.
public enum SiteMatrix {
    /// Judges a site.
    ///
    /// - Parameters:
    ///   - path: The site's directory; before the first publication there are keys alone.
    ///   - context: What it is to be.
    ///   - targets: The systems. The metadata of a known release of Debian or Ubuntu concerns that release alone.
    ///   - isMetadataOnly: Whether packages are left out.
    /// - Throws: `.integrity` for damage, and for a site that its keys don't vouch for.
    public static func parts(
        _ path: String, context: SiteContext, targets: Targets, isMetadataOnly: Bool = false
    ) throws(Failure) -> [MatrixReport.Part] {
        var parts: [MatrixReport.Part] = []
        let state = try SiteState(path, context: context)
        if let reader = state.reader, !isMetadataOnly { parts = try packages(of: state, reader, targets) }
        for (role, published) in [(KeyAudit.Role.apt, context.keys.apt), (.rpm, context.keys.rpm)] {
            for key in published?.keys.published ?? [] {
                let name = "key \(key.key.fingerprint) (\(role.rawValue))"
                let audit = try KeyAudit(key.armored, name: name, roles: [role], now: UInt64(max(0, context.time)))
                let verdicts = ClientMatrix.verdicts(KeyFacts(audit), targets)
                parts.append(MatrixReport.Part(name: name, kind: "key", verdicts: verdicts))
            }
        }
        guard let reader = state.reader else { return parts }
        for suite in context.definition.suites {
            let facts = try context.facts(suite) { path throws(Failure) in try reader.open(path) }
            guard let facts else { continue }
            parts.append(
                part(facts, codename: suite.codename, try context.definition.suitePath(suite), targets))
        }
        for repository in context.definition.repositories {
            let facts = try context.facts(repository) { path throws(Failure) in try reader.open(path) }
            guard let facts else { continue }
            parts.append(part(facts, try context.definition.repositoryPath(repository), targets))
        }
        return parts
    }

    /// Judges the metadata of the APT archives and YUM repositories of a place, whoever made them.
    ///
    /// - Parameters:
    ///   - reader: The place.
    ///   - keys: The files of keys that clients have; without any the signatures' own are taken for known.
    ///   - codenames: The codenames of APT archives; nil for all that can be found.
    ///   - targets: As of a site.
    ///   - time: The time of the judgement, in seconds since 1970.
    /// - Throws: `.usage` where there is neither an archive nor a repository, `.integrity` for damage.
    public static func parts(
        _ reader: any RepositoryReader, keys: [String], codenames: [String]?, targets: Targets, time: Int64
    ) throws(Failure) -> [MatrixReport.Part] {
        var certificates: [Certificate] = []
        for key in keys { certificates += try Certificate.read(readFile(key, limit: Certificate.sizeLimit), name: key) }
        let known = keys.isEmpty ? nil : certificates
        let open = { (path: String) throws(Failure) -> ByteSource? in try reader.open(path) }
        let places = try RepositoryPlaces(reader, codenames: codenames)
        if let fault = places.faults.first {
            throw Failure(
                .integrity, "\(PathText.display(fault.path)) can't be read", cause: fault.message,
                hints: ["See everything that is wrong with: agentpack repo verify"])
        }
        var parts: [MatrixReport.Part] = []
        for root in places.archives {
            let dists = root.isEmpty ? "dists" : root + "/dists"
            var names = codenames ?? []
            if codenames == nil { names = (try reader.entries(dists) ?? []).filter(\.isDirectory).map(\.name) }
            for codename in names {
                let directory = "\(dists)/\(codename)"
                guard var facts = try APTMetadataFacts(of: directory, keys: known, now: time, open: open) else {
                    continue
                }
                facts.needsHTTPS = reader.name.hasPrefix("https:")
                parts.append(part(facts, codename: facts.identity.codename ?? codename, directory, targets))
            }
        }
        for root in places.repositories {
            let facts = try YUMMetadataFacts(of: root, keys: known, now: time, open: open)
            if let facts { parts.append(part(facts, root.isEmpty ? "repodata" : root, targets)) }
        }
        return parts
    }

    private static func part(
        _ facts: APTMetadataFacts, codename: String, _ path: String, _ targets: Targets
    ) -> MatrixReport.Part {
        MatrixReport.Part(
            name: PathText.display(path), kind: "apt",
            verdicts: TargetCheck.verdicts(facts, codename: codename, targets))
    }

    private static func part(_ facts: YUMMetadataFacts, _ path: String, _ targets: Targets) -> MatrixReport.Part {
        MatrixReport.Part(
            name: PathText.display(path), kind: "yum", verdicts: ClientMatrix.verdicts(facts, targets))
    }

    /// Each package once, wherever it is offered.
    private static func packages(
        of state: SiteState, _ reader: DirectoryReader, _ targets: Targets
    ) throws(Failure) -> [MatrixReport.Part] {
        var parts: [MatrixReport.Part] = []
        var seen: Set<String> = []
        for item in try state.items(PackageQuery()) where item.format != "bin" {
            guard seen.insert(item.format + item.sha256).inserted else { continue }
            guard let source = try reader.open(item.path) else {
                throw Failure(
                    .integrity, "\(item.path) is published and isn't there",
                    hints: ["See everything that is wrong with: agentpack repo verify"])
            }
            let verdicts =
                item.format == "deb"
                ? ClientMatrix.verdicts(try DebFacts(source), targets)
                : ClientMatrix.verdicts(try RPMFacts(RPMFile(source)), targets)
            parts.append(MatrixReport.Part(name: item.path, kind: item.format, verdicts: verdicts))
        }
        return parts
    }
}
