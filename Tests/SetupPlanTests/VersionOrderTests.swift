import Foundation
import SetupPlan
import Testing

struct VersionOrderTests {
    /// From rpm's own tests (tests/rpmvercmp.at): left, right, order.
    static let rpmCases: [(String, String, Int)] = [
        ("1.0", "1.0", 0), ("1.0", "2.0", -1), ("2.0.1", "2.0.1a", -1), ("2.0.1a", "2.0.1", 1),
        ("5.5p1", "5.5p2", -1), ("5.5p10", "5.5p1", 1), ("10xyz", "10.1xyz", -1), ("xyz10", "xyz10.1", -1),
        ("xyz.4", "8", -1), ("xyz.4", "2", -1), ("5.5p2", "5.6p1", -1), ("5.6p1", "6.5p1", -1),
        ("6.0.rc1", "6.0", 1), ("10b2", "10a1", 1), ("1.0aa", "1.0a", 1), ("10.0001", "10.1", 0),
        ("10.0001", "10.0039", -1), ("4.999.9", "5.0", -1), ("20101121", "20101122", -1), ("2_0", "2.0", 0),
        ("a", "a", 0), ("a+", "a_", 0), ("+a", "a", 0), ("+", "_", 0), ("1.0~rc1", "1.0", -1),
        ("1.0~rc1", "1.0~rc2", -1), ("1.0~rc1~git123", "1.0~rc1", -1), ("1.0^", "1.0", 1), ("1.0^git1", "1.0", 1),
        ("1.0^git1", "1.0^git2", -1), ("1.0^git1", "1.01", -1), ("1.0^20160101", "1.0.1", -1),
        ("1.0~rc1^git1", "1.0~rc1", 1), ("1.0^git1~pre", "1.0^git1", -1), ("1.0^git1", "1.0~git1", 1),
        ("99999999999999999999", "100000000000000000000", -1), ("1.0.", "1.0", 0),
    ]

    @Test(arguments: rpmCases)
    func `Versions compare as rpm compares them`(left: String, right: String, order: Int) {
        #expect(VersionOrder.compare(left, right) == order)
        #expect(VersionOrder.compare(right, left) == -order)
    }

    @Test func `The release decides between equal versions`() {
        #expect(VersionOrder.compareFull("2.3.0-9", "2.3.0-10") == -1)
        #expect(VersionOrder.compareFull("2.3.1-1", "2.3.0-10") == 1)
        #expect(VersionOrder.compareFull("2.3.0~rc1-1", "2.3.0-1") == -1)
    }

    @Test(arguments: ["1", "2.3.0", "2024.01.05", "2.3.0~rc1", "2.3.0+build57", "1.0+git5.2~a1", "1.0+local"])
    func `Versions that both package managers order alike`(version: String) {
        #expect(VersionOrder.isPortable(version))
    }

    @Test(arguments: [
        "", "a", "1.", "1..2", "1.0a", "1.0.a", "1.0+2", "1.0~1", "1.0+", "1.0~", "1.0+a+b", "1.0+a.1", "1.0~rc0",
        "1.0-1", "1 0",
    ])
    func `Versions that they order differently`(version: String) {
        #expect(!VersionOrder.isPortable(version))
    }

    /// dpkg's algorithm (lib/dpkg/version.c, `verrevcmp`), to compare many pairs with.
    private static func dpkgOrder(_ left: String, _ right: String) -> Int {
        func weight(_ byte: UInt8?) -> Int {
            guard let byte else { return 0 }
            if byte >= 0x30 && byte <= 0x39 { return 0 }
            if (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a { return Int(byte) }
            return byte == UInt8(ascii: "~") ? -1 : Int(byte) + 256
        }
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
        var one = Array(left.utf8)[...]
        var two = Array(right.utf8)[...]
        while !one.isEmpty || !two.isEmpty {
            var firstDifference = 0
            while (!one.isEmpty && !isDigit(one.first)) || (!two.isEmpty && !isDigit(two.first)) {
                let (a, b) = (weight(one.first), weight(two.first))
                if a != b { return (a - b).signum() }
                one = one.dropFirst()
                two = two.dropFirst()
            }
            one = one.drop { $0 == 0x30 }
            two = two.drop { $0 == 0x30 }
            while isDigit(one.first), isDigit(two.first), let a = one.popFirst(), let b = two.popFirst() {
                if firstDifference == 0 { firstDifference = Int(a) - Int(b) }
            }
            if isDigit(one.first) { return 1 }
            if isDigit(two.first) { return -1 }
            if firstDifference != 0 { return firstDifference.signum() }
        }
        return 0
    }

    /// Every portable version over a small alphabet, up to six characters.
    private static let portable: [String] = {
        var all: [String] = []
        var layer = [""]
        for _ in 1...6 {
            layer = layer.flatMap { prefix in ["0", "2", "a", "B", ".", "+", "~"].map { prefix + $0 } }
            all += layer.filter(VersionOrder.isPortable)
        }
        return all
    }()

    @Test func `rpm and dpkg agree on every pair of short portable versions`() {
        #expect(Self.portable.count > 700)
        for (index, left) in Self.portable.enumerated() {
            // Each against every seventh of the others: the whole square takes too long in a debug build.
            for position in stride(from: index % 7, to: Self.portable.count, by: 7) {
                let right = Self.portable[position]
                let (ours, theirs) = (VersionOrder.compare(left, right), Self.dpkgOrder(left, right))
                if ours != theirs { Issue.record("\(left) and \(right): rpm \(ours), dpkg \(theirs)") }
            }
        }
    }

    @Test(arguments: [
        ("1.0+2", "1.0.1"), ("1.0a", "1.0.a"), ("1.0~rc1", "1.0~1"), ("1.0+git5", "1.0z"), ("1.0+ab", "1.0+a+b"),
        ("1.0~rc", "1.0~rc0"),
    ])
    func `Refused forms really are ordered differently`(left: String, right: String) {
        #expect(VersionOrder.compare(left, right) != Self.dpkgOrder(left, right))
    }

    @Test(arguments: [
        ("2.3.0~rc1", "2.3.0"), ("2.3.0", "2.3.0+build1"), ("2.3.0+build9", "2.3.0+build10"), ("2.9.0", "2.10.0"),
        ("2.3.0+build1", "2.3.0.1"), ("1.0+B1", "1.0+a1"), ("2024.01.05", "2024.1.6"), ("1.0~rc1+b1", "1.0~rc1.1"),
    ])
    func `The real dpkg agrees`(older: String, newer: String) throws {
        #expect(VersionOrder.compare(older, newer) == -1)
        let dpkg = Process()
        dpkg.executableURL = URL(fileURLWithPath: "/usr/bin/dpkg")
        dpkg.arguments = ["--compare-versions", older + "-1", "lt", newer + "-1"]
        try dpkg.run()
        dpkg.waitUntilExit()
        #expect(dpkg.terminationStatus == 0)
    }
}
