import Diagnostics
import Digests
import LinuxIO

/// The packages of a repository as primary lists them.
struct PackageTable: Sendable {
    /// One of them.
    struct Entry: Sendable, Hashable {
        let key: PackageKey
        let checksum: RepositoryChecksum
        let location: String
        let base: String?
        let size: UInt64
        let headerRange: Range<UInt64>
    }

    /// The most packages that are read; the largest distributions have a tenth of that.
    static let limit = 1_000_000

    private(set) var entries: [Entry] = []
    /// Where each package's ID is.
    private var places: [String: Int] = [:]
    private var keys: Set<PackageKey> = []
    private var locations: Set<String> = []

    /// Reads primary.
    ///
    /// - Parameters:
    ///   - xml: Primary, from its start.
    ///   - place: Its path, for faults.
    ///   - options: What is looked at.
    ///   - faults: Takes what is wrong with single packages.
    /// - Throws: `.integrity` for what is no primary.
    init(
        _ xml: inout XMLReader, _ place: String, _ options: YUMVerifier.Options, _ faults: inout FaultList
    ) throws(Failure) {
        let stated = try xml.root(PrimaryIndex.root)
        while try xml.nextPackage() {
            let package = try PublishedPackage(&xml)
            guard entries.count < Self.limit else { throw xml.damage("more than \(Self.limit) packages") }
            check(package, place, time: options.time + YUMVerifier.clockSkew, &faults)
            if options.isOwn, let last = entries.last, last.key >= package.key {
                faults.fail("package-order", place, "\(PathText.display("\(package.key)")) is not at its place")
            }
            let location = SafeLocation.cleaned(package.location)
            places[package.checksum.value] = entries.count
            entries.append(
                Entry(
                    key: package.key, checksum: package.checksum, location: location, base: package.base,
                    size: package.size, headerRange: package.headerRange))
        }
        if let stated, stated != entries.count {
            faults.fail("package-count", place, "states \(stated) packages and has \(entries.count)")
        }
        keys = []
        locations = []
    }

    /// Where the packages are that are in the repository itself, and not above it.
    var ownLocations: Set<String> {
        Set(entries.lazy.filter { $0.base == nil && SafeLocation.isSafe($0.location) }.map(\.location))
    }

    private mutating func check(
        _ package: PublishedPackage, _ place: String, time: Int64, _ faults: inout FaultList
    ) {
        let name = PathText.display("\(package.key)")
        let location = SafeLocation.cleaned(package.location)
        if package.base == nil, !SafeLocation.isSafe(location) {
            faults.fail("location-unsafe", place, "\(name) is at “\(PathText.display(package.location))”")
        }
        if !package.checksum.isPlausible {
            faults.fail(
                "package-id", place,
                "\(name) has “\(PathText.display(package.checksum.value))” as its "
                    + "\(PathText.display(package.checksum.algorithm))")
        } else if let fault = package.checksum.weakness(of: name, place) {
            faults.add(fault)
        }
        if places[package.checksum.value] != nil {
            faults.fail("package-duplicate", place, "\(name) is there twice")
        } else if !keys.insert(package.key).inserted {
            faults.warn("package-version-duplicate", place, "there are two different files of \(name)")
        }
        if package.base == nil, !locations.insert(location).inserted {
            faults.fail("location-duplicate", place, "two packages are at \(PathText.display(location))")
        }
        if package.buildTime > time {
            faults.warn(
                "package-future", place,
                "\(name) was built at \(UTCTime(seconds: package.buildTime).text), later than now")
        }
    }

    /// Compares filelists or other with primary.
    ///
    /// - Parameters:
    ///   - xml: The file, from its start.
    ///   - root: Its root element.
    ///   - place: Its path, for faults.
    ///   - options: What is looked at.
    ///   - faults: Takes what is wrong with single packages.
    /// - Throws: `.integrity` for what is no such file.
    func compare(
        _ xml: inout XMLReader, root: StaticString, _ place: String, _ options: YUMVerifier.Options,
        _ faults: inout FaultList
    ) throws(Failure) {
        let stated = try xml.root(root)
        var seen = [Bool](repeating: false, count: entries.count)
        var count = 0
        while try xml.nextPackage() {
            let listed = try ListedPackage(&xml)
            defer { count += 1 }
            // Nearly always the order is the same.
            let isNext = count < entries.count && entries[count].checksum.value == listed.id
            guard let index = isNext ? count : places[listed.id] else {
                faults.fail("package-not-in-primary", place, "\(PathText.display(listed.name)) is not in primary")
                continue
            }
            let name = PathText.display("\(entries[index].key)")
            if seen[index] { faults.fail("package-duplicate", place, "\(name) is there twice") }
            if options.isOwn, index != count { faults.fail("package-order", place, "\(name) is not at its place") }
            seen[index] = true
            guard let key = listed.key, key == entries[index].key else {
                faults.fail(
                    "package-disagrees", place, "\(name) has another name, version or architecture than in primary")
                continue
            }
        }
        if let stated, stated != count {
            faults.fail("package-count", place, "states \(stated) packages and has \(count)")
        }
        for index in seen.indices where !seen[index] {
            faults.fail("package-not-listed", place, "\(PathText.display("\(entries[index].key)")) is in primary alone")
        }
    }
}

/// What a record of filelists or other says of its package.
private struct ListedPackage {
    let id: String
    let name: String
    let key: PackageKey?

    init(_ xml: inout XMLReader) throws(Failure) {
        id = xml.attribute("pkgid") ?? ""
        name = xml.attribute("name") ?? ""
        let architecture = xml.attribute("arch") ?? ""
        var key: PackageKey?
        loop: while true {
            switch try xml.next() {
            case .start:
                if xml.isNamed("version") {
                    key = PackageKey(name: name, version: try xml.version(), architecture: architecture)
                }
                try xml.skipElement()
            case .end, .finished: break loop
            case .text: continue
            }
        }
        self.key = key
    }
}

extension XMLReader {
    /// Takes the beginning of the root element.
    ///
    /// - Returns: The number of packages that it states; nil where it states none.
    /// - Throws: `.integrity` for another element.
    mutating func root(_ name: StaticString) throws(Failure) -> Int? {
        guard try next() == .start, isNamed(name) else { throw damage("no \(name) element") }
        return attribute("packages").flatMap { Int($0) }
    }

    /// Goes on to the next `package`; other elements are passed over.
    ///
    /// - Returns: Whether there is one.
    mutating func nextPackage() throws(Failure) -> Bool {
        while true {
            switch try next() {
            case .start where isNamed("package"): return true
            case .start: try skipElement()
            case .finished: return false
            case .end, .text: continue
            }
        }
    }
}

extension RepositoryChecksum {
    /// Whether it has the form of its algorithm's digests.
    var isPlausible: Bool {
        let digits = value.utf8
        guard digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 >= 0x61 && $0 <= 0x66 })
        else {
            return false
        }
        guard let digest else { return ["sha224", "sha384"].contains(algorithm) && !digits.isEmpty }
        return digits.count == digest.byteCount * 2
    }
}
