import Diagnostics
import Digests
import LinuxIO
import XZ

@testable import RPMFormat

/// A small package put together by hand, with right digests around whatever is wrong.
struct CraftedRPM {
    /// An entry of the payload as it is written.
    struct Member {
        var name: String
        var mode: UInt32 = 0o100644
        var content: [UInt8] = []
        /// Replaces the header's bytes.
        var header: ((inout [UInt8]) -> Void)?
    }

    var lead = RPMLead.bytes(label: "demo-1.0-1", architecture: "x86_64")
    /// Tags that replace those that follow from the rest, and tags that are left out.
    var signature: [RPMSignatureTag: RPMValue] = [:]
    var header: [RPMTag: RPMValue] = [:]
    var removedSignatures: [RPMSignatureTag] = []
    var removed: [RPMTag] = []
    /// The bytes of the two headers before they are used.
    var changeSignature: (inout [UInt8]) -> Void = { _ in }
    var changeHeader: (inout [UInt8]) -> Void = { _ in }
    var members: [Member]
    /// What follows the members; the trailer.
    var end: [UInt8]
    /// Makes the payload of the archive.
    var compress: ([UInt8]) throws -> [UInt8] = { try XZ.compress($0.span.bytes) }
    private let sample: SampleRPM

    init() {
        var sample = SampleRPM()
        sample.addDirectory("/opt/demo")
        sample.addFile("/opt/demo/a", "alpha")
        sample.addFile("/opt/demo/b", "beta!")
        sample.add(
            RPMEntry(path: "/opt/demo/g", content: .file(size: 0, digest: .zero), mode: 0o644, flags: .ghost))
        sample.add(RPMEntry(path: "/opt/demo/l", content: .link(target: "a"), mode: 0o777))
        sample.package.relations = [RPMRelation(.requires, "other", version: (.greater, "1"))]
        self.sample = sample
        members = [
            Member(name: "./opt/demo", mode: 0o040755), Member(name: "./opt/demo/a", content: Array("alpha".utf8)),
            Member(name: "./opt/demo/b", content: Array("beta!".utf8)),
            Member(name: "./opt/demo/l", mode: 0o120777, content: Array("a".utf8)),
        ]
        end = sample.package.payloadEnd
    }

    /// The archive.
    var archive: [UInt8] {
        var archive: [UInt8] = []
        for (index, member) in members.enumerated() {
            var header = CPIOHeader.bytes(
                inode: UInt32(index + 1), mode: member.mode, time: 946_684_800, size: UInt32(member.content.count),
                name: member.name)
            member.header?(&header)
            archive += header + member.content
            archive += [UInt8](repeating: 0, count: CPIOHeader.padding(after: UInt64(archive.count)))
        }
        return archive + end
    }

    /// The package's bytes.
    func bytes() throws -> [UInt8] {
        let archive = archive
        let payload = try compress(archive)
        var fields = sample.package.header(compressed: SHA256.digest(payload), plain: SHA256.digest(archive))
        for (tag, value) in header { fields[tag] = value }
        for tag in removed { fields[tag] = nil }
        var main = try fields.bytes()
        changeHeader(&main)
        var signatures = try SignatureHeader(
            mainHeader: main, md5: try MessageDigest.digest(main + payload, .md5),
            size: UInt64(main.count + payload.count), payloadSize: UInt64(archive.count))
        signatures.header[.reservedSpace] = .bin([UInt8](repeating: 0, count: 64))
        for (tag, value) in signature { signatures.header[tag] = value }
        for tag in removedSignatures { signatures.header[tag] = nil }
        var first = try signatures.header.bytes()
        first += [UInt8](repeating: 0, count: SignatureHeader.padded(first.count) - first.count)
        changeSignature(&first)
        return lead + first + main + payload
    }
}

/// Opens and verifies bytes.
func verify(_ bytes: [UInt8]) throws(Failure) { _ = try RPMFile(ByteSource(bytes, name: "bad.rpm")).verify() }

extension [UInt8] {
    /// Puts a big-endian number somewhere.
    mutating func put(_ number: UInt32, at place: Int) {
        for index in 0..<4 { self[place + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)) }
    }

    /// The big-endian number somewhere.
    func number(at place: Int) -> UInt32 { self[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }

    /// Where the entry of a tag is in a header's bytes.
    func entry(_ tag: UInt32) -> Int {
        (0..<Int(number(at: 8))).map { 16 + 16 * $0 }.first { number(at: $0) == tag } ?? 0
    }
}
