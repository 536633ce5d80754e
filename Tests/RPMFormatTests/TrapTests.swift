import Diagnostics
import LinuxIO
import Testing
import XZ

@testable import RPMFormat

/// A hand-made package for each way to be wrong, with everything else right.
@Suite struct TrapTests {
    /// Refused, with these words.
    private func check(
        _ words: String, sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout CraftedRPM) -> Void
    ) throws {
        var crafted = CraftedRPM()
        change(&crafted)
        let bytes = try crafted.bytes()
        let error = #expect(throws: Failure.self, "\(words)", sourceLocation: sourceLocation) { try verify(bytes) }
        #expect(
            error?.message.contains(words) == true, "\(words): \(error?.rendered ?? "")",
            sourceLocation: sourceLocation)
        #expect(error?.code == .integrity, sourceLocation: sourceLocation)
        #expect(error?.message.contains("byte ") == true, sourceLocation: sourceLocation)
    }

    @Test func `a package without faults is accepted`() throws {
        try verify(CraftedRPM().bytes())
        // What rpm accepts too: names of old packages, GNU cpio's padding, checksums that nobody looks at.
        var old = CraftedRPM()
        for index in old.members.indices {
            old.members[index].name = String(old.members[index].name.dropFirst(index % 2 + 1))
        }
        old.end += [UInt8](repeating: 0, count: 512 - old.archive.count % 512)
        old.members[1].header = { $0[5] = UInt8(ascii: "2") }
        try verify(old.bytes())
        var plain = CraftedRPM()
        plain.compress = { $0 }
        plain.removed = [.payloadCompressor]
        try verify(plain.bytes())
    }

    @Test func `the lead`() throws {
        try check("doesn't begin as an RPM") { $0.lead[0] = 0 }
        try check("format version 2") { $0.lead[4] = 2 }
        try check("format version 5") { $0.lead[4] = 5 }
        try check("neither a binary nor a source") { $0.lead[7] = 2 }
        try check("of type 1") { $0.lead[79] = 1 }
        try check("of type 261") { $0.lead[78] = 1 }
        try check("lead is of version 3.1") { $0.lead[5] = 1 }
        try check("lead says that it is a source package") { $0.lead[7] = 1 }
        try check("has the number 19 for its architecture; x86_64 is 1") { $0.lead[9] = 19 }
        try check("lead is that of “demo-1.0-2”, the header that of demo-1.0-1") { $0.lead[19] = UInt8(ascii: "2") }
        try check("lead is that of “demo-1.0-1”") { $0.lead[40] = 1 }
        try check("lead is for another system than Linux") { $0.lead[77] = 2 }
        try check("lead has other bytes than zeros at its end") { $0.lead[95] = 1 }
    }

    @Test func `counts and sizes of a header`() throws {
        for isSignature in [true, false] {
            let limit: UInt32 = isSignature ? 33 : 65536
            let size: UInt32 = isSignature ? 64 << 20 + 1 : 0x1000_0000
            let numbers: [(String, Int, UInt32)] = [
                ("doesn't begin as one", 0, 0), ("doesn't begin as one", 4, 1), ("announces 0 tags", 8, 0),
                ("announces \(limit) tags", 8, limit), ("announces 4294967295 tags", 8, .max),
                ("announces \(size == 0x1000_0000 ? size : 64 << 20 + 1) bytes", 12, size),
                ("announces 4294967295 bytes", 12, .max), ("are left in the file", 12, 0x0300_0000),
                ("covers all of it", 12, 0), ("covers all of it", 12, 15),
            ]
            for (words, place, number) in numbers {
                try check(words) { crafted in
                    if isSignature {
                        crafted.changeSignature = { $0.put(number, at: place) }
                    } else {
                        crafted.changeHeader = { $0.put(number, at: place) }
                    }
                }
            }
        }
    }

    @Test func `the region`() throws {
        let entries: [(String, Int, UInt32)] = [
            ("covers all of it", 16, 61), ("covers all of it", 16, 1000), ("covers all of it", 20, 4),
            ("covers all of it", 24, 0), ("covers all of it", 24, .max), ("covers all of it", 28, 17),
        ]
        for (words, place, number) in entries {
            try check(words) { $0.changeHeader = { $0.put(number, at: place) } }
        }
        for place in [0, 4, 8, 12] {
            try check("doesn't end as it began") { $0.changeHeader = { $0.put(5, at: $0.count - 16 + place) } }
        }
        // A region of one entry less than the header has.
        try check("doesn't end as it began") {
            $0.changeHeader = { $0.put($0.number(at: $0.count - 8) &+ 16, at: $0.count - 8) }
        }
    }

    @Test func `entries of the index`() throws {
        let name: UInt32 = 1000
        try check("is not a tag for a package") { $0.changeHeader = { $0.put(63, at: $0.entry(name)) } }
        try check("is not a tag for a package") {
            $0.changeHeader = {
                $0.put(.max, at: 32); $0.put(99, at: 32)
            }
        }
        try check("NAME has the type 0") { $0.changeHeader = { $0.put(0, at: $0.entry(name) + 4) } }
        try check("NAME has the type 10") { $0.changeHeader = { $0.put(10, at: $0.entry(name) + 4) } }
        try check("NAME has the type INT32") { $0.changeHeader = { $0.put(4, at: $0.entry(name) + 4) } }
        try check("FILESIZES has the type INT64") { $0.changeHeader = { $0.put(5, at: $0.entry(1028) + 4) } }
        try check("NAME has 0 elements") { $0.changeHeader = { $0.put(0, at: $0.entry(name) + 12) } }
        try check("NAME has 4294967295 elements") { $0.changeHeader = { $0.put(.max, at: $0.entry(name) + 12) } }
        try check("more than the") { $0.changeHeader = { $0.put(2, at: $0.entry(name) + 12) } }
        try check("more than the") { $0.changeHeader = { $0.put(600, at: $0.entry(1117) + 12) } }
        try check("more than the") { $0.changeHeader = { $0.put(600, at: $0.entry(1028) + 12) } }
        try check("behind the") { $0.changeHeader = { $0.put(.max, at: $0.entry(name) + 8) } }
        try check("behind the") { $0.changeHeader = { $0.put(0x7FFF_FFFF, at: $0.entry(name) + 8) } }
        try check("within the value before it") { $0.changeHeader = { $0.put(0, at: $0.entry(1001) + 8) } }
        try check("not a multiple of 4") {
            $0.changeHeader = { $0.put($0.number(at: $0.entry(1028) + 8) + 1, at: $0.entry(1028) + 8) }
        }
        try check("not a multiple of 2") {
            $0.changeHeader = { $0.put($0.number(at: $0.entry(1030) + 8) + 1, at: $0.entry(1030) + 8) }
        }
        try check("other bytes than aligning zeros") {
            $0.changeHeader = { $0.put($0.number(at: $0.entry(1028) + 8) + 4, at: $0.entry(1028) + 8) }
        }
        try check("has NAME twice") { $0.changeHeader = { $0.put(name, at: $0.entry(1001)) } }
        try check("has 4 bytes that belong to no tag") {
            $0.header = [RPMTag(rawValue: 9000): .bin([1, 2, 3, 4, 5, 6, 7, 8])]
            $0.changeHeader = { $0.put(4, at: $0.entry(9000) + 12) }
        }
        try check("has the type INT32, not STRING") { $0.changeSignature = { $0.put(4, at: $0.entry(273) + 4) } }
        try check("has SHA256 twice") { $0.changeSignature = { $0.put(273, at: $0.entry(269)) } }
        // More elements than rpm takes of an array, but not of bytes.
        try check("elements") {
            $0.header[RPMTag(rawValue: 4000)] = .bin([UInt8](repeating: 1, count: 1 << 20));
            $0.changeHeader = { $0.put(1, at: $0.entry(4000) + 4) }
        }
        var binary = CraftedRPM()
        binary.header[RPMTag(rawValue: 4000)] = .bin([UInt8](repeating: 1, count: 1 << 20))
        try verify(binary.bytes())
        // INT64 wants 8.
        try check("not a multiple of 8") {
            $0.header[.longSize] = .int64([1])
            $0.changeHeader = { bytes in
                let place = bytes.entry(5009) + 8
                bytes.put(bytes.number(at: place) - 4, at: place)
            }
        }
    }

    @Test func `padding and reserved room`() throws {
        try check("behind the signature header are not zero") { crafted in
            crafted.signature = [.reservedSpace: .bin([0, 0, 0])]
            crafted.changeSignature = { $0[$0.count - 1] = 1 }
        }
        try check("RESERVEDSPACE keeps for signatures is not zero") {
            $0.signature = [.reservedSpace: .bin([0, 0, 1, 0])]
        }
        try check("RESERVED keeps for signatures is not zero") { $0.signature = [.reserved: .bin([0, 1])] }
    }

    @Test func `digests and sizes that lie`() throws {
        let sum = RPMValue.text(String(repeating: "0", count: 64))
        try check("SHA1 is not the digest of the header") {
            $0.signature = [.sha1: .text(String(repeating: "0", count: 40))]
        }
        try check("SHA256 is not the digest of the header") { $0.signature = [.sha256: sum] }
        // The number that rpm's own table of the format has for SHA256.
        try check("no digest of its header") {
            $0.removedSignatures = [.sha1, .sha256]; $0.signature = [RPMSignatureTag(rawValue: 272): sum]
        }
        try check("MD5 is not the digest") { $0.signature = [.md5: .bin([UInt8](repeating: 0, count: 16))] }
        try check("MD5 is not the digest") { $0.signature = [.md5: .bin([1])] }
        try check("bytes late: it was cut, or something was appended") { $0.signature = [.size: .int32([1])] }
        try check("bytes early: it was cut, or something was appended") { $0.signature = [.longSize: .int64([.max])] }
        try check("PAYLOADSIZE announces 1 bytes") { $0.signature = [.payloadSize: .int32([1])] }
        try check("LONGARCHIVESIZE announces 18446744073709551615") {
            $0.signature = [.longArchiveSize: .int64([.max])]
        }
        try check("PAYLOADSHA256 is not the digest") {
            $0.header = [.payloadSHA256: .texts([String(repeating: "0", count: 64)])]
        }
        try check("PAYLOADSHA256ALT is not the digest") { $0.header = [.payloadSHA256Alt: .texts(["x"])] }
    }

    @Test func `lists of paths that disagree`() throws {
        let digests = ["", String(repeating: "0", count: 64), String(repeating: "0", count: 64), "", ""]
        try check("the header has no NAME") { $0.removed = [.name] }
        try check("the header has no VERSION") { $0.header = [.version: .text("")] }
        try check("FILEMODES is missing") { $0.removed = [.fileModes] }
        try check("FILESIZES is missing") { $0.removed = [.fileSizes] }
        try check("DIRINDEXES is missing") { $0.removed = [.dirIndexes] }
        try check("DIRNAMES is missing") { $0.removed = [.dirNames] }
        try check("FILEMODES has 4 elements") { $0.header = [.fileModes: .int16([1, 2, 3, 4])] }
        try check("FILESIZES has 6 elements") { $0.header = [.fileSizes: .int32([1, 2, 3, 4, 5, 6])] }
        try check("FILEFLAGS has 1 elements") { $0.header = [.fileFlags: .int32([1])] }
        try check("FILELINKTOS has 1 elements") { $0.header = [.fileLinkTos: .texts(["a"])] }
        try check("DIRINDEXES has 7") { $0.header = [.dirIndexes: .int32([0, 1, 1, 7, 1])] }
        try check("DIRINDEXES has 4294967295") { $0.header = [.dirIndexes: .int32([0, 1, 1, .max, 1])] }
        try check("doesn't end with a slash") { $0.header = [.dirNames: .texts(["/opt/", "/opt/demo"])] }
        try check("not an absolute path") { $0.header = [.dirNames: .texts(["/opt/", "/opt/../"])] }
        try check("not an absolute path") { $0.header = [.dirNames: .texts(["/opt/", "opt/"])] }
        try check("not an absolute path") { $0.header = [.dirNames: .texts(["/opt/", ""])] }
        try check("not an absolute path") { $0.header = [.baseNames: .texts(["demo", "..", "b", "g", "l"])] }
        try check("not an absolute path") { $0.header = [.baseNames: .texts(["demo", "", "b", "g", "l"])] }
        try check("no plain name") { $0.header = [.baseNames: .texts(["demo", "x/../../a", "b", "g", "l"])] }
        try check("/opt/demo/b twice") { $0.header = [.baseNames: .texts(["demo", "b", "b", "g", "l"])] }
        try check("is not UTF-8") { $0.header = [.baseNames: .stringArray([[100], [0xFF], [98], [103], [108]])] }
        try check("no type of file") {
            $0.header = [.fileModes: .int16([0o040755, 0o644, 0o100644, 0o100644, 0o120777])]
        }
        try check("has no target") { $0.header = [.fileLinkTos: .texts(["", "", "", "", ""])] }
        try check("FILEDIGESTS has “0”") { $0.header = [.fileDigests: .texts(["", "0", "0", "", ""])] }
        // Without the algorithm digests are MD5.
        try check("FILEDIGESTS has “8ed3") { $0.removed = [.fileDigestAlgo] }
        try check("is damaged: its digest") { $0.header = [.fileDigests: .texts(digests)] }
        try check("has no digest of /opt/demo/a") { $0.removed = [.fileDigests] }
        try check("are one inode and differ") { $0.header = [.fileINodes: .int32([1, 2, 2, 3, 4])] }
        try check("REQUIREVERSION has 1 elements") {
            $0.header = [RPMRelation.Kind.requires.tags.version: .texts([""])]
        }
        try check("REQUIREFLAGS has 2 elements") { $0.header = [RPMRelation.Kind.requires.tags.flags: .int32([0, 1])] }
        try check("CONFLICTFLAGS has 1 elements") { $0.header = [RPMRelation.Kind.conflicts.tags.flags: .int32([0])] }
    }

    @Test func `more than is read`() throws {
        try check("REQUIRENAME has 65537 elements; more than 65536 are not read") {
            $0.header = [RPMRelation.Kind.requires.tags.name: .texts((0...(1 << 16)).map { "\($0)" })]
            $0.removed = [RPMRelation.Kind.requires.tags.version, RPMRelation.Kind.requires.tags.flags]
        }
        try check("BASENAMES has 262145 paths; more than 262144 are not read") {
            $0.header = [.baseNames: .texts((0...(1 << 18)).map { "\($0)" })]
        }
        try check("more than 33554432 are not read") {
            $0.changeHeader = { bytes in
                bytes += [UInt8](repeating: 0, count: 33 << 20)
                bytes.put(33 << 20, at: 12)
            }
        }
    }

    @Test func `members of the archive`() throws {
        func digits(_ text: String, at place: Int) -> (inout [UInt8]) -> Void {
            { $0.replaceSubrange(place..<place + text.utf8.count, with: Array(text.utf8)) }
        }
        try check("doesn't begin as one") { $0.members[1].header = digits("070707", at: 0) }
        try check("8 hexadecimal digits") { $0.members[1].header = digits("0000000g", at: 14) }
        try check("8 hexadecimal digits") { $0.members[1].header = digits("0x000005", at: 54) }
        try check("the name of an entry has 0 bytes") { $0.members[1].header = digits("00000000", at: 94) }
        try check("the name of an entry has 1 bytes") { $0.members[1].header = digits("00000001", at: 94) }
        try check("the name of an entry has 4294967295 bytes") { $0.members[1].header = digits("ffffffff", at: 94) }
        try check("doesn't end with its only NUL") { $0.members[1].header = digits("0000000c", at: 94) }
        try check("doesn't end with its only NUL") { $0.members[1].name = "./opt/demo/a\0b" }
        try check("has 4 bytes, in the header 5") { $0.members[1].header = digits("00000004", at: 54) }
        try check("has 4294967295 bytes, in the header 5") { $0.members[1].header = digits("FFFFFFFF", at: 54) }
        try check("has the mode 100755") { $0.members[1].mode = 0o100755 }
        try check("has the mode 120777") { $0.members[1].mode = 0o120777 }
        try check("/opt/demo has 1 bytes") { $0.members[0].content = [1] }
        try check("is damaged: its digest") { $0.members[1].content = Array("ALPHA".utf8) }
        try check("another target") { $0.members[3].content = Array("b".utf8) }
        try check("/opt/demo/l has 2 bytes") { $0.members[3].content = Array("ab".utf8) }
        try check("doesn't list the entry ./opt/demo/c") { $0.members[1].name = "./opt/demo/c" }
        try check("doesn't list the entry ../opt/demo/a") { $0.members[1].name = "../opt/demo/a" }
        try check("doesn't list the entry ./../etc/passwd") { $0.members[1].name = "./../etc/passwd" }
        try check("/opt/demo/a is there twice") { $0.members.insert($0.members[1], at: 2) }
        try check("/opt/demo/g is there, a ghost") { $0.members.insert(.init(name: "./opt/demo/g"), at: 3) }
        try check("/opt/demo/a comes after /opt/demo/b") { $0.members.swapAt(1, 2) }
        try check("ends without /opt/demo/l") { $0.members.removeLast() }
        try check("ends without /opt/demo,") { $0.members = [] }
        try check("ends within the header of an entry") { $0.end = [] }
        try check("ends within the content of /opt/demo/a") {
            $0.members = Array($0.members[..<2]); $0.members[1].content = [1, 2];
            $0.members[1].header = digits("00000005", at: 54); $0.end = []
        }
        try check("bytes follow the end") { $0.end += [1] }
        try check("bytes follow the end") { $0.end += [UInt8](repeating: 0, count: 600) }
        try check("the archive's end has a size") { $0.end.replaceSubrange(54..<62, with: Array("00000001".utf8)) }
        try check("are not zero") { $0.members[1].header = { $0[$0.count - 1] = 1 } }
        try check("an entry is number 9; there are 5 paths") { $0.end = Array("07070X00000009".utf8) + [0, 0] }
        try check("8 hexadecimal digits") { $0.end = Array("07070X0000zz0900".utf8) }
    }

    @Test func `stripped entries, which rpm 6 and large files have`() throws {
        var crafted = CraftedRPM()
        var archive: [UInt8] = []
        for (index, content) in [(0, ""), (1, "alpha"), (2, "beta!"), (4, "a")] {
            archive += Array("07070X0000000\(index)".utf8) + [0, 0] + Array(content.utf8)
            archive += [UInt8](repeating: 0, count: CPIOHeader.padding(after: UInt64(archive.count)))
        }
        crafted.members = []
        crafted.end = archive + crafted.end
        try verify(crafted.bytes())
        // A size that no file has.
        crafted.header = [.longFileSizes: .int64([0, 1 << 29, 5, 0, 1])]
        let error = #expect(throws: Failure.self) { try verify(crafted.bytes()) }
        #expect(error?.message.contains("ends within the content of /opt/demo/a") == true)
    }

    @Test func `compressed data`() throws {
        try check("can't be decoded") { $0.compress = { try XZ.compress($0.span.bytes).dropLast(4) + [] } }
        try check("can't be decoded") { $0.compress = { try XZ.compress($0.span.bytes) + [0, 0, 0, 0] } }
        try check("can't be decoded") {
            $0.compress = { try XZ.compress($0.span.bytes) + XZ.compress($0.span.bytes) }
        }
        try check("can't be decoded") { $0.compress = { _ in [] } }
        try check("can't be decoded") { $0.compress = { _ in [1, 2, 3] } }
        try check("can't be decoded") { $0.header = [.payloadCompressor: .text("gzip")] }
        try check("can't be decoded") {
            $0.header = [.payloadCompressor: .text("gzip")]; $0.compress = { _ in [0x1F, 0x8B] }
        }
        var other = CraftedRPM()
        other.header = [.payloadCompressor: .text("lzma\n")]
        let error = #expect(throws: Failure.self) { try verify(other.bytes()) }
        #expect(error?.code == .failed && error?.message.contains("lzma\\n, which is not supported") == true)
    }

    @Test func `what the payload can't hold is refused before it is decoded`() throws {
        try check("the header lists files of 4294967300 bytes together") {
            $0.header = [.fileSizes: .int32([4096, 0xFFFF_FFFF, 5, 0, 1])]
        }
        try check("the header lists files of 18446744073709551615 bytes together") {
            $0.removed = [.fileSizes]
            $0.header = [.longFileSizes: .int64([4096, .max, 5, 0, 1])]
        }
    }

    @Test func `paths are told apart by their bytes`() throws {
        var crafted = CraftedRPM()
        // One text to Unicode: é, and e with an accent behind it.
        let names = ["\u{E9}", "e\u{301}"]
        crafted.header = [.baseNames: .stringArray(["demo", names[0], names[1], "g", "l"].map { Array($0.utf8) })]
        for (index, name) in names.enumerated() { crafted.members[index + 1].name = "./opt/demo/" + name }
        try verify(crafted.bytes())
        crafted.members.swapAt(1, 2)
        #expect(throws: Failure.self) { try verify(crafted.bytes()) }
    }
}
