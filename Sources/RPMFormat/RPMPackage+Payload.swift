public import Diagnostics

/// The payload: a cpio archive in the “new ASCII” format, `070701`, as lib/cpio.cc of rpm writes it.
///
/// ```
/// per entry: magic, 13 numbers of 8 hexadecimal digits | ./path NUL | 0-3 zeros | content | 0-3 zeros
/// ```
extension RPMPackage {
    /// The indexes of the entries that the payload has: all but ghosts, in the order of `entries`.
    public var payloadEntries: [Int] { entries.indices.filter { !entries[$0].flags.contains(.ghost) } }

    /// What stands before an entry's content; of a link with its target, of which nothing else follows.
    ///
    /// - Parameter index: The index of the entry.
    /// - Throws: `.usage` for an entry that the payload can't have.
    public func header(ofEntryAt index: Int) throws(Failure) -> [UInt8] {
        guard entries.indices.contains(index), !entries[index].flags.contains(.ghost) else {
            throw Failure(.usage, "\(name) has no entry \(index) in its payload")
        }
        let entry = entries[index]
        guard entry.size < cpioFileLimit else {
            throw Failure(.usage, "\(name): \(entry.path) has \(entry.size) bytes; an RPM takes files below 4 GiB")
        }
        var bytes = CPIOHeader.bytes(
            inode: UInt32(truncatingIfNeeded: index + 1), mode: entry.fullMode,
            time: UInt32(truncatingIfNeeded: timestamp), size: UInt32(entry.size), name: "." + entry.path)
        if case .link(let target) = entry.content {
            bytes += Array(target.utf8)
            bytes += [UInt8](repeating: 0, count: padding(after: UInt64(target.utf8.count)))
        }
        return bytes
    }

    /// The zeros that follow a file's content.
    ///
    /// - Parameter size: The file's size.
    /// - Returns: 0 to 3.
    public func padding(after size: UInt64) -> Int { CPIOHeader.padding(after: size) }

    /// What follows the last entry.
    public var payloadEnd: [UInt8] { CPIOHeader.bytes(inode: 0, mode: 0, time: 0, size: 0, name: CPIOHeader.trailer) }
}

/// The header of an entry of a cpio archive.
enum CPIOHeader {
    /// Magic and numbers.
    static let size = 110
    static let magic = Array("070701".utf8)
    /// The name of the entry that ends an archive.
    static let trailer = "TRAILER!!!"

    static func padding(after size: UInt64) -> Int { Int((4 - size % 4) % 4) }

    static func bytes(inode: UInt32, mode: UInt32, time: UInt32, size: UInt32, name: String) -> [UInt8] {
        let nameSize = name.utf8.count + 1
        var bytes = magic
        bytes.reserveCapacity(Self.size + nameSize + 3)
        // Inode, mode, owner, group, links, time, size, device, special device, bytes of the name, checksum.
        for number in [inode, mode, 0, 0, 1, time, size, 0, 0, 0, 0, UInt32(nameSize), 0] { put(number, to: &bytes) }
        bytes += Array(name.utf8)
        bytes += [UInt8](repeating: 0, count: 1 + padding(after: UInt64(Self.size + nameSize)))
        return bytes
    }

    private static func put(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 28, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> UInt32(shift)) & 15
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
