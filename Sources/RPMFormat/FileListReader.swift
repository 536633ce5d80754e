import ByteIO
import Diagnostics
import Digests
import LinuxIO

/// Reads the lists that have one element a path.
struct FileListReader {
    /// The most paths that are read, so that memory stays bounded; four times what the largest packages have.
    static let limit = 1 << 18

    let header: RPMHeader<RPMTag>
    let source: ByteSource

    /// The paths.
    ///
    /// - Throws: `.integrity` where lists are missing, disagree or say what can't be.
    func records() throws(Failure) -> [RPMFileRecord] {
        let paths = try self.paths()
        guard !paths.isEmpty else { return [] }
        let count = paths.count
        let modes = try numbers(.fileModes, count) ?? []
        guard !modes.isEmpty else { throw wrong(.fileModes, "is missing") }
        let longSizes = try numbers(.longFileSizes, count)
        let shortSizes = try numbers(.fileSizes, count)
        guard let sizes = longSizes ?? shortSizes else { throw wrong(.fileSizes, "is missing") }
        let owners = try texts(.fileUserName, count)
        let groups = try texts(.fileGroupName, count)
        let targets = try texts(.fileLinkTos, count)
        let digests = try texts(.fileDigests, count)
        let capabilities = try texts(.fileCaps, count)
        let flags = try numbers(.fileFlags, count)
        let verifyFlags = try numbers(.fileVerifyFlags, count)
        let times = try numbers(.fileMTimes, count)
        let devices = try numbers(.fileRDevs, count)
        let inodes = try numbers(.fileINodes, count)
        let volumes = try numbers(.fileDevices, count)
        let digestSize = try self.digestSize()
        var seen: Set<ExactText> = []
        var records: [RPMFileRecord] = []
        records.reserveCapacity(count)
        for index in 0..<count {
            guard seen.insert(ExactText(paths[index])).inserted else {
                throw wrong(.baseNames, "has \(PathText.display(paths[index])) twice")
            }
            let mode = UInt16(truncatingIfNeeded: modes[index])
            let target = targets?[index] ?? ""
            let device = UInt16(truncatingIfNeeded: devices?[index] ?? 0)
            records.append(
                RPMFileRecord(
                    path: paths[index],
                    kind: try kind(mode, target: target, device: device, path: paths[index]),
                    mode: UInt32(mode & 0o7777), owner: owners?[index] ?? "root", group: groups?[index] ?? "root",
                    size: sizes[index], time: UInt32(truncatingIfNeeded: times?[index] ?? 0),
                    digest: try digest(digests?[index] ?? "", size: digestSize, path: paths[index]),
                    flags: RPMFileFlags(rawValue: UInt32(truncatingIfNeeded: flags?[index] ?? 0)),
                    verifyFlags: UInt32(truncatingIfNeeded: verifyFlags?[index] ?? 0xFFFF_FFFF),
                    capabilities: capabilities.flatMap { $0[index].isEmpty ? nil : $0[index] },
                    identity: (volumes?[index] ?? 0) << 32 | (inodes?[index] ?? UInt64(index + 1))))
        }
        return records
    }

    private func kind(
        _ mode: UInt16, target: String, device: UInt16, path: String
    ) throws(Failure) -> RPMFileRecord.Kind {
        switch mode & 0o170000 {
        case 0o100000: return .file
        case 0o040000: return .directory
        case 0o120000:
            guard !target.isEmpty else { throw wrong(.fileLinkTos, "has no target for \(PathText.display(path))") }
            return .link(target: target)
        case 0o010000, 0o020000, 0o060000, 0o140000: return .special(type: mode & 0o170000, device: device)
        default:
            throw wrong(
                .fileModes, "has \(String(mode, radix: 8)) for \(PathText.display(path)), which is no type of file")
        }
    }

    private func digest(_ text: String, size: Int?, path: String) throws(Failure) -> [UInt8]? {
        if text.isEmpty { return nil }
        guard let bytes = Hexadecimal.bytes(text), size == nil || bytes.count == size else {
            throw wrong(.fileDigests, "has “\(PathText.display(text))” for \(PathText.display(path))")
        }
        return bytes
    }

    /// Bytes of a digest by `FILEDIGESTALGO`; nil where the algorithm isn't known here.
    private func digestSize() throws(Failure) -> Int? {
        guard let entry = header.entry(.fileDigestAlgo) else { return 16 }
        guard entry.count == 1, let number = header.number(.fileDigestAlgo) else {
            throw wrong(.fileDigestAlgo, "has \(entry.count) elements")
        }
        return RPMDigestAlgorithm.algorithm(number)?.byteCount
    }

    func wrong(_ tag: RPMTag, _ message: String) -> Failure {
        let place = header.entry(tag).map { header.offset + UInt64($0.place) } ?? header.offset
        return source.damage(at: place, "header: \(tag.name) \(message)")
    }

    func numbers(_ tag: RPMTag, _ count: Int) throws(Failure) -> [UInt64]? {
        guard let entry = header.entry(tag) else { return nil }
        guard entry.count == count else { throw wrong(tag, "has \(entry.count) elements; there are \(count) paths") }
        return header.value(entry).numbers
    }

    func texts(_ tag: RPMTag, _ count: Int) throws(Failure) -> [String]? {
        guard let entry = header.entry(tag) else { return nil }
        guard entry.count == count else { throw wrong(tag, "has \(entry.count) elements; there are \(count) paths") }
        return try decoded(entry)
    }

    /// Texts that must be UTF-8.
    func decoded(_ entry: RPMHeader<RPMTag>.Entry) throws(Failure) -> [String] {
        switch header.strings(entry) {
        case .success(let strings): return strings
        case .failure(let text):
            throw wrong(entry.tag, "has \(PathText.display(text.bytes)), which is not UTF-8")
        }
    }
}
