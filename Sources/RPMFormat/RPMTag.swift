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
    /// Some 200,000 paths.
    public static let readLimit = 32 << 20

    /// Upstream's name without `RPMTAG_`.
    public var knownName: String? { RPMTagTable.rows[rawValue]?.name }
    /// The type of its value.
    public var knownType: RPMValueType? { RPMTagTable.rows[rawValue]?.type }

    /// `HEADER_IMMUTABLE`.
    public static let region = RPMTag(63)
    /// `HEADERI18NTABLE`: the locales of texts.
    public static let headerI18NTable = RPMTag(100)
    /// `NAME`.
    public static let name = RPMTag(1000)
    /// `VERSION`.
    public static let version = RPMTag(1001)
    /// `RELEASE`.
    public static let release = RPMTag(1002)
    /// `EPOCH`.
    public static let epoch = RPMTag(1003)
    /// `SUMMARY`.
    public static let summary = RPMTag(1004)
    /// `DESCRIPTION`.
    public static let description = RPMTag(1005)
    /// `BUILDTIME`.
    public static let buildTime = RPMTag(1006)
    /// `BUILDHOST`.
    public static let buildHost = RPMTag(1007)
    /// `SIZE`: bytes of all files, below 4 GiB.
    public static let size = RPMTag(1009)
    /// `VENDOR`.
    public static let vendor = RPMTag(1011)
    /// `LICENSE`.
    public static let license = RPMTag(1014)
    /// `PACKAGER`.
    public static let packager = RPMTag(1015)
    /// `GROUP`.
    public static let group = RPMTag(1016)
    /// `URL`.
    public static let url = RPMTag(1020)
    /// `OS`.
    public static let os = RPMTag(1021)
    /// `ARCH`.
    public static let arch = RPMTag(1022)
    /// `OLDFILENAMES`: paths, in packages without `BASENAMES`.
    public static let oldFileNames = RPMTag(1027)
    /// `FILESIZES`.
    public static let fileSizes = RPMTag(1028)
    /// `FILEMODES`.
    public static let fileModes = RPMTag(1030)
    /// `FILERDEVS`: of devices.
    public static let fileRDevs = RPMTag(1033)
    /// `FILEMTIMES`.
    public static let fileMTimes = RPMTag(1034)
    /// `FILEDIGESTS`.
    public static let fileDigests = RPMTag(1035)
    /// `FILELINKTOS`: targets of links.
    public static let fileLinkTos = RPMTag(1036)
    /// `FILEFLAGS`.
    public static let fileFlags = RPMTag(1037)
    /// `FILEUSERNAME`.
    public static let fileUserName = RPMTag(1039)
    /// `FILEGROUPNAME`.
    public static let fileGroupName = RPMTag(1040)
    /// `SOURCERPM`: the source package; without it rpm takes the package for one.
    public static let sourceRPM = RPMTag(1044)
    /// `FILEVERIFYFLAGS`.
    public static let fileVerifyFlags = RPMTag(1045)
    /// `RPMVERSION`: of the rpm whose format the package follows.
    public static let rpmVersion = RPMTag(1064)
    /// `CHANGELOGTIME`.
    public static let changeLogTime = RPMTag(1080)
    /// `CHANGELOGNAME`.
    public static let changeLogName = RPMTag(1081)
    /// `CHANGELOGTEXT`.
    public static let changeLogText = RPMTag(1082)
    /// `FILEDEVICES`: of the building machine.
    public static let fileDevices = RPMTag(1095)
    /// `FILEINODES`: equal for hard links.
    public static let fileINodes = RPMTag(1096)
    /// `FILELANGS`.
    public static let fileLangs = RPMTag(1097)
    /// `DIRINDEXES`: each path's place in `DIRNAMES`.
    public static let dirIndexes = RPMTag(1116)
    /// `BASENAMES`.
    public static let baseNames = RPMTag(1117)
    /// `DIRNAMES`: directories, with a slash at the end.
    public static let dirNames = RPMTag(1118)
    /// `PAYLOADFORMAT`.
    public static let payloadFormat = RPMTag(1124)
    /// `PAYLOADCOMPRESSOR`.
    public static let payloadCompressor = RPMTag(1125)
    /// `PAYLOADFLAGS`.
    public static let payloadFlags = RPMTag(1126)
    /// `LONGFILESIZES`: where one of the files has 4 GiB.
    public static let longFileSizes = RPMTag(5008)
    /// `LONGSIZE`: bytes of all files.
    public static let longSize = RPMTag(5009)
    /// `FILECAPS`: as cap_from_text(3) reads them.
    public static let fileCaps = RPMTag(5010)
    /// `FILEDIGESTALGO`: the digest of `FILEDIGESTS`; MD5 without it.
    public static let fileDigestAlgo = RPMTag(5011)
    /// `ENCODING`.
    public static let encoding = RPMTag(5062)
    /// `PAYLOADSHA256`: of the compressed payload.
    public static let payloadSHA256 = RPMTag(5092)
    /// `PAYLOADSHA256ALGO`: the digest of the two others.
    public static let payloadSHA256Algo = RPMTag(5093)
    /// `PAYLOADSHA256ALT`: of the decompressed payload.
    public static let payloadSHA256Alt = RPMTag(5097)
    /// `RPMFORMAT`: 6 in packages of that version.
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
