public import Diagnostics
import LinuxIO
public import Signing

extension Repomd {
    /// The signature that stands beside `repomd.xml` as `repomd.xml.asc`: detached, armored, exactly one.
    ///
    /// Two, by an old and a new key, don't help a client: gpg in batch mode ends at the first that is bad.
    ///
    /// - Parameter signer: Has the key.
    /// - Returns: The text.
    /// - Throws: What signing throws.
    public func signature(by signer: some OpenPGPSigner) throws(Failure) -> [UInt8] {
        try signer.armored(ByteSource(bytes, name: "repomd.xml"))
    }
}
