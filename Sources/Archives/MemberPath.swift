/// Paths of archive members.
enum MemberPath {
    /// A member's path in normal form.
    ///
    /// - Parameter raw: The bytes in the archive.
    /// - Returns: Components joined by `/`, or why the path can't be unpacked.
    static func normalised(_ raw: [UInt8]) -> Result<[UInt8], Refusal> {
        let slash = UInt8(ascii: "/")
        if raw.isEmpty { return .failure(Refusal(reason: "its name is empty")) }
        if raw[0] == slash { return .failure(Refusal(reason: "its path is absolute")) }
        if raw.contains(0) { return .failure(Refusal(reason: "its path holds a zero byte")) }
        let parts = raw.split(separator: slash).filter { !$0.elementsEqual(".".utf8) }
        if parts.contains(where: { $0.elementsEqual("..".utf8) }) {
            return .failure(Refusal(reason: "its path leads upwards with \"..\""))
        }
        return .success(Array(parts.joined(separator: [slash])))
    }

    /// Why a member isn't unpacked.
    struct Refusal: Error {
        let reason: String
    }
}
