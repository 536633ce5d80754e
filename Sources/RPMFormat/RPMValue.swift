/// The type of a tag's value; `rpmTagType_e` of rpm's include/rpm/rpmtag.h.
public enum RPMValueType: UInt32, Sendable, CaseIterable {
    case char = 1
    case int8 = 2
    case int16 = 3
    case int32 = 4
    case int64 = 5
    case string = 6
    case bin = 7
    case stringArray = 8
    case i18nString = 9

    /// The name that upstream gives it.
    public var name: String {
        switch self {
        case .char: "CHAR"
        case .int8: "INT8"
        case .int16: "INT16"
        case .int32: "INT32"
        case .int64: "INT64"
        case .string: "STRING"
        case .bin: "BIN"
        case .stringArray: "STRING_ARRAY"
        case .i18nString: "I18NSTRING"
        }
    }

    /// What a value's offset is a multiple of; `typeAlign` of lib/header.cc.
    var alignment: Int {
        switch self {
        case .int16: 2
        case .int32: 4
        case .int64: 8
        default: 1
        }
    }

    /// Bytes of one element; nil where a NUL ends it.
    var elementSize: Int? {
        switch self {
        case .char, .int8, .bin: 1
        case .int16: 2
        case .int32: 4
        case .int64: 8
        case .string, .stringArray, .i18nString: nil
        }
    }

    /// Whether both hold texts, which rpm takes for one another; `hdrchkTagType` of lib/header.cc.
    func isInterchangeable(with other: RPMValueType) -> Bool {
        self == other || (elementSize == nil && other.elementSize == nil)
    }
}

/// The value of a tag, by its type.
///
/// Texts are bytes: nothing says that they are UTF-8.
public enum RPMValue: Sendable, Hashable {
    case char([UInt8])
    case int8([UInt8])
    case int16([UInt16])
    case int32([UInt32])
    case int64([UInt64])
    case string([UInt8])
    case bin([UInt8])
    case stringArray([[UInt8]])
    /// One text for each locale of `HEADERI18NTABLE`.
    case i18nString([[UInt8]])

    /// Its type.
    public var type: RPMValueType {
        switch self {
        case .char: .char
        case .int8: .int8
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .string: .string
        case .bin: .bin
        case .stringArray: .stringArray
        case .i18nString: .i18nString
        }
    }

    /// The number of elements; of a `string` always 1.
    public var count: Int {
        switch self {
        case .char(let bytes), .int8(let bytes), .bin(let bytes): bytes.count
        case .int16(let numbers): numbers.count
        case .int32(let numbers): numbers.count
        case .int64(let numbers): numbers.count
        case .string: 1
        case .stringArray(let texts), .i18nString(let texts): texts.count
        }
    }

    /// The value as texts, whichever of the three types of text it has.
    public var texts: [[UInt8]]? {
        switch self {
        case .string(let text): [text]
        case .stringArray(let texts), .i18nString(let texts): texts
        default: nil
        }
    }

    /// The value as numbers, whatever their width.
    public var numbers: [UInt64]? {
        switch self {
        case .char(let numbers), .int8(let numbers): numbers.map(UInt64.init)
        case .int16(let numbers): numbers.map(UInt64.init)
        case .int32(let numbers): numbers.map(UInt64.init)
        case .int64(let numbers): numbers
        default: nil
        }
    }

    /// A value of one text.
    static func text(_ text: String) -> RPMValue { .string(Array(text.utf8)) }

    /// A value of several texts.
    static func texts(_ texts: some Sequence<String>) -> RPMValue { .stringArray(texts.map { Array($0.utf8) }) }
}
