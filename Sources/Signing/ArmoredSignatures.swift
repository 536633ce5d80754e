public import Diagnostics
import OpenPGP

/// Detached signatures as text, in the form that apt takes as `Release.gpg`.
public enum ArmoredSignatures {
    /// Takes the signatures out of a file of armored blocks and nothing else.
    ///
    /// apt refuses binary signatures and lines outside of blocks; `VerifyDetachedSignatureFile` of apt-pkg/contrib/gpgv.cc.
    ///
    /// - Parameters:
    ///   - text: The file.
    ///   - name: What it is, for messages.
    /// - Returns: The signature packets, binary, one behind the other.
    /// - Throws: `.integrity` for anything else.
    public static func packets(_ text: [UInt8], name: String) throws(Failure) -> [UInt8] {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: true)
        var isOpen = false
        for line in lines {
            let isStart = line.starts(with: "-----BEGIN PGP SIGNATURE-----".utf8)
            guard isOpen || isStart else {
                throw Failure(.integrity, "\(name) has lines that belong to no armored signature, which apt refuses")
            }
            isOpen = !line.starts(with: "-----END ".utf8)
        }
        let blocks = try Armor.read(text, name: name)
        let packets = Array(blocks.map(\.content).joined())
        // What isn't a row of packets isn't handed to gpg.
        for packet in try Packet.read(packets, name: name) where packet.kind != .signature {
            throw Failure(.integrity, "\(name) has a packet of kind \(packet.tag), where signatures alone are expected")
        }
        return packets
    }
}
