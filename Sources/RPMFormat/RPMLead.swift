import ByteIO
import Diagnostics
import LinuxIO

/// The 96 bytes that a package begins with, which only file(1) and old tools read; lib/rpmlead.cc.
enum RPMLead {
    static let size = 96
    static let magic: [UInt8] = [0xED, 0xAB, 0xEE, 0xDB]
    /// `RPMSIGTYPE_HEADERSIG`, the only kind of signature: a header.
    static let signatureType: UInt16 = 5

    /// The lead of a binary package of version 4 of the format.
    ///
    /// - Parameters:
    ///   - label: Name, epoch, version and release, cut to 65 bytes.
    ///   - architecture: As rpm spells it.
    static func bytes(label: String, architecture: String) -> [UInt8] {
        var bytes = ByteWriter(capacity: size)
        bytes.put(magic)
        bytes.put([3, 0])
        bytes.put(bigEndian: UInt16(0))
        bytes.put(bigEndian: architectureNumber(architecture) ?? 1)
        let name = Array(label.utf8.prefix(65))
        bytes.put(name)
        bytes.putZeros(66 - name.count)
        // Linux; `os_canon` of rpmrc.in.
        bytes.put(bigEndian: UInt16(1))
        bytes.put(bigEndian: signatureType)
        bytes.putZeros(16)
        return bytes.bytes
    }

    /// `arch_canon` of rpmrc.in; nil for what isn't known here.
    ///
    /// rpm gives `noarch` the number of the building machine; 1 here.
    static func architectureNumber(_ architecture: String) -> UInt16? {
        switch architecture {
        case "x86_64", "i386", "i486", "i586", "i686": 1
        case "armv7hl", "armv7hnl", "armv6hl", "armv5tel": 12
        case "s390x": 15
        case "ppc64", "ppc64le": 16
        case "aarch64": 19
        case "riscv64": 22
        default: nil
        }
    }
}

extension RPMLead {
    /// Checks a lead; `rpmLeadRead` of lib/rpmlead.cc.
    ///
    /// - Returns: Whether it is a source package's.
    /// - Throws: `.integrity` for what no package begins with.
    static func read(_ source: ByteSource) throws(Failure) -> Bool {
        guard source.size >= UInt64(size) else {
            throw source.damage(at: source.size, "the file ends within its first \(size) bytes; it is no RPM package")
        }
        let bytes = try source.read(size, at: 0)
        guard bytes.starts(with: magic) else {
            throw source.damage(at: 0, "the file doesn't begin as an RPM package")
        }
        guard (3...4).contains(bytes[4]) else {
            throw source.damage(at: 4, "the package has the format version \(bytes[4]); 3 and 4 are known")
        }
        guard bytes[6] == 0, bytes[7] <= 1 else {
            throw source.damage(at: 6, "the package is neither a binary nor a source package")
        }
        guard bytes[78] == 0, bytes[79] == UInt8(signatureType) else {
            throw source.damage(
                at: 78, "the package's signature is of type \(UInt16(bytes[78]) << 8 | UInt16(bytes[79])); 5 is known")
        }
        return bytes[7] == 1
    }
}
