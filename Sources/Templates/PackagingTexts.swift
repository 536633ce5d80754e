public import Diagnostics

/// The scripts and small files of one native package.
///
/// Every script is POSIX shell or, before an RPM transaction, Lua; each may run again after it was interrupted. What
/// they do and why is told in Documentation/native-packages.md.
public struct PackagingTexts: Sendable {
    /// The package's name.
    public var package: String
    /// Its version with its release.
    public var version: String
    /// The product's name for people.
    public var title: String
    /// Who ships it.
    public var vendor: String
    /// Who answers for it, `Name <address>`.
    public var maintainer: String
    /// The licence's short name.
    public var licenseName: String
    /// The licence's text.
    public var license: String?
    /// The seconds since 1970 that the changelog states.
    public var timestamp: Int64
    /// The product's root.
    public var root: String
    /// The product's state directory.
    public var state: String
    /// The product's directory of options.
    public var options: String
    /// The product's service, if it has one.
    public var service: PackagedService?
    /// Whether this is the package with the runtime, the service and the config tool.
    public var isCarrier: Bool
    /// The configuration file's absolute path; without it the agent isn't started.
    public var configuration: String?
    /// Files that older vendor packages owned.
    public var legacyPaths: [String] = []
    /// What an RPM package brings beside the root: files, absolute paths.
    public var outsideFiles: [String] = []
    /// The directories of an RPM package outside of which nothing is its own, the root among them.
    public var ownedDirectories: [String] = []
    /// The name of the config tool, a file of the root.
    public var configTool = ""
    /// The directories that a Debian package uses and doesn't list.
    public var sharedDirectories: [String] = []
    /// A Debian package's configuration files, by absolute path.
    public var conffiles: [String] = []
    /// The users but root that files of the package belong to.
    public var owners: [String] = []
    /// The groups but root that files of the package belong to.
    public var ownerGroups: [String] = []
    /// Capabilities to set on files, by path.
    public var capabilities: [(path: String, text: String)] = []
    /// What the manifest adds to the scripts, empty for nothing.
    public var beforeInstall = ""
    /// Runs after files are in place.
    public var afterInstall = ""
    /// Runs before files are removed.
    public var beforeRemove = ""
    /// Runs after files were removed.
    public var afterRemove = ""

    /// Takes what every package says.
    public init(
        package: String, version: String, title: String, vendor: String, maintainer: String, licenseName: String,
        license: String?, timestamp: Int64, root: String, state: String, options: String, service: PackagedService?,
        isCarrier: Bool, configuration: String?
    ) {
        self.package = package
        self.version = version
        self.title = title
        self.vendor = vendor
        self.maintainer = maintainer
        self.licenseName = licenseName
        self.license = license
        self.timestamp = timestamp
        self.root = root
        self.state = state
        self.options = options
        self.service = service
        self.isCarrier = isCarrier
        self.configuration = configuration
    }

    /// The explicit trigger that restarts a product's service once, deb-triggers(5).
    ///
    /// - Parameter service: The service's name.
    public static func trigger(ofService service: String) -> String { "\(service)-restart" }

    /// Renders a template with what it says of this package.
    ///
    /// - Parameter name: The template's name.
    /// - Returns: The text.
    /// - Throws: `.failed` when the template doesn't fit.
    public func render(_ name: String) throws(Failure) -> String {
        var context = base
        context.merge(try partsContext()) { $1 }
        context.merge(try stateContext(context)) { $1 }
        context.merge(try rpmContext()) { $1 }
        return try Template.render(name: name, context: context)
    }

    private var base: [String: String?] {
        // What the package with the service does; the others only ask for a restart.
        let own = isCarrier ? service : nil
        return [
            "package": package, "version": version, "title": title, "vendor": vendor, "maintainer": maintainer,
            "license_name": licenseName, "license": license.map { Self.withoutEndOfLine($0) },
            "date": MailDate.text(timestamp), "year": MailDate.year(timestamp), "root": root, "state": state,
            "options": options,
            "guard_sentence": ScriptText.shellWord(guardSentence),
            "guard_string": ScriptText.luaString(guardSentence), "carrier": isCarrier ? "yes" : nil,
            "service": own?.name, "any_service": service?.name,
            "trigger": service.map { Self.trigger(ofService: $0.name) },
            "init_script": own.map { Self.withoutEndOfLine($0.initScript) },
            "activates": isCarrier ? nil : service?.name,
            "has_takeover": own != nil || !legacyPaths.isEmpty ? "yes" : nil,
            "configuration": configuration.map(ScriptText.shellWord),
            "capabilities": lines(capabilities) {
                "set_capabilities \(ScriptText.shellWord($0.text)) \(ScriptText.shellWord($0.path))"
            },
            "before_install": Self.script(beforeInstall), "after_install": Self.script(afterInstall),
            "before_remove": Self.script(beforeRemove), "after_remove": Self.script(afterRemove),
        ]
    }

    private var guardSentence: String {
        "\(package): \(title) was installed here by its self-extracting installer. Run \"sudo \(root)/uninstall\", "
            + "which keeps the settings, then install the package again."
    }

    private static func script(_ text: String) -> String? {
        text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : withoutEndOfLine(text)
    }

    static func withoutEndOfLine(_ text: String) -> String {
        let kept = text.utf8.reversed().drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        return String(decoding: kept.reversed(), as: UTF8.self)
    }
}

/// A product's service, as far as packages care.
public struct PackagedService: Sendable {
    /// The service's name.
    public var name: String
    /// The account it runs as.
    public var user: String
    /// The group it runs as; the account's own when nil.
    public var group: String?
    /// The LSB init script.
    public var initScript: String

    /// Describes a service.
    public init(name: String, user: String, group: String?, initScript: String) {
        self.name = name
        self.user = user
        self.group = group
        self.initScript = initScript
    }
}
