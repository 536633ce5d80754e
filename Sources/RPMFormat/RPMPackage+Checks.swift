public import Diagnostics
import LinuxIO

extension RPMPackage {
    /// Checks that rpm can take what the package says.
    ///
    /// - Throws: `.usage` with the first thing that rpm or the format has no place for.
    public func check() throws(Failure) {
        let name = Array(self.name.utf8)
        // ALLOWED_CHARS_NAME, ALLOWED_CHARS_VERREL of build/parsePreamble.c.
        try require(
            !name.isEmpty && (isAlphanumeric(name[0]) || name[0] == UInt8(ascii: "_"))
                && name.allSatisfy { isAlphanumeric($0) || "-._+".utf8.contains($0) },
            "the package's name", self.name, "letters, digits and - . _ +, beginning with a letter or digit")
        for (what, text) in [("version", version), ("release", release)] {
            try require(
                !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "._+~^".utf8.contains($0) },
                "the \(what) of \(self.name)", text, "letters, digits and . _ + ~ ^")
        }
        try require(
            !architecture.isEmpty && architecture.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") },
            "the architecture of \(self.name)", architecture, "letters, digits and _")
        guard (0...Int64(UInt32.max)).contains(timestamp) else {
            throw Failure(.usage, "\(self.name): rpm can't store the time \(timestamp)")
        }
        guard changes.allSatisfy({ (0...Int64(UInt32.max)).contains($0.timestamp) }) else {
            throw Failure(.usage, "\(self.name): rpm can't store the time of a change")
        }
        let texts = [summary, description, license, group, buildHost, url ?? "", vendor ?? "", packager ?? ""]
        let more = scripts.flatMap { [$0.body] + $0.program } + changes.flatMap { [$0.author, $0.text] }
        for text in texts + more where text.utf8.contains(0) {
            throw Failure(.usage, "\(self.name): a text of the package has a NUL: \(PathText.display(text))")
        }
        try checkScripts()
        for relation in relations { try check(relation) }
        guard relations.count + 32 <= HeaderFormat.relationLimit, entries.count <= FileListReader.limit else {
            throw Failure(
                .usage, "\(self.name) has \(relations.count) relations and \(entries.count) paths",
                cause: "at most \(HeaderFormat.relationLimit) and \(FileListReader.limit) are accepted",
                hints: ["Put files into an archive inside the product, so that the package has fewer paths."])
        }
        try checkEntries()
    }

    private func require(
        _ holds: Bool, _ what: String, _ found: String, _ expected: String
    ) throws(Failure) {
        guard holds else {
            throw Failure(.usage, "\(what) is “\(PathText.display(found))”; rpm wants \(expected)")
        }
    }

    private func checkScripts() throws(Failure) {
        var kinds: Set<RPMScriptlet.Kind> = []
        for script in scripts {
            guard kinds.insert(script.kind).inserted else {
                throw Failure(.usage, "\(name) has two scriptlets %\(script.kind.rawValue)")
            }
            guard let program = script.program.first, program == "<lua>" || program.utf8.first == UInt8(ascii: "/")
            else {
                throw Failure(.usage, "%\(script.kind.rawValue) of \(name) has no interpreter with an absolute path")
            }
        }
    }

    private func check(_ relation: RPMRelation) throws(Failure) {
        let isRich = relation.name.utf8.first == UInt8(ascii: "(")
        try require(
            !relation.name.isEmpty && relation.name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F || isRich && $0 == 0x20 },
            "\(name) \(relation.kind.rawValue) a name that", relation.name, "one without spaces")
        if let version = relation.version {
            try require(
                RPMVersion(version.value) != nil,
                "the version of \(relation.name), which \(name) \(relation.kind.rawValue),",
                version.value, "[epoch:]version[-release]")
        }
        guard relation.stages.isEmpty || relation.kind == .requires else {
            throw Failure(.usage, "\(name) \(relation.kind.rawValue) \(relation.name): only requirements have stages")
        }
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
