import ByteIO

/// The 96 bytes that a package begins with, which only file(1) and old tools read; lib/rpmlead.cc.
enum RPMLead {
    static let size = 96
    static let magic: [UInt8] = [0xED, 0xAB, 0xEE, 0xDB]
    /// The only kind of signature: a header. `RPMSIGTYPE_HEADERSIG`.
    static let signatureType: UInt16 = 5

    /// The lead of a binary package of version 4 of the format.
    ///
    /// - Parameters:
    ///   - label: Name, version and release, cut to 65 bytes.
    ///   - architecture: As rpm spells it.
    static func bytes(label: String, architecture: String) -> [UInt8] {
        var bytes = ByteWriter(capacity: size)
        bytes.put(magic)
        bytes.put([3, 0])
        bytes.put(bigEndian: UInt16(0))
        bytes.put(bigEndian: architectureNumber(architecture))
        let name = Array(label.utf8.prefix(65))
        bytes.put(name)
        bytes.putZeros(66 - name.count)
        // Linux; `os_canon` of rpmrc.in.
        bytes.put(bigEndian: UInt16(1))
        bytes.put(bigEndian: signatureType)
        bytes.putZeros(16)
        return bytes.bytes
    }

    /// `arch_canon` of rpmrc.in. rpm gives `noarch` the number of the building machine; 1 here.
    private static func architectureNumber(_ architecture: String) -> UInt16 {
        switch architecture {
        case "aarch64": 19
        case "ppc64", "ppc64le": 16
        case "s390x": 15
        case "riscv64": 22
        default: 1
        }
    }
}
