import Diagnostics
import JSON
import LinuxIO
import Signing

extension KeysGenerate {
    /// Makes an OpenPGP key and writes its public part.
    ///
    /// - Parameter prefix: The path of the public key without its ending.
    func generateOpenPGP(prefix: String) throws {
        let path = prefix + ".asc"
        guard force || fileStatus(path) == nil else {
            throw Failure(
                .conflict, "\(PathText.display(path)) exists",
                hints: ["Replace it with --force, or name another --out."])
        }
        // Staged first, so that a directory that can't be written is known before there is a key.
        let file = try StagedFile(replacing: path, mode: 0o644)
        let name = openPGP.name ?? ""
        let secret = noPassphrase ? nil : try passphrase.source.readNew(for: "the key of \(name)")
        let lifetime = openPGP.expires?.seconds
        let pair = try GPGKeyPair.generate(
            name: name, email: openPGP.email ?? "", home: openPGP.home, passphrase: secret, lifetime: lifetime)
        try file.write(pair.publicKey)
        try file.commit()
        if lifetime != nil {
            Console.standard.warn("this key expires; rpm refuses packages that an expired key signed, whenever it did")
        }
        guard !json else {
            let object: JSONObject = [
                "encrypted": .bool(secret != nil), "fingerprint": .string(pair.fingerprint), "home": .string(pair.home),
                "public_key": .string(path), "revocation": pair.revocation.map { .string($0) }, "schema": 1,
            ]
            return Console.standard.print(JSONValue.object(object))
        }
        let shownHome = PathText.display(pair.home)
        Console.standard.print("private key  in GnuPG's home \(shownHome)\(secret == nil ? " (no passphrase)" : "")")
        if let revocation = pair.revocation { Console.standard.print("revocation   \(PathText.display(revocation))") }
        Console.standard.print("public key   \(PathText.display(path))")
        Console.standard.print("fingerprint  \(pair.fingerprint)")
    }
}
