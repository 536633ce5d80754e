import APTRepository
import Diagnostics
import IndexFiles
import LinuxIO
import RPMFormat
import SiteDefinition
import YUMRepository

extension SiteState {
    /// What removing packages changes.
    ///
    /// - Parameters:
    ///   - query: Which.
    ///   - channel: From where.
    ///   - codenames: Debian packages of these codenames alone, and nothing else; nil for all.
    /// - Throws: `.usage` when there are none.
    func removal(_ query: PackageQuery, from channel: Channel, codenames: [String]?) throws(Failure) -> SiteChange {
        var change = SiteChange()
        for suite in context.definition.suites where suite.channel == channel.name {
            guard codenames?.contains(suite.codename) ?? true else { continue }
            try forEachPackage(suite, query) { path, record throws(Failure) in
                change.suites[suite, default: [:]][path, default: IndexChange()].removed.insert(record.key)
                change.tell(.remove, record.key, suite)
            }
        }
        guard codenames == nil else { return try change.checked(query, channel) }
        for repository in context.definition.repositories where repository.channel == channel.name {
            try forEachPackage(repository, query) { package, _ in
                change.repositories[repository, default: RepositoryChange()].removed.insert(package.key)
                change.tell(.remove, package.key, repository)
            }
        }
        for item in try installers(query, in: channel) {
            let installer = InstallerID(channel: channel.name, product: item.name, version: item.version)
            change.installers[installer] = [:]
            change.tell(.remove, installer)
        }
        return try change.checked(query, channel)
    }
}

extension SiteChange {
    fileprivate func checked(_ query: PackageQuery, _ channel: Channel) throws(Failure) -> SiteChange {
        guard lines.isEmpty else { return self }
        throw Failure(
            .usage, "the channel \(channel.name) has no package \(PathText.display(query.words))",
            hints: ["See what it has with: agentpack repo list --channel \(channel.name)"])
    }

    /// Tells of a Debian package; one line for all codenames.
    mutating func tell(_ action: SiteChangeLine.Action, _ key: PackagesKey, _ suite: SuiteID) {
        tell(
            SiteChangeLine(
                action: action, format: "deb", name: key.package, version: key.version, architecture: key.architecture,
                channel: suite.channel, places: []), suite.codename)
    }

    /// Tells of an RPM package; one line for all repositories.
    mutating func tell(_ action: SiteChangeLine.Action, _ key: PackageKey, _ repository: RepositoryID) {
        tell(
            SiteChangeLine(
                action: action, format: "rpm", name: key.name, version: key.version.description,
                architecture: key.architecture, channel: repository.channel, places: []), repository.architecture)
    }

    /// Tells of an installer.
    mutating func tell(_ action: SiteChangeLine.Action, _ installer: InstallerID) {
        lines.append(
            SiteChangeLine(
                action: action, format: "bin", name: installer.product, version: installer.version, architecture: "",
                channel: installer.channel, places: []))
    }

    private mutating func tell(_ line: SiteChangeLine, _ place: String) {
        let index = lines.firstIndex { other in
            var plain = other
            plain.places = []
            return plain == line
        }
        guard let index else {
            var line = line
            line.places = [place]
            return lines.append(line)
        }
        if !lines[index].places.contains(place) { lines[index].places.append(place) }
    }
}
