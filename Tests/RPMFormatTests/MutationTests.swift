import Diagnostics
import LinuxIO
import TestSupport
import Testing

@testable import RPMFormat

/// Good packages, broken in hundreds of ways.
@Suite struct MutationTests {
    private func expectRefusal(_ bytes: [UInt8], _ what: String, orDoubt: Bool = false) {
        if orDoubt, let file = try? RPMFile(ByteSource(bytes, name: "bad.rpm")), let result = try? file.verify() {
            #expect(result.unknown == ["the lead's architecture"], "\(what)")
            return
        }
        let error = #expect(throws: Failure.self, "\(what)") { try verify(bytes) }
        #expect(error?.code == .integrity || error?.code == .failed, "\(what): \(error?.rendered ?? "")")
        #expect(
            error?.code == .failed || error?.message.contains("byte ") == true, "\(what): \(error?.rendered ?? "")"
        )
    }

    /// Ours, and rpmbuild's with gzip and hard links.
    private func packages(_ body: ([UInt8]) throws -> Void) throws {
        try withScratch { scratch in
            try body(try readFile(try SampleRPM.demo().write(in: scratch)))
            try body(try readFile(try RPMBuild.build(RPMBuild.links, payload: "w9.gzdio", in: scratch)))
        }
    }

    @Test func `a changed byte is found wherever it is`() throws {
        try packages { bytes in
            let step = max(1, bytes.count / 160)
            for place in Array(0..<96) + stride(from: 96, to: bytes.count, by: step) {
                for mask: UInt8 in [0x01, 0x80, 0xFF] {
                    var changed = bytes
                    changed[place] ^= mask
                    // That of a package for all may be any.
                    expectRefusal(changed, "byte \(place) ^ \(mask)", orDoubt: place == 8 || place == 9)
                }
            }
        }
    }

    @Test func `a truncated package is found wherever it ends`() throws {
        try packages { bytes in
            let step = max(1, bytes.count / 80)
            for count in Array(stride(from: 0, to: bytes.count, by: step)) + [95, 96, 97, 111, 112, bytes.count - 1] {
                expectRefusal(Array(bytes[..<count]), "\(count) bytes")
            }
            expectRefusal(bytes + [0], "a byte more")
            expectRefusal(bytes + bytes, "twice")
        }
    }

    @Test func `numbers of the index are never trusted`() throws {
        try packages { bytes in
            let file = try RPMFile(ByteSource(bytes, name: "good.rpm"))
            let right = try file.verify()
            let headers = [
                (Int(file.signatureHeader.offset), file.signatureHeader.entries.count + 1),
                (Int(file.header.offset), file.header.entries.count + 1),
            ]
            for (start, count) in headers {
                for place in stride(from: start + 8, to: start + 16 + 16 * count, by: 4) {
                    let old = bytes.number(at: place)
                    for number in [0, 1, old &+ 1, old &- 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x00FF_FFFF]
                    where number != old {
                        var changed = bytes
                        changed.put(number, at: place)
                        // Nothing covers the tags of the signature header, but what isn't verified is said.
                        if place < Int(file.header.offset),
                            let other = try? RPMFile(ByteSource(changed, name: "changed.rpm")).verify()
                        {
                            #expect(other != right)
                            #expect(Set(other.verified).isSubset(of: right.verified))
                            continue
                        }
                        expectRefusal(changed, "\(number) at byte \(place)")
                    }
                }
            }
        }
    }

    @Test func `pieces put elsewhere are found`() throws {
        try packages { bytes in
            var state: UInt64 = 7
            func random(_ bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(state >> 33) % bound
            }
            for round in 0..<100 {
                let size = 1 + random(64)
                let (from, to) = (96 + random(bytes.count - 96 - size), 96 + random(bytes.count - 96 - size))
                var changed = bytes
                switch round % 3 {
                case 0: changed.replaceSubrange(to..<to + size, with: bytes[from..<from + size])
                case 1: changed.removeSubrange(to..<to + size)
                default: changed.insert(contentsOf: bytes[from..<from + size], at: to)
                }
                if changed != bytes { expectRefusal(changed, "round \(round): \(size) bytes from \(from) to \(to)") }
            }
        }
    }

    /// Changes under which every digest is right, so that what reads values and payload meets them too.
    @Test func `headers that lie under right digests do no harm`() throws {
        var state: UInt64 = 11
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var refused = 0
        for round in 0..<600 {
            var crafted = CraftedRPM()
            crafted.changeHeader = { bytes in
                let count = Int(bytes.number(at: 8))
                if round.isMultiple(of: 2) {
                    let place = 32 + 4 * random(4 * (count - 1))
                    let values = [0, 1, bytes.number(at: place) &+ 1, bytes.number(at: place) &- 1, 0xFFFF_FFFF]
                    bytes.put(values[random(values.count)], at: place)
                } else {
                    bytes[32 + 16 * count + random(bytes.count - 48 - 16 * count)] = UInt8(random(256))
                }
            }
            let bytes = try crafted.bytes()
            do {
                let file = try RPMFile(ByteSource(bytes, name: "lying.rpm"))
                for kind in RPMRelation.Kind.allCases { _ = file.dependencies(kind).map(\.text) }
                _ = (file.scripts, file.version.description, try file.signatures())
                for entry in file.header.entries { #expect(file.header.value(entry).count == entry.count) }
                _ = try file.verify()
            } catch {
                refused += 1
                #expect(error.code == .failed || error.message.contains("byte "), "\(error.rendered)")
            }
        }
        #expect(refused > 400)
    }
}
