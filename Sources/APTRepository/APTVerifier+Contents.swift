import DebFormat
import Decompression
import Diagnostics
import Digests
import IndexFiles
import LinuxIO
import RepositoryFiles

extension APTVerifier {
    /// Looks at the lines of an archive of ours: each well formed, in order, and of packages that are listed.
    ///
    /// Those of others list packages of other indexes, too, and may begin with prose.
    ///
    /// - Parameters:
    ///   - group: An index of any kind.
    ///   - forms: Its forms that are there, and as listed.
    ///   - groups: All indexes of the codename.
    ///   - directory: The codename's directory.
    func verifyContents(
        _ group: IndexGroup, _ forms: [IndexGroup.Form], among groups: [IndexGroup], _ directory: String
    ) throws(Failure) {
        guard options.isOwn, let contents = group.contents, let form = forms.first(where: { $0.compression != nil })
        else { return }
        let place = "\(directory)/\(form.file.path)"
        var names: Set<String> = []
        try guarding("contents-malformed", place) { () throws(Failure) in
            var previous: ContentsKey?
            try forEachRecord(ContentsIndex.self, form, place) { record throws(Failure) in
                let line = try ContentsLine(record)
                for name in line.names { names.insert(String(ContentsLine.package(name))) }
                let key = ContentsKey(path: line.path)
                if let previous, key <= previous {
                    let shown = PathText.display(String(decoding: key.path, as: UTF8.self))
                    throw Failure(.integrity, "\(shown) is not in its place")
                }
                previous = key
            }
        }
        let packages = groups.first { other in
            other.packages.map { $0 == contents } ?? false
        }
        guard let packages, let index = packages.forms.first(where: { $0.compression != nil }) else { return }
        // What is wrong with that index is said elsewhere; without it there is nothing to compare with.
        var unknown = names
        var unnamed: [String] = []
        do throws(Failure) {
            try forEachRecord(PackagesIndex.self, index, "\(directory)/\(index.file.path)") { record throws(Failure) in
                let name = try PackagesStanza(record, upTo: [.package]).text(.package)
                unknown.remove(name)
                if !names.contains(name) { unnamed.append(try PackagesStanza(record).text(.filename)) }
            }
        } catch {
            guard error.isOfFile else { throw error }
            return
        }
        for name in unknown.sorted() {
            faults.add("contents-package", place, "it has files of \(PathText.display(name)), which isn't published")
        }
        if !options.metadataOnly { try verifyUnnamed(unnamed, place) }
    }

    /// Looks whether packages that no line names have no files indeed.
    private func verifyUnnamed(_ filenames: [String], _ place: String) throws(Failure) {
        for filename in filenames {
            do throws(Failure) {
                guard let source = try reader.open(path(filename)) else { continue }
                if try PackageContents(DebFile(source)).paths.isEmpty { continue }
                faults.add("contents-incomplete", place, "it lists no file of \(PathText.display(filename))")
            } catch {
                // That a package is damaged is said elsewhere.
                guard error.isOfFile else { throw error }
            }
        }
    }

    private func forEachRecord<Grammar: IndexGrammar>(
        _ type: Grammar.Type, _ form: IndexGroup.Form, _ place: String,
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        guard let source = try reader.open(place), let compression = form.compression else {
            throw Failure(.integrity, "\(place) is not there")
        }
        let decompressor = try Decompressor(
            source, compression: compression, limit: UnpackedLimit.bytes(packed: source.size))
        var records = RecordStream<Grammar>(name: place) { buffer throws(Failure) in
            try decompressor.read(into: buffer)
        }
        while true {
            let goesOn = try records.next { record throws(Failure) in
                try body(record)
                return true
            }
            if !goesOn { return }
        }
    }
}

extension IndexGroup {
    /// Component and architecture of a Contents index; nil for any other.
    var contents: (component: String, architecture: String)? {
        guard name.hasPrefix("Contents-"), !directory.isEmpty else { return nil }
        return (String(directory.dropLast()), String(name.dropFirst("Contents-".count)))
    }
}
