public import Diagnostics
public import LinuxIO

/// A package as a file: its members, and what its control archive says; `verify` reads the rest.
///
/// The reader accepts what deb(5) allows and dpkg unpacks, made by whomever, and is strict beyond that: it refuses what
/// dpkg would skip, guess or write to another place. Every failure says at which byte of the file, or of which archive in
/// it. It takes some 16 MiB for the control archive at most, whatever the file says.
public struct DebFile {
    /// The bytes of the package.
    public let source: ByteSource
    /// The members of the ar archive, in their order.
    public let members: [DebMember]
    /// The format's version, the first line of `debian-binary`: `2.0`.
    public let formatVersion: String
    /// The member with the control archive.
    public let controlMember: DebMember
    /// The member with the files.
    public let dataMember: DebMember
    /// How the control archive is compressed.
    public let controlCompression: DebCompression
    /// How the archive of files is compressed.
    public let dataCompression: DebCompression
    /// The files of the control archive, in their order.
    public let controlFiles: [DebControlFile]
    /// The control file.
    public let control: ControlParagraph
    /// What of it has a form to check.
    public let fields: DebFields
    /// The configuration files.
    public let conffiles: [DebConffile]
    /// The triggers.
    public let triggers: [DebTrigger]
    /// MD5 and path of each line of `md5sums`; nil where there is no such file.
    public let md5sums: [DebMD5Sum]?
    /// What dpkg would warn of, a sentence each.
    public let warnings: [String]

    /// Opens a package.
    ///
    /// - Parameter source: All of its bytes.
    /// - Throws: `.integrity` for damage, with the offset; `.failed` for a compression that isn't supported.
    public init(_ source: ByteSource) throws(Failure) {
        self.source = source
        let layout = try DebLayout(source)
        members = layout.members
        formatVersion = layout.version
        controlMember = layout.control
        dataMember = layout.data
        controlCompression = try layout.compression(of: layout.control, in: source)
        dataCompression = try layout.compression(of: layout.data, in: source)
        let archive = try ControlArchive(layout.control, of: source, compression: controlCompression)
        controlFiles = archive.files
        control = try ControlParagraph(parsing: archive.required("control"), name: "\(source.name): control")
        do throws(Failure) {
            var fields = try DebFields(control)
            try fields.check()
            self.fields = fields
        } catch {
            let place = archive.offset(of: "control")
            throw Failure(
                .integrity, "\(source.name): control, at byte \(place) of \(layout.control.name): \(error.message)")
        }
        conffiles = try archive.conffiles()
        triggers = try archive.triggers()
        md5sums = try archive.md5sums()
        warnings = layout.warnings + archive.warnings + Self.warnings(of: control)
    }

    /// The maintainer scripts by name, `config` of debconf among them.
    public var scripts: [String: [UInt8]] {
        var scripts: [String: [UInt8]] = [:]
        for file in controlFiles where Self.scriptNames.contains(file.name) { scripts[file.name] = file.content }
        return scripts
    }

    /// The names of maintainer scripts.
    static let scriptNames: Set<String> = ["preinst", "postinst", "prerm", "postrm", "config"]

    /// What `pkg_parse_verify` of dpkg lib/dpkg/parse.c warns of.
    private static func warnings(of control: ControlParagraph) -> [String] {
        ["Maintainer", "Description"].filter { control[$0] == nil }.map { "the control file has no field \($0)" }
    }
}
