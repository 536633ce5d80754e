public import Diagnostics
import Digests
import LinuxIO

extension ReleaseFile {
    /// The largest file, in bytes; Debian's have 200 KiB.
    static let sizeLimit = 16 << 20

    /// Reads a file.
    ///
    /// Stricter than apt's `debReleaseIndex::Load` (apt-pkg/deb/debmetaindex.cc), which takes what it finds: a field that
    /// comes twice, a second stanza, a path that leads out of the directory, a digest of another length, a file with two
    /// sizes or two digests are refused, and so is a date that isn't one.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - name: What it is, for messages.
    /// - Throws: `.integrity`, with the line.
    public init(parsing bytes: [UInt8], name: String) throws(Failure) {
        self.init()
        guard bytes.count <= Self.sizeLimit else {
            throw Failure(.integrity, "\(name) has \(bytes.count) bytes, more than \(Self.sizeLimit)")
        }
        var table = FileTable(name: name)
        var others: [Field] = []
        for field in try ReleaseFields.read(bytes, name: name) {
            if let algorithm = MessageDigest.Algorithm.allCases.first(where: {
                Self.name(of: $0).lowercased() == field.name.lowercased()
            }) {
                try table.add(field, algorithm)
            } else if try !take(field, name) {
                others.append(Field(name: field.name, value: field.value))
            }
        }
        self.others = others
        files = table.files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// Takes a field that has a meaning.
    private mutating func take(_ field: ReleaseFields.Field, _ name: String) throws(Failure) -> Bool {
        let value = field.value
        switch field.name.lowercased() {
        case "origin": origin = value
        case "label": label = value
        case "suite": suite = value
        case "version": version = value
        case "codename": codename = value
        case "date": date = try Self.seconds(field, name)
        case "valid-until": validUntil = try Self.seconds(field, name)
        case "notautomatic": notAutomatic = Self.isTrue(value)
        case "butautomaticupgrades": butAutomaticUpgrades = Self.isTrue(value)
        case "acquire-by-hash": acquireByHash = Self.isTrue(value)
        case "architectures": architectures = value.split(separator: " ").map(String.init)
        case "components": components = value.split(separator: " ").map(String.init)
        case "description": description = value
        case "signed-by": signedBy = value
        default: return false
        }
        return true
    }

    private static func seconds(_ field: ReleaseFields.Field, _ name: String) throws(Failure) -> Int64 {
        if let seconds = ReleaseDate.seconds(field.value) { return seconds }
        throw Failure(
            .integrity,
            "\(name) has the \(field.name) \"\(PathText.display(field.value))\", in line \(field.line), which is none",
            hints: ["A date that every apt reads is: \(ReleaseDate.text(1_800_000_000))"])
    }

    /// As `StringToBool` of apt-pkg/contrib/strutl.cc.
    private static func isTrue(_ value: String) -> Bool {
        ["yes", "true", "with", "on", "enable", "1"].contains(value.lowercased())
    }
}

/// Gathers the files of all algorithms.
private struct FileTable {
    let name: String
    private(set) var files: [ReleaseFile.File] = []
    private var places: [[UInt8]: Int] = [:]

    init(name: String) { self.name = name }

    mutating func add(_ field: ReleaseFields.Field, _ algorithm: MessageDigest.Algorithm) throws(Failure) {
        for (index, line) in field.lines.enumerated() {
            let words = line.split { $0.isBlank }
            if words.isEmpty && index == 0 { continue }
            func damage(_ what: String) -> Failure {
                Failure(.integrity, "\(name) has \(what), in line \(field.line + index)")
            }
            guard words.count == 3, words[1].count < 19, words[1].allSatisfy(\.isDigit),
                let digest = Lines.hexadecimal(words[0]), digest.count == algorithm.byteCount
            else { throw damage("no digest, size and path below \(field.name)") }
            guard let path = String(validating: words[2], as: UTF8.self) else {
                throw damage("a path that isn't UTF-8")
            }
            if let problem = ReleaseFile.problem(ofPath: path) {
                throw damage("the path \(PathText.display(path)): \(problem)")
            }
            let size = words[1].reduce(0) { $0 * 10 + UInt64($1 - 0x30) }
            if let place = places[Array(words[2])] {
                guard files[place].size == size else { throw damage("two sizes of \(path)") }
                if let other = files[place].digests[algorithm], other != digest {
                    throw damage("two digests of \(path) below \(field.name)")
                }
                files[place].digests[algorithm] = digest
            } else {
                places[Array(words[2])] = files.count
                files.append(ReleaseFile.File(path: path, size: size, digests: [algorithm: digest]))
            }
        }
    }
}
