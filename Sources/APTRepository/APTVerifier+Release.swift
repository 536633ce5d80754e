import Diagnostics
import Digests
import LinuxIO
import RepositoryFiles
import Signing

extension APTVerifier {
    /// Seconds that a Release file may be ahead of the clock; apt's `Acquire::Max-FutureTime`.
    private static let futureTolerance: Int64 = 10

    /// Looks at a codename's Release files.
    ///
    /// - Returns: What they say, from InRelease where it is there as clients prefer it; nil where nothing can be read.
    func verifyRelease(_ codename: String) throws(Failure) -> ReleaseFile? {
        let directory = path("dists/\(codename)")
        var files: [String: [UInt8]] = [:]
        for name in ["InRelease", "Release", "Release.gpg"] {
            try guarding("unreadable", "\(directory)/\(name)") { () throws(Failure) in
                files[name] = try reader.read("\(directory)/\(name)", limit: ReleaseFile.sizeLimit * 2)
            }
        }
        guard files["InRelease"] != nil || files["Release"] != nil else {
            faults.add("release-missing", "\(directory)/InRelease", "there is neither InRelease nor Release")
            return nil
        }
        var text = files["Release"]
        var signers: [SignatureVerdict.Signer] = []
        var name = "\(directory)/Release"
        if let bytes = files["InRelease"] {
            try guarding("inrelease-malformed", "\(directory)/InRelease") { () throws(Failure) in
                let message = try CleartextMessage(reading: bytes, name: "InRelease")
                signers += try judge(message.signatures, of: message.signed, "\(directory)/InRelease")
                if let release = files["Release"], !release.sameText(as: message.text) {
                    faults.add(
                        "release-differs", "\(directory)/Release",
                        "its text is another one than that of InRelease, so clients see one state or the other")
                }
                (text, name) = (message.text, "\(directory)/InRelease")
            }
        } else {
            faults.add(
                "inrelease-missing", "\(directory)/InRelease",
                "clients ask for it first; without it they can get a Release and the signature of another one")
        }
        if let signature = files["Release.gpg"] {
            signers += try verifyDetached(signature, of: files["Release"], directory)
        } else if files["InRelease"] == nil {
            faults.add("unsigned", "\(directory)/Release", "there is neither InRelease nor Release.gpg")
        } else if options.isOwn || files["Release"] != nil {
            faults.add(
                "release-signature-missing", "\(directory)/Release.gpg",
                "nothing signs Release, which older clients ask for")
        }
        if options.isOwn, files["Release"] == nil {
            faults.add("release-missing", "\(directory)/Release", "clients without InRelease need it")
        }
        var found: ReleaseFile?
        if let text {
            try guarding("release-malformed", name) { () throws(Failure) in
                let release = try ReleaseFile(parsing: text, name: PathText.lastComponent(name))
                found = release
                verifyDates(release, name, codename)
                verifyFields(release, name, codename)
                verifySignedBy(release, signers, name)
                if let before = options.previous[codename] { verifySignedBy(before, signers, name) }
            }
        }
        return found
    }

    private func verifyDetached(
        _ signature: [UInt8], of release: [UInt8]?, _ directory: String
    ) throws(Failure) -> [SignatureVerdict.Signer] {
        let path = "\(directory)/Release.gpg"
        guard let release else {
            faults.add("release-missing", "\(directory)/Release", "Release.gpg signs it")
            return []
        }
        var signers: [SignatureVerdict.Signer] = []
        try guarding("signature-malformed", path) { () throws(Failure) in
            signers = try judge(ArmoredSignatures.packets(signature, name: "Release.gpg"), of: release, path)
        }
        return signers
    }

    /// Judges signatures as apt does (methods/gpgv.cc): one by a known key is enough, and none may be bad.
    ///
    /// - Returns: Whose signatures are good.
    private func judge(
        _ signatures: [UInt8], of content: [UInt8], _ path: String
    ) throws(Failure) -> [SignatureVerdict.Signer] {
        guard let keys = options.keys else { return [] }
        let verdicts = try keys.verdicts(signatures, of: ByteSource(content, name: path))
        let isGood = verdicts.contains { if case .good = $0 { true } else { false } }
        var signers: [SignatureVerdict.Signer] = []
        for verdict in verdicts {
            switch verdict {
            case .good(let signer):
                signers.append(signer)
                guard let expiry = keys.expiry(of: signer), expiry < options.now + options.expiryNotice else {
                    continue
                }
                faults.add(
                    .warning, "key-expires", path, "the key \(signer.primary) expires on \(ReleaseDate.text(expiry))")
            case .bad: faults.add("signature-bad", path, verdict.words)
            case .expired where isGood, .revoked where isGood:
                faults.add(.warning, "signature-old", path, verdict.words)
            case .expired: faults.add("signature-expired", path, verdict.words)
            case .revoked: faults.add("signature-revoked", path, verdict.words)
            case .unknownKey where isGood, .unusable where isGood: continue
            case .unknownKey: faults.add("signature-unknown", path, verdict.words)
            case .unusable: faults.add("signature-unusable", path, verdict.words)
            }
        }
        return signers
    }

