import ByteIO
import Diagnostics
import Digests
import LinuxIO

/// Walks through a payload and compares each entry with the header.
struct PayloadReader {
    private let file: RPMFile
    private let stream: PayloadStream
    /// Where in `files` each path is that the payload may have.
    private let places: [ExactText: Int]
    private var isSeen: [Bool]
    private var last = -1
    /// How many files there are of an inode, and how many came; their content comes with the last of them.
    private var linked: [UInt64: (total: Int, seen: Int)] = [:]

    init(_ file: RPMFile) throws(Failure) {
        self.file = file
        stream = try PayloadStream(file)
        var places: [ExactText: Int] = [:]
        var firsts: [UInt64: Int] = [:]
        for (index, record) in file.files.enumerated() {
            places[ExactText(record.path)] = index
            guard record.kind == .file, !record.flags.contains(.ghost) else { continue }
            linked[record.identity, default: (0, 0)].total += 1
            let first = file.files[firsts[record.identity, default: index]]
            firsts[record.identity] = firsts[record.identity] ?? index
            guard first.size == record.size, first.digest == record.digest else {
                throw file.source.damage(
                    at: file.header.offset,
                    "header: \(PathText.display(first.path)) and \(PathText.display(record.path)) are one inode and "
                        + "differ")
            }
        }
        self.places = places
        isSeen = file.files.map { $0.flags.contains(.ghost) }
    }

    /// Reads all of it.
    ///
    /// - Parameter body: Gets the content of files: the place of the file in `files`, and each piece.
    /// - Returns: Size and SHA-256 of the decompressed payload.
    mutating func read(
        _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) -> (size: UInt64, digest: SHA256Digest) {
        while true {
            let entry = try CPIOEntry(stream)
            if entry.isTrailer {
                guard entry.size == 0 else { throw stream.damage(at: entry.offset, "the archive's end has a size") }
                break
            }
            let index = try place(of: entry)
            try readContent(of: entry, index, body)
            try stream.skipPadding("the content of \(shown(index))")
        }
        let digest = try stream.finish()
        if let missing = isSeen.firstIndex(of: false) {
            throw stream.damage(
                at: stream.position, "the archive ends without \(shown(missing)), which the header lists")
        }
        return (stream.position, digest)
    }

    private func shown(_ index: Int) -> String { PathText.display(file.files[index].path) }

    /// Finds an entry in the header.
    private mutating func place(of entry: CPIOEntry) throws(Failure) -> Int {
        let index: Int
        if let stated = entry.index {
            guard file.files.indices.contains(stated) else {
                throw stream.damage(
                    at: entry.offset, "an entry is number \(stated); there are \(file.files.count) paths")
            }
            index = stated
        } else {
            let name = entry.name ?? []
            guard let found = place(of: name) else {
                throw stream.damage(at: entry.offset, "the header doesn't list the entry \(PathText.display(name))")
            }
            index = found
        }
        let record = file.files[index]
        guard !isSeen[index] else {
            let ghost = record.flags.contains(.ghost)
            throw stream.damage(
                at: entry.offset, ghost ? "\(shown(index)) is there, a ghost" : "\(shown(index)) is there twice")
        }
        isSeen[index] = true
        let isLinked = isHardLinked(record)
        guard isLinked || index > last else {
            throw stream.damage(at: entry.offset, "\(shown(index)) comes after \(shown(last)), unlike in the header")
        }
        if !isLinked { last = index }
        guard entry.index != nil || entry.mode == UInt32(record.fullMode) else {
            throw stream.damage(
                at: entry.offset,
                "\(shown(index)) has the mode \(String(entry.mode, radix: 8)), in the header "
                    + String(record.fullMode, radix: 8))
        }
        return index
    }

    /// Names are `./path`, or without the dot or the slash in old packages.
    private func place(of name: [UInt8]) -> Int? {
        func found(_ path: some Collection<UInt8>) -> Int? { places[ExactText(String(decoding: path, as: UTF8.self))] }
        guard String(validating: name, as: UTF8.self) != nil else { return nil }
        if name.starts(with: "./".utf8) { return found(name.dropFirst()) ?? found(name.dropFirst(2)) }
        return found(name) ?? found([UInt8(ascii: "/")] + name)
    }

    private func isHardLinked(_ record: RPMFileRecord) -> Bool {
        guard case .file = record.kind else { return false }
        return (linked[record.identity]?.total ?? 0) > 1
    }

    private mutating func readContent(
        of entry: CPIOEntry, _ index: Int, _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let record = file.files[index]
        var expected: UInt64 =
            switch record.kind {
            case .file: record.size
            case .directory, .special: 0
            case .link(let target): UInt64(target.utf8.count)
            }
        if isHardLinked(record), var group = linked[record.identity] {
            group.seen += 1
            // Only the last has the content, unless all are empty.
            if group.seen < group.total, entry.index != nil || entry.size == 0 { expected = 0 }
            linked[record.identity] = group
            if expected == 0, record.size > 0 { return }
        }
        let size = entry.index == nil ? entry.size : expected
        guard size == expected else {
            throw stream.damage(
                at: entry.offset, "\(shown(index)) has \(size) bytes, in the header \(expected)")
        }
        switch record.kind {
        case .file: try readFile(entry, index, record, body)
        case .link(let target):
            guard try stream.take(Int(size), "the target of \(shown(index))").elementsEqual(target.utf8) else {
                throw stream.damage(at: entry.offset, "the link \(shown(index)) has another target than in the header")
            }
        case .directory, .special: break
        }
    }

    private func readFile(
        _ entry: CPIOEntry, _ index: Int, _ record: RPMFileRecord,
        _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let number = file.header.number(.fileDigestAlgo) ?? 1
        guard let expected = record.digest else {
            throw stream.damage(at: entry.offset, "the header has no digest of \(shown(index))")
        }
        guard let algorithm = RPMDigestAlgorithm.algorithm(number) else {
            throw Failure(
                .failed,
                "\(file.source.name) has digests by \(RPMDigestAlgorithm.name(number)), which is not supported")
        }
        let digest = try MessageDigest(algorithm)
        try stream.take(record.size, "the content of \(shown(index))") { piece throws(Failure) in
            digest.update(piece)
            try body(index, piece)
        }
        guard digest.finish() == expected else {
            throw stream.damage(
                at: entry.offset, "\(shown(index)) is damaged: its digest is not the one in the header")
        }
    }
}
