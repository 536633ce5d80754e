public import Diagnostics

/// What a systemd unit and an LSB init script say about a product.
public struct ServiceTexts: Sendable {
    /// The product's and the service's name.
    public var name: String
    /// The name for people.
    public var title: String
    /// One line on what it does.
    public var description: String
    /// Its web page.
    public var homepage: String?
    /// The product's root, an absolute path of plain characters.
    public var root: String
    /// The account it runs as.
    public var user: String
    /// The group it runs as; the account's own when nil.
    public var group: String?
    /// systemd's word for when it is started again.
    public var restart: String
    /// Seconds between SIGTERM and SIGKILL.
    public var stopTimeoutSeconds: Int

    /// Takes what the texts say.
    public init(
        name: String, title: String, description: String, homepage: String? = nil, root: String,
        user: String, group: String? = nil, restart: String, stopTimeoutSeconds: Int
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.homepage = homepage
        self.root = root
        self.user = user
        self.group = group
        self.restart = restart
        self.stopTimeoutSeconds = stopTimeoutSeconds
    }

    /// The systemd unit, in directives that systemd 219 knows.
    ///
    /// The start program says when the agent is about to run (`Type=notify`), so that a start that can't succeed fails
    /// for whoever asked. Exit code 143 is success (a JVM's answer to SIGTERM), 78 too: not configured yet. Neither 78
    /// nor 64, wrong options, is tried again. Without the start program nothing is started, so that the documented
    /// removal by hand leaves a machine that boots without errors; the program is below `bin/`, which SELinux labels as
    /// executable.
    ///
    /// - Returns: The unit's text.
    /// - Throws: `failed` when the template doesn't fit.
    public func unit() throws(Failure) -> String {
        try Template.render(
            name: "systemd.service",
            context: [
                "name": name, "title": Self.unitText(title), "homepage": homepage.map(Self.unitText), "root": root,
                "user": user, "group": group, "restart": restart,
                "stop_timeout": String(stopTimeoutSeconds),
            ])
    }

    /// The LSB init script: each action is the start program's `service` action, its exit code the script's.
    ///
    /// - Returns: The script's text.
    /// - Throws: `failed` when the template doesn't fit.
    public func initScript() throws(Failure) -> String {
        try Template.render(
            name: "init-script",
            context: [
                "name": name, "title": Self.commentText(title), "description": Self.commentText(description),
                "root": root,
            ])
    }

    /// Text in a unit: `%` starts a specifier, a backslash at the end joins the next line (systemd.syntax(7)).
    private static func unitText(_ text: String) -> String {
        var result = ScriptText.replaced(text) { $0 == "%" ? "%%" : nil }
        while result.hasSuffix("\\") { result.removeLast() }
        return result
    }

    /// Text in a comment of the script: a backslash at the end joins the next line for chkconfig.
    private static func commentText(_ text: String) -> String {
        var result = text
        while result.hasSuffix("\\") { result.removeLast() }
        return result
    }
}
