import Diagnostics
import LinuxIO
import SetupPlan
public import Signing

/// Who signs what a build makes.
public struct ArtifactSigning: Sendable {
    /// Signs the program and the plan of installers and config tools.
    public var program: (any MessageSigner)?
    /// Signs packages, and makes the detached signatures of other artifacts.
    public var openPGP: (any OpenPGPSigner)?

    /// Names the signers; nil leaves something unsigned.
    public init(program: (any MessageSigner)? = nil, openPGP: (any OpenPGPSigner)? = nil) {
        self.program = program
        self.openPGP = openPGP
    }

    var planSigning: PlanSigning? {
        guard let program else { return nil }
        return { message throws(Failure) in
            PlanSignature(publicKey: program.publicKey.bytes, signature: try program.sign(message))
        }
    }

    var openPGPSigning: OpenPGPSigning? {
        guard let openPGP else { return nil }
        return { content throws(Failure) in try openPGP.detached(content) }
    }
}

/// Signs the message of a trailer.
typealias PlanSigning = ([UInt8]) throws(Failure) -> PlanSignature

/// Makes a binary detached OpenPGP signature.
typealias OpenPGPSigning = (ByteSource) throws(Failure) -> [UInt8]
