public import Diagnostics
public import LinuxIO

extension DebMember {
    /// The members of a package, whatever they are and however they are compressed.
    ///
    /// - Parameter source: All bytes of the package.
    /// - Returns: The members, in their order.
    /// - Throws: `.integrity`, with the offset, for a damaged ar archive; `.failed` for the format before 1995.
    public static func list(_ source: ByteSource) throws(Failure) -> [DebMember] {
        var reader = try ArReader(source)
        var members: [DebMember] = []
        while let member = try reader.next() {
            guard members.count < DebLimits.members else {
                throw Failure(
                    .integrity,
                    "\(source.name) has more than \(DebLimits.members) members, at byte \(member.offset - 60)")
            }
            members.append(member)
        }
        return members
    }
}
