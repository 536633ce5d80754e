import ArgumentParser
import Diagnostics
import Signing

/// What a new OpenPGP key needs beyond what every key does.
struct GPGKeyOptions: ParsableArguments {
    @Flag(help: "Make an OpenPGP key for packages and repositories, in GnuPG's home, instead of an Ed25519 pair.")
    var gpg = false

    @Option(help: ArgumentHelp("Whose OpenPGP key it is, as in its user ID.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The address in the OpenPGP key's user ID.", valueName: "address"))
    var email: String?

    @Option(
        help: ArgumentHelp(
            "Keep the OpenPGP key in this home of GnuPG, made where it is missing.", valueName: "directory"),
        completion: .directory)
    var home: String?

    @Option(
        help: ArgumentHelp(
            "When the OpenPGP key expires: never, or after a number of days or years, as 90d or 2y. A key that signs RPM "
                + "packages should never expire.", valueName: "when"))
    var expires: Lifetime?

    /// How long a key lives.
    struct Lifetime: ExpressibleByArgument {
        /// Seconds, or nil for ever.
        let seconds: Int?

        init?(argument: String) {
            guard argument != "never" else {
                seconds = nil
                return
            }
            let days = ["d": 1, "y": 365][argument.suffix(1)]
            // GnuPG counts in 32 bits.
            guard let days, let count = Int(argument.dropLast()), (1...24_855).contains(count),
                count * days <= 24_855
            else { return nil }
            seconds = count * days * 86400
        }
    }

    func validate() throws {
        guard gpg else {
            guard name == nil, email == nil, home == nil, expires == nil else {
                throw ValidationError("--name, --email, --home and --expires need --gpg.")
            }
            return
        }
        guard name != nil, email != nil else { throw ValidationError("--gpg needs --name and --email.") }
    }
}
