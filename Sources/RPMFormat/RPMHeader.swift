/// One of the two headers of a package: tags and their values.
///
/// ```
/// 8e ad e8 01 00000000 | il | dl | il × (tag, type, offset, count) | dl bytes of values
/// ```
///
/// The first of the `il` entries is the region, whose value lies behind all others: an entry again, with the offset
/// -16·il. What it covers is what digests and signatures are made of: all of the header. Numbers are big-endian.
/// Source: lib/header.cc, docs/manual/format_v4.md of rpm.
public struct RPMHeader<Tag: RPMTagNumber>: Sendable {
    /// A tag with its value.
    public struct Field: Sendable {
        /// The tag.
        public var tag: Tag
        /// Its value.
        public var value: RPMValue

        /// Makes a field.
        public init(_ tag: Tag, _ value: RPMValue) {
            self.tag = tag
            self.value = value
        }
    }

    /// The tags in the order of the file; the region isn't among them.
    public private(set) var fields: [Field]
    private var places: [Tag: Int]

    /// Makes a header.
    ///
    /// - Parameter fields: Each tag once, without the region.
    public init(_ fields: [Field] = []) {
        self.fields = fields
        places = [:]
        for (index, field) in fields.enumerated() { places[field.tag] = index }
    }

    /// The value of a tag; nil where the header doesn't have it.
    public subscript(tag: Tag) -> RPMValue? {
        get { places[tag].map { fields[$0].value } }
        set {
            if let newValue, let place = places[tag] {
                fields[place].value = newValue
            } else if let newValue {
                places[tag] = fields.count
                fields.append(Field(tag, newValue))
            } else if places[tag] != nil {
                self = RPMHeader(fields.filter { $0.tag != tag })
            }
        }
    }
}

/// What every header begins with; `rpm_header_magic` of lib/header.cc.
let rpmHeaderMagic: [UInt8] = [0x8E, 0xAD, 0xE8, 0x01, 0, 0, 0, 0]
/// Bytes before the index: magic and the two counts.
let rpmHeaderIntroSize = 16
/// Bytes of an entry of the index, and of the region's value.
let rpmHeaderEntrySize = 16
/// `HEADER_ARRAY_MAX` of lib/header.cc: the most elements of an array; bytes may be more.
let rpmHeaderArrayLimit = 0xFFFFF
/// `headerMaxbytes` of lib/header.cc: index and values of a header together must be fewer.
let rpmHeaderSizeLimit = 256 << 20
