import ByteIO
import Diagnostics

extension HeaderFields {
    /// The header as bytes, with its region: sorted by tag, values in the same order, each aligned to its type.
    ///
    /// - Throws: `.usage` where it has more than readers accept.
    func bytes() throws(Failure) -> [UInt8] {
        var index = ByteWriter(capacity: HeaderFormat.entrySize * (fields.count + 1))
        var data = ByteWriter()
        for field in fields.sorted(by: { $0.tag < $1.tag }) {
            let (type, count) = (field.value.type, field.value.count)
            guard count > 0, count <= HeaderFormat.arrayLimit || type == .bin else {
                throw Failure(
                    .usage, "\(Tag.headerName): \(field.tag.name) has \(count) elements",
                    cause: "rpm accepts 1 to \(HeaderFormat.arrayLimit)")
            }
            data.putZeros((type.alignment - data.bytes.count % type.alignment) % type.alignment)
            guard data.bytes.count <= Int(Tag.maximumDataSize) else { break }
            Self.putEntry(&index, field.tag, type, offset: UInt32(data.bytes.count), count: UInt32(count))
            field.value.put(to: &data)
        }
        let entryCount = fields.count + 1
        let size = entryCount * HeaderFormat.entrySize + data.bytes.count + HeaderFormat.entrySize
        // What no reader would accept must not be written.
        guard entryCount <= Int(Tag.maximumCount), HeaderFormat.introSize + size <= Tag.readLimit else {
            throw Failure(
                .usage, "the \(Tag.headerName) has \(entryCount) tags and \(size) bytes",
                cause: "at most \(Tag.maximumCount) tags and \(Tag.readLimit) bytes are accepted",
                hints: ["Put files into an archive inside the product, so that the package has fewer paths."])
        }
        var bytes = ByteWriter(capacity: HeaderFormat.introSize + size)
        bytes.put(HeaderFormat.magic)
        bytes.put(bigEndian: UInt32(entryCount))
        bytes.put(bigEndian: UInt32(data.bytes.count + HeaderFormat.entrySize))
        Self.putEntry(
            &bytes, Tag.region, .bin, offset: UInt32(data.bytes.count), count: UInt32(HeaderFormat.entrySize))
        bytes.put(index.bytes)
        bytes.put(data.bytes)
        Self.putEntry(
            &bytes, Tag.region, .bin, offset: UInt32(bitPattern: -Int32(entryCount * HeaderFormat.entrySize)),
            count: UInt32(HeaderFormat.entrySize))
        return bytes.bytes
    }

    private static func putEntry(
        _ bytes: inout ByteWriter, _ tag: Tag, _ type: RPMValueType, offset: UInt32, count: UInt32
    ) {
        bytes.put(bigEndian: tag.rawValue)
        bytes.put(bigEndian: type.rawValue)
        bytes.put(bigEndian: offset)
        bytes.put(bigEndian: count)
    }
}

extension RPMValue {
    /// Appends the elements.
    fileprivate func put(to data: inout ByteWriter) {
        switch self {
        case .char(let bytes), .int8(let bytes), .bin(let bytes): data.put(bytes)
        case .int16(let numbers): for number in numbers { data.put(bigEndian: number) }
        case .int32(let numbers): for number in numbers { data.put(bigEndian: number) }
        case .int64(let numbers): for number in numbers { data.put(bigEndian: number) }
        case .string(let text):
            data.put(text)
            data.putZeros(1)
        case .stringArray(let texts), .i18nString(let texts):
            for text in texts {
                data.put(text)
                data.putZeros(1)
            }
        }
    }
}
