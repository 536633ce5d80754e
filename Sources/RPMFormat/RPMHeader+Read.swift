import ByteIO
import Diagnostics
import LinuxIO

extension ByteSource {
    /// What is wrong, and where.
    func damage(at offset: UInt64, _ message: String, cause: String? = nil, hints: [String] = []) -> Failure {
        Failure(.integrity, "\(name): byte \(offset): \(message)", cause: cause, hints: hints)
    }
}

extension RPMHeader {
    /// Reads a header with all checks of rpm's `hdrblobRead` (lib/header.cc) and some more: the region must cover all,
    /// tags must be sorted and each there once, and nothing but aligning zeros may lie between values.
    ///
    /// - Parameters:
    ///   - source: The package.
    ///   - offset: Where the header starts.
    /// - Throws: `.integrity` with the place of what is wrong. Memory is taken only for bytes that are there.
    init(_ source: ByteSource, at offset: UInt64) throws(Failure) {
        let what = Tag.headerName
        guard offset <= source.size, source.size - offset >= UInt64(HeaderFormat.introSize) else {
            throw source.damage(at: source.size, "the file ends where its \(what) should be")
        }
        var intro = ByteReader(try source.read(HeaderFormat.introSize, at: offset), name: what)
        guard try intro.take(8) == HeaderFormat.magic else {
            throw source.damage(at: offset, "the \(what) doesn't begin as one")
        }
        let indexCount = try intro.take(bigEndian: UInt32.self)
        let dataSize = try intro.take(bigEndian: UInt32.self)
        guard (1...Tag.maximumCount).contains(indexCount) else {
            throw source.damage(
                at: offset + 8, "the \(what) announces \(indexCount) tags; it can have 1 to \(Tag.maximumCount)")
        }
        guard dataSize <= Tag.maximumDataSize else {
            throw source.damage(
                at: offset + 12, "the \(what) announces \(dataSize) bytes; it can have \(Tag.maximumDataSize)")
        }
        let size = HeaderFormat.introSize + Int(indexCount) * HeaderFormat.entrySize + Int(dataSize)
        guard UInt64(size) <= source.size - offset else {
            throw source.damage(
                at: offset + 8, "the \(what) announces \(size) bytes; \(source.size - offset) are left in the file")
        }
        guard size <= Tag.readLimit else {
            throw source.damage(
                at: offset + 8, "the \(what) has \(size) bytes; more than \(Tag.readLimit) are not read")
        }
        let bytes = try source.read(size, at: offset)
        let parser = HeaderParser<Tag>(
            source: source, offset: offset, bytes: bytes, indexCount: Int(indexCount), dataSize: Int(dataSize))
        try parser.checkRegion()
        let entries = try parser.entries()
        var places: [Tag: Int] = [:]
        for (index, entry) in entries.enumerated() {
            guard places.updateValue(index, forKey: entry.tag) == nil else {
                throw source.damage(at: parser.entryOffset(index + 1), "the \(what) has \(entry.tag.name) twice")
            }
            guard index == 0 || entries[index - 1].tag < entry.tag else {
                throw source.damage(
                    at: parser.entryOffset(index + 1),
                    "the \(what) has \(entry.tag.name) behind \(entries[index - 1].tag.name); tags are sorted")
            }
        }
        self.init(offset: offset, bytes: bytes, entries: entries, places: places)
    }
}

/// Looks at the index and values of a header.
struct HeaderParser<Tag: RPMTagNumber> {
    let source: ByteSource
    let offset: UInt64
    let bytes: [UInt8]
    let indexCount: Int
    let dataSize: Int

    /// Where the values start in the header.
    private var dataStart: Int { bytes.count - dataSize }
    /// Bytes of values before the region's.
    private var valuesSize: Int { dataSize - HeaderFormat.entrySize }

    /// Where an entry of the index is in the file.
    func entryOffset(_ index: Int) -> UInt64 {
        offset + UInt64(HeaderFormat.introSize + index * HeaderFormat.entrySize)
    }

    private func number(_ place: Int) -> UInt32 { bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }

