/// What a key file may be.
enum PEMFile {
    /// The most bytes that a key file may have.
    static let limit = 1 << 16

    /// The kinds of key file that we read; RFC 7468, sections 10, 11 and 13.
    enum Label: String, CaseIterable {
        /// A private key in the open.
        case privateKey = "PRIVATE KEY"
        /// A private key under a passphrase.
        case encryptedPrivateKey = "ENCRYPTED PRIVATE KEY"
        /// A public key.
        case publicKey = "PUBLIC KEY"
    }

    /// The label of a file's only PEM block.
    ///
    /// - Parameter text: The file.
    /// - Returns: nil for another label, several blocks, or none.
    static func label(of text: some Sequence<UInt8>) -> Label? {
        let lines = text.split(separator: UInt8(ascii: "\n"))
        let begins = lines.filter { $0.starts(with: "-----BEGIN ".utf8) }
        guard begins.count == 1, let line = begins.first else { return nil }
        return Label.allCases.first { label in
            let begin = "-----BEGIN \(label.rawValue)-----"
            return line.elementsEqual(begin.utf8) || line.elementsEqual((begin + "\r").utf8)
        }
    }
}
