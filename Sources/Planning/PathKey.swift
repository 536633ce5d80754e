import Glibc

/// A path compared and hashed by its bytes.
///
/// `String` takes canonically equal spellings for one (two ways to write `é`) and sorts by characters; a file system
/// and the formats see bytes.
struct PathKey: Hashable, Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: PathKey, right: PathKey) -> Bool { compare(left, right) == 0 }

    static func < (left: PathKey, right: PathKey) -> Bool { compare(left, right) < 0 }

    func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: $0) }
    }

    /// Whole paths, byte by byte; a path that is the beginning of another comes first.
    private static func compare(_ left: PathKey, _ right: PathKey) -> Int {
        left.withBytes { left in
            right.withBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else {
                    return left.count - right.count
                }
                let order = Int(memcmp(first, second, min(left.count, right.count)))
                return order != 0 ? order : left.count - right.count
            }
        }
    }

    private func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
