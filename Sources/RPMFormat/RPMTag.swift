/// A tag of the main header; `rpmTag_e` of rpm's include/rpm/rpmtag.h, whose names it has.
public struct RPMTag: RPMTagNumber {
    /// The number.
    public let rawValue: UInt32
    /// Makes a tag of any number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// Named in messages.
    public static let headerName = "header"
    /// `HEADER_TAGS_MAX` of lib/header.cc.
    public static let maximumCount: UInt32 = 0xFFFF
    /// `HEADER_DATA_MAX` of lib/header.cc.
    public static let maximumDataSize: UInt32 = 0x0FFF_FFFF

    /// Upstream's name without `RPMTAG_`.
    public var knownName: String? { RPMTagTable.rows[rawValue]?.name }
    /// The type of its value.
    public var knownType: RPMValueType? { RPMTagTable.rows[rawValue]?.type }

    /// `HEADER_IMMUTABLE`.
    public static let region = RPMTag(63)
    public static let headerI18NTable = RPMTag(100)
    public static let name = RPMTag(1000)
    public static let version = RPMTag(1001)
    public static let release = RPMTag(1002)
    public static let epoch = RPMTag(1003)
    public static let summary = RPMTag(1004)
    public static let description = RPMTag(1005)
    public static let buildTime = RPMTag(1006)
    public static let buildHost = RPMTag(1007)
    public static let size = RPMTag(1009)
    public static let vendor = RPMTag(1011)
    public static let license = RPMTag(1014)
    public static let packager = RPMTag(1015)
    public static let group = RPMTag(1016)
    public static let url = RPMTag(1020)
    public static let os = RPMTag(1021)
    public static let arch = RPMTag(1022)
    public static let oldFileNames = RPMTag(1027)
    public static let fileSizes = RPMTag(1028)
    public static let fileModes = RPMTag(1030)
    public static let fileRDevs = RPMTag(1033)
    public static let fileMTimes = RPMTag(1034)
    public static let fileDigests = RPMTag(1035)
    public static let fileLinkTos = RPMTag(1036)
    public static let fileFlags = RPMTag(1037)
    public static let fileUserName = RPMTag(1039)
    public static let fileGroupName = RPMTag(1040)
    public static let sourceRPM = RPMTag(1044)
    public static let fileVerifyFlags = RPMTag(1045)
    public static let fileDevices = RPMTag(1095)
    public static let fileINodes = RPMTag(1096)
    public static let fileLangs = RPMTag(1097)
    public static let dirIndexes = RPMTag(1116)
    public static let baseNames = RPMTag(1117)
    public static let dirNames = RPMTag(1118)
    public static let payloadFormat = RPMTag(1124)
    public static let payloadCompressor = RPMTag(1125)
    public static let payloadFlags = RPMTag(1126)
    public static let longFileSizes = RPMTag(5008)
    public static let longSize = RPMTag(5009)
    public static let fileCaps = RPMTag(5010)
    public static let fileDigestAlgo = RPMTag(5011)
    public static let encoding = RPMTag(5062)
    public static let payloadSHA256 = RPMTag(5092)
    public static let payloadSHA256Algo = RPMTag(5093)
    public static let payloadSHA256Alt = RPMTag(5097)
    public static let rpmFormat = RPMTag(5114)
}

extension RPMRelation.Kind {
    /// The tags of names, versions and flags.
    public var tags: (name: RPMTag, version: RPMTag, flags: RPMTag) {
        let (name, version, flags): (UInt32, UInt32, UInt32) =
            switch self {
            case .requires: (1049, 1050, 1048)
            case .provides: (1047, 1113, 1112)
            case .conflicts: (1054, 1055, 1053)
            case .obsoletes: (1090, 1115, 1114)
            case .recommends: (5046, 5047, 5048)
            case .suggests: (5049, 5050, 5051)
            case .supplements: (5052, 5053, 5054)
            case .enhances: (5055, 5056, 5057)
            }
        return (RPMTag(rawValue: name), RPMTag(rawValue: version), RPMTag(rawValue: flags))
    }
}

extension RPMScriptlet.Kind {
    /// The tags of text and interpreter.
    public var tags: (body: RPMTag, program: RPMTag) {
        let (body, program): (UInt32, UInt32) =
            switch self {
            case .pre: (1023, 1085)
            case .post: (1024, 1086)
            case .preun: (1025, 1087)
            case .postun: (1026, 1088)
            case .pretrans: (1151, 1153)
            case .posttrans: (1152, 1154)
            }
        return (RPMTag(rawValue: body), RPMTag(rawValue: program))
    }
}
