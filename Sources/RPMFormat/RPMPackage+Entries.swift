import Diagnostics
import LinuxIO

/// `CPIO_NAMESIZE_MAX` of lib/cpio.cc, with the NUL.
let cpioNameLimit = 4096
/// `CPIO_FILESIZE_MAX` of lib/cpio.cc: a file must have fewer bytes than 4 GiB less one.
let cpioFileLimit: UInt64 = 0xFFFF_FFFF

/// The bytes of a file's name that rpm can unpack.
///
/// It appends `;` and 8 digits until the file is whole; `rpmPackageFilesInstall` of lib/fsm.cc.
let fileNameLimit = 255 - 9

extension RPMPackage {
    /// Checks paths, their order and what is at them.
    func checkEntries() throws(Failure) {
        var previous = ""
        for entry in entries {
            let shown = PathText.display(entry.path)
            guard entry.path.utf8.first == UInt8(ascii: "/"), entry.path.utf8.count + 2 <= cpioNameLimit,
                !entry.path.utf8.contains(0), hasPlainComponents(entry.path)
            else {
                throw Failure(
                    .usage,
                    "\(name): \(shown) is not an absolute path of at most \(cpioNameLimit - 2) bytes "
                        + "without empty, . and .. components")
            }
            guard previous.utf8.lexicographicallyPrecedes(entry.path.utf8) else {
                throw Failure(
                    .usage,
                    "\(name): \(shown) comes after \(PathText.display(previous)); paths must be sorted, "
                        + "each there once")
            }
            previous = entry.path
            let nameSize = entry.path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.count
            guard nameSize <= (entry.content == .directory ? 255 : fileNameLimit) else {
                throw Failure(
                    .usage, "\(name): the name of \(shown) has \(nameSize) bytes; rpm can unpack \(fileNameLimit)",
                    cause: "while a file is unpacked its name has 9 bytes more")
            }
            guard entry.mode & ~0o7777 == 0 else {
                throw Failure(.usage, "\(name): \(shown) has the mode \(String(entry.mode, radix: 8))")
            }
            guard !entry.owner.isEmpty, !entry.group.isEmpty, !(entry.owner + entry.group).utf8.contains(0) else {
                throw Failure(.usage, "\(name): \(shown) has no owner or group")
            }
            try checkContent(of: entry, shown: shown)
        }
    }

    private func checkContent(of entry: RPMEntry, shown: String) throws(Failure) {
        switch entry.content {
        case .directory: break
        case .file(let size, _):
            guard size < cpioFileLimit else {
                throw Failure(
                    .usage, "\(name): \(shown) has \(size) bytes; an RPM takes files below 4 GiB",
                    hints: ["Split the file, or exclude it from the package."])
            }
            guard !entry.flags.contains(.ghost) || size == 0 else {
                throw Failure(.usage, "\(name): \(shown) is a ghost with \(size) bytes")
            }
        case .link(let target):
            guard !target.isEmpty, target.utf8.count < cpioNameLimit, !target.utf8.contains(0) else {
                throw Failure(.usage, "\(name): the link \(shown) has a target of \(target.utf8.count) bytes")
            }
        }
        guard entry.capabilities == nil || entry.content.isFile else {
            throw Failure(.usage, "\(name): \(shown) is no file and can't have capabilities")
        }
        guard !(entry.capabilities ?? "").utf8.contains(0) else {
            throw Failure(.usage, "\(name): the capabilities of \(shown) have a NUL")
        }
    }

    private func hasPlainComponents(_ path: String) -> Bool {
        path.dropFirst().utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
    }
}

extension RPMEntry.Content {
    /// Whether it is a regular file.
    var isFile: Bool {
        if case .file = self { return true }
        return false
    }
}

extension RPMEntry {
    /// The bits of `FILEMODES`: type and permissions.
    var fullMode: UInt32 {
        switch content {
        case .directory: 0o040000 | mode
        case .file: 0o100000 | mode
        case .link: 0o120000 | mode
        }
    }

    /// `FILESIZES`: of a link the bytes of its target, of a directory 0.
    var size: UInt64 {
        switch content {
        case .directory: 0
        case .file(let size, _): size
        case .link(let target): UInt64(target.utf8.count)
        }
    }
}
