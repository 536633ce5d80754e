import Diagnostics
import RPMFormat

/// Goes through the beginning of a record, as agentpack and createrepo_c write it, without reading the rest of it.
struct RecordScanner {
    private let text: UnsafeRawBufferPointer
    private var place = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// The key of a record of filelists or other.
    static func key(of record: UnsafeRawBufferPointer, _ what: String) throws(Failure) -> PackageKey {
        var scanner = RecordScanner(record)
        guard scanner.skip("<package"), scanner.attribute("pkgid") != nil, let name = scanner.attribute("name"),
            let architecture = scanner.attribute("arch"), scanner.skip(">"), let version = scanner.version()
        else { throw scanner.failure(what) }
        return PackageKey(name: name, version: version, architecture: architecture)
    }

    func failure(_ what: String) -> Failure {
        Failure(
            .integrity, "a record of \(what) is not of the expected form at its byte \(place)",
            cause: "name, architecture and version are expected first, in the order in which createrepo_c has them")
    }

    private mutating func skipBlanks() {
        while place < text.count,
            text[place] == 0x20 || text[place] == 0x0A || text[place] == 0x0D || text[place] == 0x09
        {
            place += 1
        }
    }

    /// Passes blanks and a word.
    ///
    /// - Returns: Whether the word was there.
    mutating func skip(_ word: StaticString) -> Bool {
        skipBlanks()
        return word.withUTF8Buffer { word in
            guard text.count - place >= word.count, text[place..<place + word.count].elementsEqual(word) else {
                return false
            }
            place += word.count
            return true
        }
    }

    /// Passes the rest of a beginning.
    mutating func skipTag() -> Bool {
        while place < text.count, text[place] != UInt8(ascii: ">") { place += 1 }
        place += 1
        return place <= text.count
    }

    /// The text up to the next `<`.
    mutating func content() -> String? { value(endedBy: UInt8(ascii: "<")) }

    /// An attribute that must come next.
    mutating func attribute(_ name: StaticString) -> String? {
        guard skip(name), skip("=\""), let value = value(endedBy: UInt8(ascii: "\"")) else { return nil }
        place += 1
        return value
    }

    private mutating func value(endedBy end: UInt8) -> String? {
        let start = place
        var isPlain = true
        while place < text.count, text[place] != end {
            if text[place] == UInt8(ascii: "&") { isPlain = false }
            place += 1
        }
        guard place < text.count else { return nil }
        let part = UnsafeRawBufferPointer(rebasing: text[start..<place])
        if isPlain { return String(decoding: part, as: UTF8.self) }
        return XMLEntities.decoded(part).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A `version` element.
    mutating func version() -> RPMVersion? {
        guard skip("<version"), let epoch = attribute("epoch"), let number = UInt32(epoch),
            let version = attribute("ver"), let release = attribute("rel"), skip("/>")
        else { return nil }
        return RPMVersion(epoch: number, version: version, release: release)
    }
}
