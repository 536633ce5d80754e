/// Locations that metadata states, which may be hostile.
enum SafeLocation {
    /// Whether a location stays below the repository: components joined by single slashes, without `.` and `..`, and
    /// without characters that end a path in a URL or act on a terminal.
    static func isSafe(_ location: String) -> Bool {
        let parts = location.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return location.utf8.count <= 1024
            && parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
            && location.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
            && !location.utf8.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    }

    /// A location as it begins in files that are made elsewhere: `./Packages/x.rpm` of `createrepo_c ./`.
    static func cleaned(_ location: String) -> String {
        var rest = location.utf8[...]
        while rest.starts(with: "./".utf8) { rest = rest.dropFirst(2) }
        return String(Substring(rest))
    }
}
