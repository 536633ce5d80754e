import ByteIO
import Diagnostics
import Digests
import SetupPlan
import XZ

/// A plan as files carry it: JSON in an xz stream.
struct PackedPlan {
    /// The xz stream.
    let bytes: [UInt8]

    /// Packs a plan that readers will accept.
    ///
    /// - Throws: `.integrity` for a plan that isn't valid, `.failed` for one that is too large.
    init(_ plan: Plan) throws(Failure) {
        try plan.validate()
        let text = plan.text
        let packed = try XZ.compress(text.span.bytes)
        // What no reader would accept must not be written.
        guard text.count <= BinFile.planTextLimit(packed: packed.count),
            UInt64(packed.count) <= Trailer.maximumPlanSize
        else {
            throw Failure(
                .failed, "the plan has \(text.count) bytes, \(packed.count) when packed, more than a reader accepts",
                hints: ["Put the files into an archive inside the product, so that the plan lists fewer paths."])
        }
        bytes = packed
    }

    /// The trailer of a file with this plan.
    ///
    /// - Parameters:
    ///   - head: The head's length and digest.
    ///   - payloadLength: Bytes of the payload; 0 makes a config tool.
    ///   - sign: Signs the trailer's message; nil leaves the file unsigned.
    func trailer(
        head: (length: UInt64, digest: SHA256Digest), payloadLength: UInt64,
        sign: (([UInt8]) throws(Failure) -> PlanSignature)?
    ) throws(Failure) -> Trailer {
        var trailer = Trailer(
            headLength: head.length, payloadLength: payloadLength, planLength: UInt64(bytes.count),
            headDigest: head.digest, planDigest: SHA256.digest(bytes))
        if let sign { trailer.signature = try sign(trailer.signedMessage) }
        return trailer
    }
}
