import Diagnostics
import LinuxIO
import XZ

/// Which members a package has; the order is that of `extracthalf` in dpkg src/deb/extract.c.
struct DebLayout {
    private(set) var members: [DebMember] = []
    let version: String
    let control: DebMember
    let data: DebMember
    private(set) var warnings: [String] = []

    init(_ source: ByteSource) throws(Failure) {
        var reader = try ArReader(source)
        var members: [DebMember] = []
        var control: DebMember?
        var data: DebMember?
        var version: String?
        var warnings: [String] = []
        while let member = try reader.next() {
            func failure(_ problem: String) -> Failure {
                Failure(.integrity, "\(source.name) has \(problem), at byte \(member.offset - 60)")
            }
            guard members.count < DebLimits.members else { throw failure("more than \(DebLimits.members) members") }
            members.append(member)
            if version == nil {
                guard member.name == "debian-binary" else {
                    throw failure("the member \(member.name) where debian-binary was expected")
                }
                version = try Self.version(member, source)
            } else if member.name.utf8.first == UInt8(ascii: "_") {
                continue
            } else if member.name.hasPrefix("control.tar") {
                guard control == nil, data == nil else { throw failure("a second control archive") }
                control = member
            } else if member.name.hasPrefix("data.tar") {
                guard control != nil else { throw failure("the member \(member.name) before the control archive") }
                guard data == nil else { throw failure("a second archive of files") }
                data = member
            } else {
                guard data != nil, member.name != "debian-binary" else {
                    throw failure("the member \(member.name), where only names that begin with _ may be")
                }
                warnings.append("dpkg ignores the member \(member.name) behind the archive of files")
            }
            if member == control || member == data, member.size == 0 { throw failure("an empty \(member.name)") }
        }
        func missing(_ what: String) -> Failure {
            Failure(
                .integrity, "\(source.name) ends at byte \(source.size), before \(what)",
                hints: ["If it was cut, download the file again."])
        }
        guard let version else { throw missing("debian-binary") }
        guard let control else { throw missing("its control archive") }
        guard let data else { throw missing("its archive of files") }
        self.members = members
        self.version = version
        self.control = control
        self.data = data
        self.warnings = warnings
    }

    /// The first line of `debian-binary`; more lines may follow, and dpkg ignores them.
    private static func version(_ member: DebMember, _ source: ByteSource) throws(Failure) -> String {
        let content = try source.read(Int(min(member.size, DebLimits.version)), at: member.offset)
        let line = content.prefix { $0 != UInt8(ascii: "\n") }
        guard member.size <= DebLimits.version, line.count < content.count, line.starts(with: [0x32, 0x2E]),
            line.count > 2, line.count < 12, line.dropFirst(2).allSatisfy(\.isDigit)
        else {
            throw Failure(
                .integrity,
                "\(source.name) is of the format \"\(PathText.display(Array(line.prefix(20))))\", at byte "
                    + "\(member.offset); only 2.0 and later versions 2 can be read")
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// How a member is compressed, by its name, as dpkg has it.
    func compression(of member: DebMember, in source: ByteSource) throws(Failure) -> DebCompression {
        let stem = member.name.hasPrefix("control") ? "control.tar" : "data.tar"
        switch member.name.dropFirst(stem.count) {
        case "": return .none
        case ".gz": return .gzip
        case ".xz":
            do throws(Failure) {
                return .xz(
                    try XZStreamLayout(size: member.size) { count, offset throws(Failure) in
                        try source.read(count, at: member.offset + offset)
                    })
            } catch {
                throw error.during("\(source.name) has a damaged \(member.name), at byte \(member.offset)")
            }
        case ".zst", ".bz2", ".lzma":
            throw Failure(
                .failed,
                "\(source.name) has the member \(member.name), at byte \(member.offset - 60): "
                    + "this compression isn't supported",
                hints: [
                    "dpkg-deb --info and --contents read it.",
                    "To have it checked here, pack it anew: dpkg-deb -R FILE DIR, then dpkg-deb -Zxz -b DIR NEW.",
                ])
        default:
            throw Failure(
                .integrity,
                "\(source.name) has the member \(member.name) of unknown compression, at byte \(member.offset - 60)")
        }
    }
}
