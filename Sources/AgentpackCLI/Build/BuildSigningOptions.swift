import ArgumentParser
import Building
import Diagnostics
import SetupPlan
import Signing

/// Who signs what a build makes.
struct BuildSigningOptions: ParsableArguments {
    @OptionGroup var signers: SignerOptions

    @Flag(help: "Refuse to make something that is not signed.")
    var requireSignature = false

    /// The signers of some formats.
    ///
    /// - Parameter formats: What is to be signed.
    /// - Throws: `usage` when a signature is required and the key for it was not named, or for a key that doesn't fit.
    func signers(for formats: Set<PackageFormat>) throws(Failure) -> ArtifactSigning {
        if requireSignature, signers.key == nil, formats.contains(.bin) {
            throw Failure(
                .usage, "--require-signature: the installer needs an Ed25519 key to sign with",
                hints: ["Name it with --key FILE.", "Make one with: agentpack keys generate"])
        }
        if requireSignature, signers.openPGP.gpgKey == nil, formats != [.bin] {
            throw Failure(
                .usage, "--require-signature: packages need an OpenPGP key to sign with",
                hints: ["Name it with --gpg-key FINGERPRINT.", "Make one with: agentpack keys generate --gpg"])
        }
        return try signers.signers(for: formats.contains(.rpm) ? .rpm : .files)
    }

    /// What nobody can check of the artifacts that are made.
    func warnings(for formats: Set<PackageFormat>) -> [String] {
        var warnings: [String] = []
        if signers.key == nil, formats.contains(.bin) {
            warnings.append(
                "THE INSTALLER IS NOT SIGNED: nobody can check who made it; name a key with --key FILE")
        }
        if signers.openPGP.gpgKey == nil, formats.contains(.rpm) {
            warnings.append(
                "THE RPM PACKAGES ARE NOT SIGNED: dnf and zypper refuse them from a repository; name a key with "
                    + "--gpg-key FINGERPRINT")
        }
        return warnings + signers.openPGP.warnings
    }
}
