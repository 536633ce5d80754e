internal import Diagnostics

/// Commands are pasted into shells, often as root: what goes into them has to be plain.
extension SitePage {
    /// Refuses a page with a value that a shell, a browser or a configuration file could take for something else.
    ///
    /// - Throws: `usage` with the value and what it may be.
    func check() throws(Failure) {
        try require(PlainText.isBaseURL(url), "URL", url, "https://HOST/PATH without a slash at its end")
        try require(directory.isEmpty || PlainText.isPath(directory), "directory", directory, "plain characters")
        for link in links + channels { try check(link) }
        if let apt {
            for release in apt.releases {
                try require(PlainText.isWord(release.codename), "code name", release.codename, "a word")
            }
            try require(PlainText.isWord(apt.component), "component", apt.component, "a word")
            try require(PlainText.isPath(apt.keyPath), "path", apt.keyPath, "plain characters")
            try require(
                PlainText.isAbsolutePath(apt.keyring) && apt.keyring.hasSuffix(".gpg"), "keyring", apt.keyring,
                "an absolute path that ends in .gpg")
            // apt reads no file with other characters in its name; sources.list(5).
            try require(
                PlainText.isWord(apt.listName) && !apt.listName.contains("+"), "name of a list", apt.listName,
                "a word of letters, digits, dots, underscores and hyphens")
            try check(apt.keys)
        }
        if let yum {
            try require(PlainText.isPath(yum.path), "path", yum.path, "plain characters")
            try check(yum.keys)
        }
        for product in products { try check(product) }
    }

    /// Refuses what doesn't fit into a product's commands or links.
    private func check(_ product: Product) throws(Failure) {
        try require(PlainText.isWord(product.name), "product", product.name, "a word")
        try require(PlainText.isLine(product.title), "title", product.title, "a line of text")
        for name in [product.package] + product.extraPackages {
            try require(PlainText.isWord(name), "package", name, "a word")
        }
        // They are the owner's own words.
        for line in [product.configure, product.start, product.installer?.uninstall].compactMap({ $0 }) {
            try require(PlainText.isLine(line), "command", line, "a line of text")
        }
        if let state = product.stateDirectory {
            // It is what a command deletes.
            try require(
                PlainText.isAbsolutePath(state) && state.split(separator: "/").count > 2, "directory", state,
                "an absolute path of three components or more")
        }
        if let repo = product.repoFile {
            try require(
                PlainText.isPath(repo.path) && repo.path.hasSuffix(".repo"), "path", repo.path, "a path to NAME.repo")
            try require(PlainText.isWord(repo.id), "repository ID", repo.id, "a word")
        }
        if let installer = product.installer {
            let path = product.installerPath ?? installer.path
            try require(PlainText.isPath(path), "path", path, "plain characters")
            try check(installer.keys)
        }
        if let offline = product.offline {
            try require(PlainText.isWord(offline.name), "archive", offline.name, "a word")
            if let path = offline.path { try require(PlainText.isPath(path), "path", path, "plain characters") }
        }
        for url in [product.documentation] + product.versions.map(\.notes?.target) {
            if let url { try require(PlainText.isWebURL(url), "link", url, "https://HOST/PATH") }
        }
    }

    private func check(_ link: Link) throws(Failure) {
        try require(
            PlainText.isWebURL(link.target) || PlainText.isPath(link.target), "link", link.target,
            "a path or https://HOST/PATH")
    }

    private func check(_ keys: [SigningKey]) throws(Failure) {
        try require(keys.contains { $0.standing != .retired }, "list of keys", "", "the one in use and its successors")
        for key in keys {
            let count = key.fingerprint.utf8.count
            try require(
                (count == 40 || count == 64) && key.fingerprint.utf8.allSatisfy { Self.hexadecimal.contains($0) },
                "fingerprint", key.fingerprint, "40 or 64 hexadecimal digits")
            try require(PlainText.isPath(key.path), "path", key.path, "plain characters")
        }
    }

    private func require(_ holds: Bool, _ what: String, _ value: String, _ expected: String) throws(Failure) {
        guard !holds else { return }
        throw Failure(.usage, "the landing page can't show the \(what) \"\(value)\": expected \(expected)")
    }

    private static let hexadecimal = Set("0123456789abcdefABCDEF".utf8)
}
