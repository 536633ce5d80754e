import Diagnostics
import LinuxIO

/// The links in `/etc/rc?.d` that make SysV init start and stop an init script.
struct RunLevelLinks: Sendable {
    let name: String
    let files: HostFiles

    private static let levels = ["0", "1", "2", "3", "4", "5", "6", "S"]

    /// The links that are there, absolute.
    func present() throws(Failure) -> [String] {
        var found: [String] = []
        for level in Self.levels {
            let path = "/etc/rc\(level).d"
            guard let directory = try files.directory(path) else { continue }
            for name in try directory.directory.names() where isLink(name) {
                if let target = try directory.directory.linkTarget(name), target.hasSuffix("/init.d/\(self.name)") {
                    found.append(path + "/" + name)
                }
            }
        }
        return found
    }

    /// Whether one of them starts the service.
    func startsService() throws(Failure) -> Bool {
        try present().contains { PathText.lastComponent($0).hasPrefix("S") }
    }

    /// Has the distribution's tool make the links, or makes them where it has none.
    ///
    /// - Parameter header: When the script runs.
    /// - Returns: The links that are there now, on disk.
    func make(_ header: ScriptHeader) throws(Failure) -> [String] {
        // Where one link is left of a removal that was cut off, update-rc.d makes no other.
        for link in try present() { try files.remove(link) }
        if try !runTool(debian: ["defaults"], redHat: "--add") {
            for level in header.start { try link("S95", level) }
            for level in header.stop { try link("K05", level) }
        }
        let links = try present()
        for link in links { try files.sync(PathText.parent(link)) }
        return links
    }

    /// Removes the links; the init script must be gone, or update-rc.d keeps them.
    func remove() throws(Failure) {
        let links = try present()
        guard !links.isEmpty else { return }
        for link in links { try files.remove(link) }
        // insserv keeps an order of all scripts, which is made anew.
        _ = try runTool(debian: ["remove"], redHat: nil)
    }

    private func link(_ prefix: String, _ level: String) throws(Failure) {
        guard let directory = try files.directory("/etc/rc\(level).d") else { return }
        let link = prefix + name
        if try directory.directory.status(link) == nil {
            try directory.directory.makeLink(link, target: "../init.d/" + name)
        }
    }

    /// Runs update-rc.d or chkconfig; on the running system only, because an image's programs aren't run.
    ///
    /// - Returns: Whether there was one and it succeeded.
    private func runTool(debian: [String], redHat: String?) throws(Failure) -> Bool {
        guard files.basePath == "/" else { return false }
        if let tool = Subprocess.find("update-rc.d") {
            return try Subprocess.run([tool, name] + debian).status == 0
        }
        if let redHat, let tool = Subprocess.find("chkconfig") {
            return try Subprocess.run([tool, redHat, name]).status == 0
        }
        return false
    }

    /// Whether a name has the form of a link to our script: `S` or `K`, two digits, the script's name.
    private func isLink(_ link: String) -> Bool {
        let bytes = Array(link.utf8)
        guard bytes.count == name.utf8.count + 3, link.hasSuffix(name) else { return false }
        return (bytes[0] == UInt8(ascii: "S") || bytes[0] == UInt8(ascii: "K"))
            && bytes[1...2].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
