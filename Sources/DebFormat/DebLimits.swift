/// How much a reader takes before it calls a package hostile.
enum DebLimits {
    /// Members of the ar archive.
    static let members = 100
    /// Bytes of the member `debian-binary`.
    static let version: UInt64 = 4096
    /// Bytes of the control archive when unpacked.
    static let control: UInt64 = 16 << 20
    /// Bytes of the control file: each of its lines and relations takes more memory than its bytes.
    static let controlFile = 512 << 10
    /// Members of the control archive.
    static let controlMembers = 1000
    /// Paths of the archive of files, and bytes of their names and link targets.
    static let paths = 1 << 18
    static let names = 32 << 20
}
