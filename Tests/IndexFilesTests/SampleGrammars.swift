import Diagnostics
import Glibc
import IndexFiles

/// Records that end with an empty line and begin with their key, as in an index of Debian packages.
enum Stanzas: IndexGrammar {
    static func end(ofRecordIn text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        while let base = text.baseAddress, let found = memchr(base + place, 0x0A, text.count - place) {
            place = UnsafeRawPointer(found) - base + 1
            if place < text.count, text[place] == 0x0A { return place + 1 }
        }
        return nil
    }

    static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> String {
        guard let end = record.firstIndex(of: 0x0A), end > 0 else { throw Failure(.integrity, "a record without key") }
        return String(decoding: record[..<end], as: UTF8.self)
    }

    static func record(_ key: String, size: Int, seed: Int = 0) throws -> IndexRecord<Stanzas> {
        var text = key + "\n"
        var number = UInt64(truncatingIfNeeded: key.hashed &+ seed)
        while text.utf8.count < size {
            number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            text += "field \(String(number, radix: 36)) " + String(repeating: "\(number % 10)", count: size / 4) + "\n"
        }
        return try IndexRecord(Array((text + "\n").utf8))
    }
}

/// Records in a frame that says how many there are, as in an index of RPM packages.
enum Elements: IndexGrammar {
    static func head(count: Int) -> [UInt8] { Array("<list count=\"\(count)\">\n".utf8) }

    static func count(inHead head: [UInt8]) -> Int? {
        Int(String(decoding: head, as: UTF8.self).split(separator: "\"")[1])
    }

    static func start(ofRecordsIn text: UnsafeRawBufferPointer) -> Int? {
        guard let end = text.firstIndex(of: 0x0A), text.count > end + 2, text[end + 2] == UInt8(ascii: "i") else {
            return nil
        }
        return end + 1
    }

    static var foot: [UInt8] { Array("</list>\n".utf8) }

    static func end(ofRecordIn text: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard text.count > start + 1, text[start + 1] == UInt8(ascii: "i") else { return nil }
        guard let base = text.baseAddress, let found = memchr(base + start, 0x0A, text.count - start) else {
            return nil
        }
        return UnsafeRawPointer(found) - base + 1
    }

    static func key(of record: UnsafeRawBufferPointer) throws(Failure) -> Int {
        let digits = record.dropFirst(3).prefix { $0 != UInt8(ascii: " ") }
        guard let key = Int(String(decoding: digits, as: UTF8.self)) else { throw Failure(.integrity, "no key") }
        return key
    }

    static func record(_ key: Int) throws -> IndexRecord<Elements> {
        let noise = (0..<40).map { String((key &* 2_654_435_761 &+ $0 &* 40_503) & 0xFFFF, radix: 16) }
        return try IndexRecord(Array("<i \(key) \(noise.joined(separator: " "))/>\n".utf8))
    }
}

extension String {
    /// A number that is the same in every run.
    var hashed: Int { utf8.reduce(5381) { $0 &* 33 &+ Int($1) } }
}
