import Glibc

/// How a file is opened; the flags of open(2).
public struct OpenFlags: OptionSet, Sendable {
    /// The kernel's bits.
    public let rawValue: Int32

    /// Takes the kernel's bits.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// For reading; `O_RDONLY`.
    public static let read: OpenFlags = []
    /// For writing; `O_WRONLY`.
    public static let write = OpenFlags(rawValue: O_WRONLY)
    /// For reading and writing; `O_RDWR`.
    public static let readWrite = OpenFlags(rawValue: O_RDWR)
    /// Made when it isn't there; `O_CREAT`.
    public static let create = OpenFlags(rawValue: O_CREAT)
    /// Refused when it is there; `O_EXCL`.
    public static let exclusive = OpenFlags(rawValue: O_EXCL)
    /// Emptied; `O_TRUNC`.
    public static let truncate = OpenFlags(rawValue: O_TRUNC)
    /// Written at its end; `O_APPEND`.
    public static let append = OpenFlags(rawValue: O_APPEND)
    /// Without waiting for a pipe's other side or a terminal; `O_NONBLOCK | O_NOCTTY`.
    public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK | O_NOCTTY)
    /// A link as the last component is refused; `O_NOFOLLOW`.
    public static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    /// A directory; `O_DIRECTORY`.
    public static let directory = OpenFlags(rawValue: O_DIRECTORY)

    var action: String { rawValue & (O_WRONLY | O_RDWR) == 0 ? "open" : "write" }
}
