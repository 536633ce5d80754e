import DebFormat
public import Diagnostics
public import LinuxIO
public import SiteDefinition
import Templates

/// The Debian package that owns the file at `apt.keyring`, with the key in use and its successor inside, so that an
/// upgrade brings new keys to machines before they are needed.
///
/// Where apt knows no `signed-by` (before 1.1~exp9, commit b0d4085; Ubuntu 14.04 has 1.0.1), it links the file into
/// `/etc/apt/trusted.gpg.d` as well: that apt follows links there (`RealFileExists` of apt-pkg/contrib/fileutl.cc, called
/// for `ExecGPGV` of gpgv.cc).
public struct KeyringPackage: Sendable {
    /// The package's name.
    public let name: String
    /// Its version.
    public let version: String
    /// The name of its file.
    public let fileName: String
    private let package: DebPackage
    private let contents: [String: [UInt8]]

    /// Makes the package.
    ///
    /// - Parameters:
    ///   - site: The site.
    ///   - keys: The keys of role `apt`.
    ///   - timestamp: The time of everything in it, in seconds since 1970.
    /// - Returns: nil when the site makes no packages for clients, or has no APT repositories.
    public init?(_ site: SiteDefinition, keys: ClientKeys, timestamp: Int64) throws(Failure) {
        guard let settings = site.clientPackages, let name = settings.keyringPackage, let apt = site.apt else {
            return nil
        }
        self.name = name
        version = settings.version
        fileName = "\(name)_\(version)_all.deb"
        let texts = ClientTexts(
            package: name, version: version, origin: site.origin, vendor: settings.vendor,
            maintainer: settings.maintainer, timestamp: timestamp, keyring: apt.keyring)
        let documents = "/usr/share/doc/\(name)"
        let files = [
            SmallFile(path: apt.keyring, bytes: keys.keyring),
            SmallFile(path: "\(documents)/copyright", bytes: Array(try texts.render("client-copyright").utf8)),
            // A version without a dash is a native package's, whose changelog has this name; Debian policy 12.7.
            SmallFile(
                path: "\(documents)/changelog.gz",
                bytes: try Gzip.compress(Array(try texts.render("client-changelog").utf8))),
        ]
        var control = ControlParagraph()
        let entries = try DebPackage.entries(files)
        control["Package"] = name
        control["Version"] = version
        control["Architecture"] = "all"
        control["Maintainer"] = settings.maintainer
        control["Installed-Size"] = String(DebPackage.installedSize(entries))
        control["Section"] = "misc"
        control["Priority"] = "optional"
        control["Multi-Arch"] = "foreign"
        control["Homepage"] = site.url
        control["Description"] = try texts.render("keyring-description").trimmed
        package = DebPackage(
            control: control,
            scripts: [
                .postinst: try texts.render("keyring-postinst"), .postrm: try texts.render("keyring-postrm"),
            ], entries: entries, timestamp: timestamp)
        contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) })
    }

    /// Writes it.
    ///
    /// - Parameter directory: Where the file `fileName` appears, whole.
    /// - Throws: What the system reports.
    public func write(in directory: borrowing Directory) throws(Failure) {
        try package.write(contents, replacing: fileName, in: directory)
    }
}

extension String {
    /// The text without the line end at its end.
    var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
