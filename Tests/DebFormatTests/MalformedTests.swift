import DebFormat
import Diagnostics
import LinuxIO
import TarFormat
import TestSupport
import Testing

/// Packages that are wrong in one way each: every one is refused, with the place.
@Suite struct MalformedTests {
    private typealias Case = (name: String, bytes: [UInt8])

    private func expectRefused(_ cases: [Case], atLeast count: Int) {
        #expect(cases.count >= count)
        for (name, bytes) in cases {
            guard let failure = RawDeb.failure(bytes) else {
                Issue.record("accepted: \(name)")
                continue
            }
            let text = failure.rendered
            #expect(text.contains(/byte \d+/), "\(name): \(text)")
            #expect(failure.code == .integrity || failure.code == .failed, "\(name): \(text)")
        }
    }

    /// A package as the writer makes it, every kind of control file in it.
    private func written() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try withScratch { scratch in
            var sample = SamplePackage()
            sample.scripts = [.postinst: "#!/bin/sh\nexit 0\n"]
            sample.conffiles = ["/etc/demo.conf"]
            sample.triggers = ["interest-noawait demo-restart"]
            let source = try SharedFile(path: sample.write("demo.deb", in: scratch)).source()
            bytes = try source.read(Int(source.size), at: 0)
        }
        return bytes
    }

    @Test func `the good ones are good`() throws {
        #expect(RawDeb.failure(try written()) == nil)
        #expect(RawDeb.failure(try RawDeb().bytes) == nil)
        let compressed = try RawDeb(
            control: RawDeb.gzip(RawDeb.control()), data: RawDeb.xz(RawDeb.data(), blockSize: 700),
            controlName: "control.tar.gz", dataName: "data.tar.xz")
        #expect(RawDeb.failure(compressed.bytes) == nil)
        let crossed = try RawDeb(
            control: RawDeb.xz(RawDeb.control()), data: RawDeb.gzip(RawDeb.data()), controlName: "control.tar.xz",
            dataName: "data.tar.gz")
        #expect(RawDeb.failure(crossed.bytes) == nil)
    }

    @Test func `what is cut off`() throws {
        let good = try written()
        let plain = try RawDeb().bytes
        var cases: [Case] = []
        for step in 0..<60 {
            let count = good.count * step / 60
            cases.append(("written, cut to \(count)", Array(good.prefix(count))))
        }
        for count in [1, 2, 7, 8, 9, 67, 68, 71, 72, 131, 132, 133, good.count - 2, good.count - 1] {
            cases.append(("written, cut to \(count)", Array(good.prefix(count))))
        }
        for count in stride(from: 0, to: plain.count, by: 510) {
            cases.append(("plain, cut to \(count)", Array(plain.prefix(count))))
        }
        // The same with a header that knows of it: the archives end early, not the file.
        let tars = try (RawDeb.control(), RawDeb.data())
        for count in stride(from: 256, to: tars.0.count, by: 256) {
            cases.append(("control cut to \(count)", try RawDeb(control: Array(tars.0.prefix(count))).bytes))
        }
        for count in stride(from: 256, to: tars.1.count, by: 256) {
            cases.append(("data cut to \(count)", try RawDeb(data: Array(tars.1.prefix(count))).bytes))
        }
        let packed = try (RawDeb.gzip(tars.0), RawDeb.xz(tars.1))
        for part in 0..<10 {
            let control = Array(packed.0.prefix(packed.0.count * part / 10))
            let data = Array(packed.1.prefix(packed.1.count * part / 10))
            cases.append(("gzip part \(part)", try RawDeb(control: control, controlName: "control.tar.gz").bytes))
            cases.append(("xz part \(part)", try RawDeb(data: data, dataName: "data.tar.xz").bytes))
        }
        expectRefused(cases, atLeast: 100)
    }

    @Test func `flipped bits`() throws {
        let good = try written()
        let file = try DebFile(ByteSource(good, name: "x.deb"))
        var cases: [Case] = []
        func flip(_ position: Int) {
            var bytes = good
            bytes[position] ^= 1 << UInt8(position % 8)
            cases.append(("bit of byte \(position)", bytes))
        }
        for position in 0..<8 { flip(position) }
        for member in [file.controlMember, file.dataMember] {
            let start = Int(member.offset)
            // Name, size, end of the header; then the member, without the fields of gzip's header that mean nothing.
            for position in [0, 3, 8, 48, 49, 58, 59] { flip(start - 60 + position) }
            let first = start + (member == file.controlMember ? 10 : 0)
            for part in 0..<40 { flip(first + (start + Int(member.size) - 1 - first) * part / 39) }
        }
        expectRefused(cases, atLeast: 100)
    }

    @Test func `fields of ar`() throws {
        var cases: [Case] = []
        func change(_ member: Int, _ offset: Int, _ text: String) throws {
            var deb = try RawDeb()
            deb.members[member].header = [(offset, text)]
            cases.append(("member \(member), header \(offset) \"\(text)\"", deb.bytes))
        }
        for member in 0..<3 {
            for text in [
                "          ", "9999999999", "-1        ", "0x10      ", "1e3       ", " 10       ", "1 0       ",
            ] {
                try change(member, 48, text)
            }
            try change(member, 58, "``")
            try change(member, 16, "time        ")
            try change(member, 28, "root  ")
            try change(member, 34, "-1    ")
            try change(member, 40, "99999999")
            try change(member, 0, "                ")
            try change(member, 0, "data\u{1}           ")
            try change(member, 0, "../x            ")
        }
        try change(1, 48, "0         ")
        try change(2, 48, "0         ")
        var deb = try RawDeb()
        deb.magic = Array("!<thin>\n".utf8)
        cases.append(("thin archive", deb.bytes))
        deb.magic = Array("0.939000".utf8)
        cases.append(("old format", deb.bytes))
        deb = try RawDeb(version: "2.0\n\n")
        deb.members[0].padding = [0]
        cases.append(("padding that is no newline", deb.bytes))
        deb = try RawDeb(version: "2.0\n\n")
        deb.members[0].padding = []
        cases.append(("no padding", deb.bytes))
        for tail in ["\n", "\n\n", "x", String(repeating: " ", count: 60)] {
            deb = try RawDeb()
            deb.tail = Array(tail.utf8)
            cases.append(("tail \(tail.utf8.count)", deb.bytes))
        }
        expectRefused(cases, atLeast: 50)
    }

    @Test func `members`() throws {
        let good = try RawDeb()
        var cases: [Case] = []
        func members(_ name: String, _ members: [RawDeb.Member]) {
            var deb = good
            deb.members = members
            cases.append((name, deb.bytes))
        }
        let (version, control, data) = (good.members[0], good.members[1], good.members[2])
        members("none", [])
        members("version only", [version])
        members("no data", [version, control])
        members("no control", [version, data])
        members("no version", [control, data])
        members("data first", [version, data, control])
        members("version last", [control, data, version])
        members("version twice", [version, version, control, data])
        members("version behind", [version, control, data, version])
        members("control twice", [version, control, control, data])
        members("control behind", [version, control, data, control])
        members("data twice", [version, control, data, data])
        let other = RawDeb.Member(name: "other", bytes: [1, 2])
        members("premature before control", [version, other, control, data])
        members("premature before data", [version, control, other, data])
        members("premature at all", [other, version, control, data])
        members("underscore first", [RawDeb.Member(name: "_x", bytes: []), version, control, data])
        members("empty control", [version, RawDeb.Member(name: "control.tar.gz", bytes: []), data])
        members("empty data", [version, control, RawDeb.Member(name: "data.tar", bytes: [])])
        members(
            "a thousand members",
            [version, control, data] + (0..<1000).map { RawDeb.Member(name: "_\($0)", bytes: []) })
        for text in ["3.0\n", "2.0", "2\n", "2.\n", "1.0\n", "", "2.x\n", "\n2.0\n", "2.0000000000000\n", "02.0\n"] {
            cases.append(("version \(text)", try RawDeb(version: text).bytes))
        }
        cases.append(("long version", try RawDeb(version: "2.0\n" + String(repeating: "\n", count: 5000)).bytes))
        for name in ["control.tar.zst", "control.tar.bz2", "control.tar.lzma", "control.tar.Z", "control.tarx"] {
            cases.append((name, try RawDeb(controlName: name).bytes))
        }
        for name in ["data.tar.zst", "data.tar.bz2", "data.tar.lzma", "data.tar.lz", "data.tar."] {
            cases.append((name, try RawDeb(dataName: name).bytes))
        }
        expectRefused(cases, atLeast: 40)

        // Those that begin with an underscore may be anywhere behind the first, and what follows the data is warned of.
        var deb = good
        let signature = RawDeb.Member(name: "_gpgorigin", bytes: [1, 2, 3])
        deb.members = [version, signature, control, signature, data, signature, other]
        let file = try DebFile(ByteSource(deb.bytes, name: "x.deb"))
        #expect(file.members.count == 7)
        #expect(file.warnings.count == 1)
        // GNU's ar ends names with a slash.
        deb = good
        deb.members[1].name = "control.tar/"
        #expect(RawDeb.failure(deb.bytes) == nil)
    }

    @Test func `what is compressed wrongly`() throws {
        let tars = try (RawDeb.control(), RawDeb.data())
        let xz = try RawDeb.xz(tars.1, blockSize: 600)
        let gzip = try RawDeb.gzip(tars.0)
        var cases: [Case] = []
        func data(_ name: String, _ bytes: [UInt8]) throws {
            cases.append((name, try RawDeb(data: bytes, dataName: "data.tar.xz").bytes))
        }
        func control(_ name: String, _ bytes: [UInt8]) throws {
            cases.append((name, try RawDeb(control: bytes, controlName: "control.tar.gz").bytes))
        }
        try data("two streams", xz + xz)
        try data("stream padding", xz + [0, 0, 0, 0])
        try data("bytes behind", xz + Array("bytes behind".utf8))
        try data("no xz at all", tars.1)
        try data("gzip called xz", RawDeb.gzip(tars.1))
        try data("a block left out", Array(xz.prefix(12)) + Array(xz.dropFirst(12 + 100)))
        var swapped = xz
        swapped[swapped.count - 8] ^= 1
        try data("backward size", swapped)
        try data("a tar and more in it", RawDeb.xz(tars.1 + Array("more".utf8)))
        try data(
            "a dictionary of 1 GiB",
            Subprocess.run(["/usr/bin/xz", "-c", "--lzma2=preset=0,dict=1GiB"], input: tars.1).output)
        try control("no gzip at all", tars.0)
        try control("xz called gzip", RawDeb.xz(tars.0))
        try control("bytes behind", gzip + [1, 2, 3, 4])
        try control("zlib", [0x78, 0xDA] + gzip.dropFirst(10))
        var length = gzip
        length[length.count - 1] ^= 0x40
        try control("lying length", length)
        var sum = gzip
        sum[sum.count - 6] ^= 0x40
        try control("wrong CRC", sum)
        var reserved = gzip
        reserved[3] = 0xE0
        try control("reserved flags", reserved)
        let bomb = try Subprocess.run(["/bin/sh", "-c", "head -c 40000000 /dev/zero | gzip -9n"]).output
        try control("bomb", bomb)
        let header = try TarEntry(
            path: "./postinst", content: .file(size: 30_000_000), mode: 0o755, time: 0
        ).header()
        try control("bomb in a script", RawDeb.gzip(Array(tars.0.dropLast(1024)) + header) + bomb)
        expectRefused(cases, atLeast: 17)

        // Members of gzip one behind the other are one content.
        let halves = try RawDeb.gzip(Array(tars.0.prefix(700))) + RawDeb.gzip(Array(tars.0.dropFirst(700)))
        #expect(RawDeb.failure(try RawDeb(control: halves, controlName: "control.tar.gz").bytes) == nil)
    }

    @Test func `fields of tar`() throws {
        let tars = try (RawDeb.control(), RawDeb.data())
        let negative = [UInt8](repeating: 0xFF, count: 12)
        let huge = [0x80] + [UInt8](repeating: 0xFF, count: 11)
        let fields: [(Int, [UInt8])] = [
            (124, negative), (124, huge), (124, Array("77777777777\0".utf8)), (124, Array("00000000008\0".utf8)),
            (124, [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7)),
            (124, [UInt8](repeating: 0x20, count: 12)),
            (136, huge), (136, Array("-0000000001\0".utf8)), (108, [0x80] + [UInt8](repeating: 0xFF, count: 7)),
            (116, Array("x000000\0".utf8)), (100, Array("0000888\0".utf8)), (156, Array("x".utf8)),
            (156, Array("g".utf8)), (156, Array("S".utf8)), (156, Array("X".utf8)), (156, Array("K".utf8)),
            (156, Array("7".utf8)), (156, [0xFF]), (0, [0]), (0, [0xFF]), (0, [0x0A]), (257, Array("xstar".utf8)),
            (265, [0xC0]), (297, [0xFF]),
        ]
        var cases: [Case] = []
        for (offset, bytes) in fields {
            // The second header of the one is that of the control file, the fourth of the other that of a file.
            cases.append(
                (
                    "control \(offset) \(bytes)",
                    try RawDeb(control: RawDeb.patched(tars.0, at: 512, offset, bytes)).bytes
                ))
            cases.append(
                ("data \(offset) \(bytes)", try RawDeb(data: RawDeb.patched(tars.1, at: 1536, offset, bytes)).bytes))
        }
        expectRefused(cases, atLeast: 48)
    }

    @Test func `paths`() throws {
        let top = try [RawDeb.directory("./"), RawDeb.directory("./opt/")]
        let file = try RawDeb.file("./opt/a", "alpha")
        func data(_ members: [UInt8]...) throws -> [UInt8] { try RawDeb(data: RawDeb.data(top + members)).bytes }
        let cases: [Case] = [
            ("traversal", try data(RawDeb.file("./opt/../../etc/passwd", "x"))),
            ("traversal at the start", try data(RawDeb.file("../x", "x"))),
            ("only traversal", try data(RawDeb.directory(".."))),
            ("traversal behind a slash", try data(RawDeb.file("/../x", "x"))),
            ("dot inside", try data(RawDeb.file("./opt/./x", "x"))),
            ("empty part", try data(RawDeb.file("./opt//x", "x"))),
            ("two slashes at the end", try data(RawDeb.directory("./opt/x//"))),
            ("through a link", try data(RawDeb.link("./opt/l", "/etc"), RawDeb.file("./opt/l/passwd", "x"))),
            (
                "deep through a link",
                try data(RawDeb.link("./opt/l", "/etc"), RawDeb.file("./opt/l/a/b/c", "x"))
            ),
            ("through a file", try data(file, RawDeb.file("./opt/a/b", "x"))),
            (
                "a link in place of what holds something",
                try data(
                    RawDeb.file("./srv/x", "x"), RawDeb.link("./srv", "/etc"))
            ),
            ("a link in place of a directory", try data(RawDeb.link("./opt", "/etc"))),
            ("twice", try data(file, file)),
            ("twice, written otherwise", try data(file, RawDeb.file("opt/a", "x"))),
            ("a link twice", try data(RawDeb.link("./opt/l", "a"), RawDeb.link("./opt/l", "b"))),
            ("a directory in place of a file", try data(file, RawDeb.directory("./opt/a/"))),
            ("a second name of nothing", try data(RawDeb.link("./opt/h", "./opt/nothing", isHard: true))),
            ("a second name of what comes", try data(RawDeb.link("./opt/h", "./opt/a", isHard: true), file)),
            ("a second name of a directory", try data(RawDeb.link("./opt/h", "./opt", isHard: true))),
            ("a second name of itself", try data(RawDeb.link("./opt/h", "./opt/h", isHard: true))),
            (
                "a second name of a link",
                try data(
                    RawDeb.link("./opt/l", "a"), RawDeb.link("./opt/h", "./opt/l", isHard: true))
            ),
            ("a second name of what is outside", try data(RawDeb.link("./opt/h", "/etc/passwd", isHard: true))),
            ("a second name beyond the top", try data(RawDeb.link("./opt/h", "../../etc/passwd", isHard: true))),
            ("the top as a link", try RawDeb(data: RawDeb.data([RawDeb.link("./", "/etc")])).bytes),
            ("the top as a file", try RawDeb(data: RawDeb.data([RawDeb.file(".", "x")])).bytes),
            (
                "a hundred thousand parts",
                try data(
                    RawDeb.file("./" + String(repeating: "a/", count: 30_000) + "x", "x"))
            ),
            (
                "ten thousand parts, many times",
                try data(
                    (0..<40).flatMap { try RawDeb.file("./\($0)/" + String(repeating: "a/", count: 2000) + "x", "x") })
            ),
            ("a very long name", try data(RawDeb.file("./" + String(repeating: "n", count: 70_000), "x"))),
            ("zeros in padding's place", try RawDeb(data: Array(RawDeb.data().dropLast(1024))).bytes),
            ("only one block of zeros", try RawDeb(data: Array(RawDeb.data().dropLast(512))).bytes),
            ("bytes behind the end", try RawDeb(data: RawDeb.data() + RawDeb.file("./x", "x")).bytes),
            ("a half block behind the end", try RawDeb(data: RawDeb.data() + [UInt8](repeating: 0, count: 256)).bytes),
        ]
        expectRefused(cases, atLeast: 30)
    }

    @Test func `files of the control archive`() throws {
        var cases: [Case] = []
        func control(_ name: String, _ files: [(String, String)] = [], fields: String = RawDeb.fields) throws {
            cases.append((name, try RawDeb(control: RawDeb.control(fields: fields, files: files)).bytes))
        }
        for text in [
            "\n", "/opt/demo/a", "/opt/demo/a\n\n", "opt/demo/a\n", " /opt/demo/a\n", "/opt/demo/x\n", "/\n",
            "/opt/demo/a\n/opt/demo/a\n", "remove-on-upgrade /opt/demo/a\n", "keep /opt/demo/a\n",
            "remove-on-upgrade \n", "/opt/demo/a \n", "/" + String(repeating: "x", count: 1000) + "\n", "/opt/\u{0}\n",
        ] { try control("conffiles \(text)", [("conffiles", text)]) }
        for text in [
            "x\n", "\(RawDeb.alpha)\n", "\(RawDeb.alpha)  \n", "\(RawDeb.alpha)  opt/demo/a",
            "\(RawDeb.alpha) opt/demo/a\n", "\(RawDeb.alpha)  opt/demo/x\n", "\(RawDeb.alpha)  opt/demo/b\n",
            "\(RawDeb.alpha.uppercased())  opt/demo/a\n", "0\(RawDeb.alpha.dropFirst())  opt/demo/a\n",
            "\(RawDeb.alpha)  opt/../opt/demo/a\n", "\(RawDeb.alpha)  opt/demo/a\n\(RawDeb.alpha)  opt/demo/a\n",
            "g\(RawDeb.alpha.dropFirst())  opt/demo/a\n", "\(RawDeb.alpha)  opt/demo\n", "\n",
            "\(RawDeb.alpha)  /\n",
        ] { try control("md5sums \(text)", [("md5sums", text)]) }
        for text in [
            "interest", "interest\n", "watch x\n", "interest a b\n", "interest \u{e9}\n",
            "interest " + String(repeating: "x", count: 300) + "\n",
        ] { try control("triggers \(text)", [("triggers", text)]) }
        try control("a file twice", [("postinst", ""), ("postinst", "")])
        try control("control twice", [("control", RawDeb.fields)])
        try control("a path", [("a/b", "")])
        try control("traversal", [("../x", "")])
        try control("dots", [("..", "")])
        try control("a name with a blank", [("a b", "")])
        let top = try RawDeb.directory("./")
        for (name, member) in [
            ("no control", try RawDeb.file("./postinst", "")), ("control is a link", try RawDeb.link("./control", "x")),
            ("control is a directory", try RawDeb.directory("./control/")),
            ("control is a pipe", try RawDeb.member(TarEntry(path: "./control", content: .pipe, mode: 0, time: 0))),
            ("empty control", try RawDeb.file("./control", "")),
        ] { cases.append((name, try RawDeb(control: top + member + Tar.end).bytes)) }
        let many = try (0..<1100).flatMap { try RawDeb.file("./f\($0)", "") }
        cases.append(("many files", try RawDeb(control: RawDeb.control().dropLast(1024) + many + Tar.end).bytes))
        let lines = String(repeating: "\n", count: 300_000)
        try control("many lines", [("triggers", lines)])
        try control(
            "a control file of a megabyte",
            fields: RawDeb.fields + "X: " + String(repeating: "x", count: 1 << 20) + "\n")
        expectRefused(cases, atLeast: 45)
    }

    @Test func `control fields`() throws {
        var cases: [Case] = []
        func fields(_ change: (String) -> String) throws {
            let text = change(RawDeb.fields)
            #expect(text != RawDeb.fields)
            cases.append((text, try RawDeb(control: RawDeb.control(fields: text)).bytes))
        }
        func replace(_ old: String, _ new: String) throws {
            try fields { text in
                text.split(separator: "\n").map { $0 == old ? new : String($0) }.joined(separator: "\n") + "\n"
            }
        }
        for value in ["", " -x", " a b", " a/b", " ../x", " \u{fc}"] {
            try replace("Package: demo", "Package:" + value)
        }
        for value in ["", " ", " v1", " 1:", " 1-", " 1_0", " a:1", " 99999999999:1"] {
            try replace("Version: 1.0", "Version:" + value)
        }
        for value in ["", " amd 64", " -amd64", " amd64/x"] {
            try replace("Architecture: amd64", "Architecture:" + value)
        }
        for name in ["Package: demo", "Version: 1.0", "Architecture: amd64"] { try replace(name, "X-Other: x") }
        for line in [
            "Depends: a,", "Depends: a (1)", "Depends: a | | b", "Conflicts: a | b", "Provides: x (>= y_)",
            "Pre-Depends: \u{fc}", "Breaks: a b", "Multi-Arch: maybe", "Essential: 1", "Installed-Size: many",
            "Installed-Size: 99999999999999999999", "Package: twice", "package: twice", "no colon", ": no name", " ",
            "\u{1}: x", "X: \u{7f}", "-X: y", "#X: y", "X Y: z",
        ] { try fields { $0 + line + "\n" } }
        try fields { $0 + "\nPackage: second\n" }
        try fields { String($0.dropLast()) }
        try fields { " " + $0 }
        try fields { $0.split(separator: "\n").joined(separator: "\r\n") + "\r\n" }
        try fields { _ in "\n" }
        expectRefused(cases, atLeast: 45)
    }

    /// Whatever changes: a package or a failure, never a trap.
    @Test func `random changes never crash`() throws {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let tars = try (
            RawDeb.control(files: [("conffiles", "/opt/demo/a\n"), ("triggers", "interest x\n")]), RawDeb.data()
        )
        let written = try written()
        let plain = try RawDeb(control: tars.0).bytes
        let sizes = [8, 8, 8, 12, 12, 8, 1, 100, 8, 32, 32, 8, 8, 155]
        let offsets = [100, 108, 116, 124, 136, 148, 156, 157, 257, 265, 297, 329, 337, 345]
        var refused = 0
        for round in 0..<4000 {
            var bytes: [UInt8]
            switch round % 4 {
            case 0, 1:
                bytes = round % 4 == 0 ? written : plain
                for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
                if next(5) == 0 { bytes.removeSubrange(next(bytes.count)...) }
            default:
                let field = next(offsets.count)
                let kinds: [UInt8] = [0x00, 0x20, 0x30, 0x37, 0x38, 0x80, 0xFF]
                let value = (0..<sizes[field]).map { _ in kinds[next(kinds.count)] }
                let tar = round % 4 == 2 ? tars.0 : tars.1
                let header = 512 * [0, 1, 2, 3][next(round % 4 == 2 ? 2 : 4)]
                let changed = RawDeb.patched(tar, at: header, offsets[field], value)
                bytes = try round % 4 == 2 ? RawDeb(control: changed).bytes : RawDeb(data: changed).bytes
            }
            guard let failure = RawDeb.failure(bytes) else { continue }
            refused += 1
            #expect(failure.rendered.contains(/byte \d+/), "round \(round): \(failure.rendered)")
        }
        #expect(refused > 2000)
    }
}
