public import Diagnostics

/// A user as /etc/passwd lists it.
public struct UserAccount: Sendable, Equatable {
    /// The login name.
    public var name: String
    /// The user's number.
    public var user: UInt32
    /// The number of its own group.
    public var group: UInt32
    /// Its home directory.
    public var home: String
}

/// Users and groups, read from the files themselves.
///
/// A static executable must not load the host's name service plugins, so accounts that only LDAP or SSSD know are not
/// found; a service that runs as one of them is refused by name.
public struct Accounts: Sendable {
    private let users: [UserAccount]
    private let groups: [(name: String, group: UInt32, members: [String])]

    /// Reads `etc/passwd` and `etc/group` below a root.
    ///
    /// - Parameter base: `/` or an image's root.
    public init(base: borrowing Directory) throws(Failure) {
        users = try Self.lines("etc/passwd", base).compactMap { fields in
            guard fields.count >= 6, let user = UInt32(fields[2]), let group = UInt32(fields[3]) else { return nil }
            return UserAccount(name: fields[0], user: user, group: group, home: fields[5])
        }
        groups = try Self.lines("etc/group", base).compactMap { fields in
            guard fields.count >= 3, let group = UInt32(fields[2]) else { return nil }
            let members = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
            return (fields[0], group, members)
        }
    }

    /// Finds a user by name; `root` is known without a file.
    ///
    /// - Returns: The account, or nil.
    public func user(_ name: String) -> UserAccount? {
        users.first { $0.name == name }
            ?? (name == "root" ? UserAccount(name: "root", user: 0, group: 0, home: "/root") : nil)
    }

    /// Finds a group's number by name; `root` is known without a file.
    ///
    /// - Returns: The number, or nil.
    public func group(_ name: String) -> UInt32? {
        groups.first { $0.name == name }?.group ?? (name == "root" ? 0 : nil)
    }

    /// The groups that list a user as a member.
    ///
    /// - Returns: Their numbers.
    public func supplementaryGroups(of name: String) -> [UInt32] {
        groups.filter { $0.members.contains(name) }.map(\.group)
    }

    private static func lines(_ path: String, _ base: borrowing Directory) throws(Failure) -> [[String]] {
        do throws(Failure) {
            let bytes = try base.file(path).readToEnd(limit: 64 << 20)
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
                line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            }
        } catch {
            if error.errorNumber == 2 { return [] }
            throw error
        }
    }
}
