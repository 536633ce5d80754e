public import Diagnostics
import LinuxIO
public import Signing

/// A `Release` file with its signatures, as files of the directory `dists/CODENAME`.
public struct SignedRelease: Sendable, Equatable {
    /// `Release`.
    public let release: [UInt8]
    /// `Release.gpg`: the detached signatures, for clients that don't know `InRelease`.
    public let signature: [UInt8]
    /// `InRelease`: text and signatures in one, which apt asks for first.
    public let inRelease: [UInt8]

    /// Signs a file with every key: a client needs to know one of them, so a new key can join the old one for a while.
    ///
    /// - Parameters:
    ///   - release: What is said.
    ///   - signers: Who signs; at least one.
    ///   - time: The time that signatures are to have, in seconds since 1970; nil for that of the clock.
    /// - Throws: `.usage` for what can't be written and a key twice; what the signers throw.
    public init(_ release: ReleaseFile, by signers: [any OpenPGPSigner], time: Int64? = nil) throws(Failure) {
        let text = try release.text()
        var dated: [any OpenPGPSigner] = []
        for signer in signers {
            if let time { dated.append(try signer.dated(time)) } else { dated.append(signer) }
        }
        self.release = text
        inRelease = try dated.clearsigned(text)
        signature = try dated.armored(ByteSource(text, name: "Release"))
    }
}