    /// Whether one of the keys that sign is among those that a Release file asks for.
    ///
    /// Clients without keys of their own for this archive demand that of every later one; `debReleaseIndex::Load`.
    private func verifySignedBy(_ release: ReleaseFile, _ signers: [SignatureVerdict.Signer], _ path: String) {
        let wanted = (release.signedBy ?? "").utf8.split { $0 == UInt8(ascii: ",") || $0 <= 0x20 }
            .map { String(decoding: $0.filter { $0 != UInt8(ascii: "!") }, as: UTF8.self).uppercased() }
        if wanted.isEmpty || signers.isEmpty { return }
        guard !signers.contains(where: { wanted.contains($0.primary) || wanted.contains($0.fingerprint) }) else {
            return
        }
        faults.add(
            "signed-by-differs", path,
            "clients expect the keys \(PathText.display(wanted.joined(separator: ", "))), none of which signs it")
    }

    private func verifyDates(_ release: ReleaseFile, _ path: String, _ codename: String) {
        guard let date = release.date else {
            faults.add(
                "date-missing", path, "there is no Date, so an older state isn't told from a newer one")
            return
        }
        if date > options.now + Self.futureTolerance {
            faults.add(
                "date-future", path,
                "its Date, \(ReleaseDate.text(date)), is \(date - options.now) seconds ahead; apt refuses more than 10")
        }
        if let end = release.validUntil {
            if end < options.now {
                faults.add("valid-until-past", path, "it was valid until \(ReleaseDate.text(end)); apt refuses it")
            } else if end <= date {
                faults.add("valid-until-past", path, "its Valid-Until is before its Date")
            }
        }
        if let before = options.previous[codename]?.date, before > date {
            faults.add(
                "date-backwards", path,
                "its Date, \(ReleaseDate.text(date)), is before \(ReleaseDate.text(before)), which clients have seen")
        }
    }

    private func verifyFields(_ release: ReleaseFile, _ path: String, _ codename: String) {
        verifyNames(release, path, codename)
        if release.architectures.isEmpty || release.components.isEmpty {
            // What apt-ftparchive writes unless told more; apt then asks for whatever it is configured for.
            faults.add(
                options.isOwn ? .error : .warning, "architectures-missing", path,
                "it declares no Architectures or no Components")
        }
        let hasStrong = release.files.contains { ($0.digests[.sha256] ?? $0.digests[.sha512]) != nil }
        if !release.files.isEmpty, !hasStrong {
            faults.add("digests-weak", path, "it has neither SHA256 nor SHA512; apt takes MD5 and SHA-1 for nothing")
        }
        if release.files.isEmpty { faults.add("digests-missing", path, "it lists no files, so apt believes none") }
        guard let before = options.previous[codename] else { return }
        let values = [
            ("Origin", before.origin, release.origin), ("Label", before.label, release.label),
            ("Codename", before.codename, release.codename),
        ]
        for (field, old, new) in values where old != new {
            faults.add(
                "\(field.lowercased())-changed", path,
                "its \(field) was \"\(PathText.display(old ?? ""))\" and is \"\(PathText.display(new ?? ""))\": "
                    + "clients stop until somebody agrees")
        }
        if (before.notAutomatic, before.butAutomaticUpgrades) != (release.notAutomatic, release.butAutomaticUpgrades) {
            faults.add(
                "priority-changed", path,
                "NotAutomatic or ButAutomaticUpgrades is another one: clients stop until somebody agrees")
        }
    }
}

extension APTVerifier {
    /// Names of directories that stand for one codename after the other.
    private static let classes = ["oldoldstable", "oldstable", "stable", "testing", "unstable", "experimental"]

    /// Whether a Release file is for the codename whose directory it is in.
    private func verifyNames(_ release: ReleaseFile, _ path: String, _ codename: String) {
        // apt's CheckDist warns at every update; what is behind a slash doesn't count (security.debian.org).
        let names = [release.codename, release.suite].compactMap { $0 }
        let expected = [codename, codename.split(separator: "/").first.map(String.init) ?? codename]
        if !names.isEmpty, !names.contains(where: expected.contains) {
            let found = names.map { PathText.display($0) }.joined(separator: ", ")
            faults.add(
                "codename-differs", path, "it is for \(found), where sources name \(codename): apt warns of that")
        } else if options.isOwn
            || release.codename.map({ !expected.contains($0) && !isClass(codename, of: $0) }) ?? false,
            release.codename != codename
        {
            faults.add(
                options.isOwn ? .error : .warning, "codename-differs", path,
                "its Codename is \(PathText.display(release.codename ?? "missing")), expected \(codename)")
        }
    }

    /// Whether a directory's name stands for a codename: `stable`, or `jammy-updates` for jammy.
    private func isClass(_ directory: String, of codename: String) -> Bool {
        directory.hasPrefix(codename + "-")
            || Self.classes.contains { directory == $0 || directory.hasPrefix($0 + "-") }
    }
}

extension [UInt8] {
    /// Whether two texts are the same but for blanks at the ends of lines, which signatures don't cover.
    fileprivate func sameText(as other: [UInt8]) -> Bool {
        if self == other { return true }
        func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
            bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
                var line = line
                while let last = line.last, last.isBlank || last == 0x0D { line.removeLast() }
                return line
            }
        }
        return lines(self) == lines(other)
    }
}
