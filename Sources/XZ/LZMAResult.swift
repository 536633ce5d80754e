internal import CLZMA

extension lzma_ret {
    /// What liblzma's result means, in words.
    var explanation: String {
        switch self {
        case LZMA_OK: "sizes don't add up"
        case LZMA_STREAM_END: "content ends early"
        case LZMA_MEM_ERROR: "out of memory"
        case LZMA_MEMLIMIT_ERROR: "more memory is needed than is allowed"
        case LZMA_FORMAT_ERROR: "not xz data"
        case LZMA_OPTIONS_ERROR: "unsupported options"
        case LZMA_DATA_ERROR: "data is corrupt"
        case LZMA_BUF_ERROR: "data ends early, or content is longer than stated"
        case LZMA_PROG_ERROR: "liblzma was called with wrong arguments"
        default: "liblzma returned \(rawValue)"
        }
    }
}

/// Numbers that liblzma defines by macros Swift can't import; names as upstream.
enum LZMA {
    /// `LZMA_VLI_UNKNOWN`.
    static let vliUnknown = lzma_vli.max
    /// `LZMA_FILTER_X86`.
    static let filterX86: lzma_vli = 0x04
    /// `LZMA_FILTER_LZMA2`.
    static let filterLZMA2: lzma_vli = 0x21
    /// `LZMA_FILTERS_MAX`.
    static let filtersMax = 4
    /// `LZMA_DICT_SIZE_MIN`.
    static let smallestDictionary: UInt32 = 4096
}
