import Diagnostics

/// The dynamic section: numbered values for the loader.
struct ELFDynamic {
    /// The tags that matter here.
    enum Tag: UInt64 {
        case needed = 1
        case hash = 4
        case strings = 5
        case symbols = 6
        case stringsSize = 10
        case soname = 14
        case rpath = 15
        case runpath = 29
        case gnuHash = 0x6FFF_FEF5
        case symbolVersions = 0x6FFF_FFF0
        case versionNeeds = 0x6FFF_FFFE
        case versionNeedCount = 0x6FFF_FFFF
    }

    private var entries: [(tag: Tag, value: UInt64)] = []

    /// Reads the section, up to its end or `DT_NULL`.
    init(_ offset: UInt64, _ count: UInt64, _ bytes: ELFBytes) throws(Failure) {
        let size = bytes.wordSize * 2
        let found = count / UInt64(size)
        guard found <= ELFFile.tableLimit else {
            throw Failure(.integrity, "the dynamic section at byte \(offset) has \(found) entries, expected fewer")
        }
        let table = try bytes.read(Int(found) * size, at: offset, "the dynamic section")
        for index in 0..<Int(found) {
            let tag = table.word(index * size)
            if tag == 0 { return }
            if let tag = Tag(rawValue: tag) { entries.append((tag, table.word(index * size + bytes.wordSize))) }
        }
    }

    /// The values with a tag, in order.
    func values(_ tag: Tag) -> [UInt64] { entries.filter { $0.tag == tag }.map(\.value) }

    /// A name of the string table.
    func string(_ index: UInt64, _ bytes: ELFBytes) throws(Failure) -> String {
        guard let address = values(.strings).first else {
            throw Failure(.integrity, "the dynamic section names strings, but has no table of them")
        }
        let place = try bytes.place(of: address, "the table of strings")
        let size = min(place.count, values(.stringsSize).first ?? place.count)
        guard index < size else {
            throw Failure(
                .integrity, "a name is said to be at byte \(index) of the table of strings, which has \(size) bytes")
        }
        return try bytes.name(at: place.offset + index, limit: size - index, "a name")
    }
}
