import DefinitionFiles
import Diagnostics
import Digests
import LinuxIO
import Product
import SetupPlan

/// Reads every ELF file of a plan and compares it with what the manifest promises.
struct ELFSurvey {
    /// Something about one file that would fail on a machine.
    struct Finding {
        /// The file's index among the entries.
        var entry: Int
        var check: ELFCheck
        /// What is wrong, after the file's name.
        var message: String
    }

    private let manifest: Manifest
    private let architecture: Architecture
    private let entries: [Candidate]
    private let libraries: LibraryIndex

    private(set) var problems: [Problem] = []
    private(set) var warnings: [String] = []
    /// What the files of each package take from the system.
    private(set) var systemLibraries: [String: [SystemLibrary]] = [:]
    /// The packages of which a file that takes something from the system has no `DT_HASH`.
    private(set) var needsGNUHash: Set<String> = []

    /// Reads and compares.
    ///
    /// - Parameters:
    ///   - entries: The entries of the plan, hashed.
    ///   - manifest: What is promised, and what is waived.
    ///   - architecture: What the plan is for.
    init(_ entries: [Candidate], _ manifest: Manifest, architecture: Architecture) {
        self.manifest = manifest
        self.architecture = architecture
        self.entries = entries
        var files: [(index: Int, file: ELFFile)] = []
        var findings: [Finding] = []
        var known: [SHA256Digest: Result<ELFFile, Failure>] = [:]
        for (index, entry) in entries.enumerated() {
            guard case .hashed(let planned) = entry.content, planned.machine != nil else { continue }
            let result = known[planned.digest] ?? Self.read(planned)
            known[planned.digest] = result
            switch result {
            case .success(let file): files.append((index, file))
            case .failure(let failure) where failure.code == .integrity:
                findings.append(Finding(entry: index, check: .machine, message: "is damaged: \(failure.message)"))
            case .failure(let failure): problems.append(Problem(at: entry.origin.location, failure: failure))
            }
        }
        libraries = LibraryIndex(entries, files, manifest.packages)
        let floor = GlibcVersion.floor(of: manifest.requirements.systems)?.version
        var taken: [String: [String: Set<String>]] = [:]
        for (index, file) in files where Self.isForThisMachine(file, architecture) {
            let package = entries[index].package
            for (name, versions) in search(for: package).systemLibraries(file, floor: floor) {
                if file.needsGNUHash { needsGNUHash.insert(package) }
                taken[package, default: [:]][name, default: []].formUnion(versions)
            }
        }
        systemLibraries = taken.mapValues { libraries in
            libraries.sorted { $0.key < $1.key }.map { SystemLibrary(name: $0.key, versions: $0.value.sorted()) }
        }
        for (index, file) in files { findings += self.findings(index, file) }
        judge(
            findings.enumerated().sorted { ($0.element.entry, $0.offset) < ($1.element.entry, $1.offset) }.map(
                \.element))
    }

    private static func read(_ file: PlannedFile) -> Result<ELFFile, Failure> {
        do throws(Failure) {
            let opened = Opened(try file.source.open())
            let source = ByteSource(size: file.size, name: file.source.displayName) { offset, buffer throws(Failure) in
                try opened.source.read(at: offset, into: buffer)
            }
            return .success(try ELFFile(source))
        } catch {
            return .failure(error)
        }
    }

    /// Closures can't own what can't be copied.
    private final class Opened {
        let source: OpenSource

        init(_ source: consuming OpenSource) { self.source = source }
    }

    private func findings(_ index: Int, _ file: ELFFile) -> [Finding] {
        let entry = entries[index]
        if let message = MachineCheck.finding(file, architecture) {
            return [Finding(entry: index, check: .machine, message: message)]
        }
        guard Self.isForThisMachine(file, architecture) else { return [] }
        let search = search(for: entry.package)
        var found: [Finding] = []
        for message in GlibcCheck(manifest.requirements.systems).findings(file, search) {
            found.append(Finding(entry: index, check: .glibc, message: message))
        }
        for message in search.neededFindings(file, in: entry) {
            found.append(Finding(entry: index, check: .needed, message: message))
        }
        for message in search.pathFindings(file, at: entry.path) {
            found.append(Finding(entry: index, check: .rpath, message: message))
        }
        return found
    }

    private static func isForThisMachine(_ file: ELFFile, _ architecture: Architecture) -> Bool {
        file.machine != ELFHeader.machineBPF && MachineCheck.finding(file, architecture) == nil
    }

    private func search(for package: String) -> LibraryCheck {
        LibraryCheck(
            root: manifest.paths.root, libraries: libraries, visible: libraries.packages(visibleFrom: package),
            allowed: manifest.elf.libraries.map(\.value))
    }

    /// Takes out what is waived; the rest are problems.
    private mutating func judge(_ findings: [Finding]) {
        let waivers = manifest.elf.waivers
        var used: Set<Int> = []
        for finding in findings {
            let entry = entries[finding.entry]
            let matching = waivers.indices.filter {
                waivers[$0].check == finding.check && waivers[$0].file.value.matches(entry.path)
            }
            used.formUnion(matching)
            guard matching.isEmpty else { continue }
            problems.append(
                Problem(
                    at: entry.origin.location, "\(PathText.display(entry.path)) \(finding.message)",
                    hints: [Self.hint(finding.check)]))
        }
        for index in waivers.indices where !used.contains(index) {
            let waiver = waivers[index]
            warnings.append(
                Problem(
                    at: waiver.file.location,
                    "the check \(waiver.check.rawValue) finds nothing in \"\(waiver.file.value.pattern)\" to waive"
                ).rendered)
        }
    }

    private static func hint(_ check: ELFCheck) -> String {
        let remedy =
            switch check {
            case .machine: "Take the file that is made for this architecture"
            case .glibc: "Build it on the oldest system that is supported, raise \"requirements.os\""
            case .needed: "Pack the library, name it in \"elf.libraries\" when the system brings it"
            case .rpath: "Link it with a path that starts with $ORIGIN"
            }
        return "\(remedy), or waive it: elf: { waive: [{ file: GLOB, check: \(check.rawValue), reason: TEXT }] }"
    }
}
