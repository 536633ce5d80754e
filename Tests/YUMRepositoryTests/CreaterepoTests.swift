import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RPMFormat
import TestSupport
import Testing
import YUMRepository

/// Ours beside createrepo_c's, for the same packages.
///
/// Documentation/yum-repository.md lists the differences.
@Suite struct CreaterepoTests {
    /// The records of an index, by the package's ID, which all of them contain.
    private func records<Grammar: PackageIndexGrammar>(
        _ type: Grammar.Type, in repository: String, ids: [String]
    ) throws -> [String: String] {
        let repomd = try Repomd(try readFile("\(repository)/repodata/repomd.xml"), name: "repomd.xml")
        let entry = try #require(repomd.data(type.type))
        let index = try PublishedIndex<Grammar>(
            plain: nil, gzip: try SharedFile(path: "\(repository)/\(entry.location)").source(), xz: nil)
        #expect(try index.count() == ids.count)
        var records: [String: String] = [:]
        try index.forEachRecord { _, record in
            let content = text(record)
            if let id = ids.first(where: { content.contains($0) }) { records[id] = content }
            return true
        }
        #expect(records.count == ids.count)
        return records
    }

    /// Characters above U+007F by their numbers, as libxml2 before 2.14 writes them in attributes, as they are.
    private func plain(_ record: String) -> String {
        var found = ""
        var rest = record[...]
        while let start = rest.firstRange(of: "&#x") {
            found += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            let digits = rest.prefix { $0 != ";" }
            if let number = UInt32(digits, radix: 16), number > 0x7F, let scalar = Unicode.Scalar(number) {
                found.unicodeScalars.append(scalar)
                rest = rest.dropFirst(digits.count + 1)
            } else {
                found += "&#x"
            }
        }
        return found + rest
    }

    /// Both repositories of the same packages, in `ours` and `theirs`.
    private func makeBoth(in scratch: borrowing Directory, options: [String] = []) throws -> [String] {
        try scratch.makeDirectory("ours")
        try scratch.makeDirectory("theirs")
        let ours = try scratch.directory("ours")
        try RichPackages.write(in: ours)
        try scratch.makeLink("theirs/Packages", target: "../ours/Packages")
        var ids: [String] = []
        for name in try ours.directory("Packages").names() {
            let path = PathText.join(ours.path, "Packages/\(name)")
            let file = try RPMFile(try SharedFile(path: path).source())
            // createrepo_c states the file's time, we that of the build.
            let built = file.header.number(.buildTime) ?? 0
            try run(["touch", "-d", "@\(built)", path])
            ids.append(try PackageRecords(file, location: "Packages/\(name)").digest.hex)
        }
        try SampleRepository.write(in: ours, signer: nil)
        try run(["createrepo_c", "--quiet", "--compress-type=gz"] + options + [PathText.join(scratch.path, "theirs")])
        return ids
    }

    @Test func `records are those of createrepo_c, byte for byte, but for listed differences`() throws {
        try withScratch { scratch in
            let ids = try makeBoth(in: scratch)
            #expect(ids.count == 7)
            try compare(PrimaryIndex.self, ids, in: scratch.path)
            try compare(FilelistsIndex.self, ids, in: scratch.path)
            try compare(OtherIndex.self, ids, in: scratch.path)
        }
    }

    private func compare<Grammar: PackageIndexGrammar>(_ type: Grammar.Type, _ ids: [String], in path: String) throws {
        let ours = try records(type, in: "\(path)/ours", ids: ids)
        let theirs = try records(type, in: "\(path)/theirs", ids: ids)
        for id in ids {
            var our = try #require(ours[id])
            let their = plain(try #require(theirs[id]))
            // createrepo_c takes these for requirements before installation since 1.1.1.
            for name in ["early", "late"] where !their.contains("\(name)\" pre=") {
                our = withoutPre(our, name)
            }
            #expect(our == their)
        }
    }

    /// A record without the `pre` of a requirement.
    private func withoutPre(_ record: String, _ name: String) -> String {
        record.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0) }
            .map { $0.contains("\"\(name)\"") ? $0.replacing(" pre=\"1\"", with: "") : $0 }
            .joined(separator: "\n")
    }
}