    /// `hdrblobVerifyRegion`, with `exact_size`.
    func checkRegion() throws(Failure) {
        let first = HeaderFormat.introSize
        let entry = [number(first), number(first + 4), number(first + 8), number(first + 12)]
        let expected = [
            Tag.region.rawValue, RPMValueType.bin.rawValue, UInt32(truncatingIfNeeded: valuesSize),
            UInt32(HeaderFormat.entrySize),
        ]
        guard valuesSize >= 0, entry == expected else {
            throw source.damage(
                at: offset + UInt64(first), "the \(Tag.headerName) doesn't begin with a region that covers all of it",
                cause: "tag, type, offset and count are \(entry), not \(expected)")
        }
        let last = dataStart + valuesSize
        let trailer = [number(last), number(last + 4), number(last + 8), number(last + 12)]
        let end = [
            expected[0], expected[1], UInt32(bitPattern: -Int32(indexCount * HeaderFormat.entrySize)), expected[3],
        ]
        guard trailer == end else {
            throw source.damage(
                at: offset + UInt64(last), "the region of the \(Tag.headerName) doesn't end as it began",
                cause: "tag, type, offset and count are \(trailer), not \(end)")
        }
    }

    /// The entries behind the region's; `hdrblobVerifyInfo`.
    func entries() throws(Failure) -> [RPMHeader<Tag>.Entry] {
        var entries: [RPMHeader<Tag>.Entry] = []
        entries.reserveCapacity(indexCount)
        var end = 0
        for index in 1..<max(1, indexCount) {
            let entry = try entry(index, after: end)
            end = entry.place - dataStart + entry.size
            entries.append(entry)
        }
        guard end == valuesSize else {
            throw source.damage(
                at: offset + UInt64(dataStart + end),
                "the \(Tag.headerName) has \(valuesSize - end) bytes that belong to no tag")
        }
        return entries
    }

    private func entry(_ index: Int, after end: Int) throws(Failure) -> RPMHeader<Tag>.Entry {
        let place = HeaderFormat.introSize + index * HeaderFormat.entrySize
        let tag = Tag(rawValue: number(place))
        let (rawType, start, count) = (number(place + 4), Int(number(place + 8)), Int(number(place + 12)))
        let at = entryOffset(index)
        func wrong(_ message: String) -> Failure { source.damage(at: at, "\(Tag.headerName): \(tag.name) \(message)") }
        guard tag.rawValue >= HeaderFormat.firstTag else { throw wrong("is not a tag for a package") }
        guard let type = RPMValueType(rawValue: rawType) else { throw wrong("has the type \(rawType)") }
        guard tag.knownType?.isInterchangeable(with: type) ?? true else {
            throw wrong("has the type \(type.name), not \(tag.knownType?.name ?? "")")
        }
        guard count >= 1, count <= valuesSize, count <= HeaderFormat.arrayLimit || type == .bin else {
            throw wrong("has \(count) elements")
        }
        guard start <= valuesSize else { throw wrong("is at \(start), behind the \(valuesSize) bytes of values") }
        guard start >= end else { throw wrong("is at \(start), within the value before it, which ends at \(end)") }
        guard start % type.alignment == 0 else { throw wrong("is at \(start), not a multiple of \(type.alignment)") }
        guard start - end < type.alignment, bytes[dataStart + end..<dataStart + start].allSatisfy({ $0 == 0 }) else {
            throw wrong("is at \(start), with other bytes than aligning zeros behind the value before it, at \(end)")
        }
        guard let size = size(type, start: start, count: count) else {
            throw wrong("has \(count) elements from \(start) on, more than the \(valuesSize) bytes of values hold")
        }
        return RPMHeader<Tag>.Entry(tag: tag, type: type, count: count, place: dataStart + start, size: size)
    }

    /// The bytes of a value; `dataLength`.
    private func size(_ type: RPMValueType, start: Int, count: Int) -> Int? {
        if let width = type.elementSize {
            // Both are below 2²⁸.
            return width * count <= valuesSize - start ? width * count : nil
        }
        guard type != .string || count == 1 else { return nil }
        var place = dataStart + start
        let end = dataStart + valuesSize
        return bytes.withUnsafeBufferPointer { bytes in
            for _ in 0..<count {
                while place < end, bytes[place] != 0 { place += 1 }
                guard place < end else { return nil }
                place += 1
            }
            return place - dataStart - start
        }
    }
}
