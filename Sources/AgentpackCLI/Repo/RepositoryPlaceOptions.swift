import ArgumentParser
import Diagnostics
import HTTPTransport
import RepositoryFiles

/// How commands look at repositories that may be anybody's, in a directory or on a server.
struct RepositoryPlaceOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A file with OpenPGP keys that clients of a directory or URL have; may be repeated.", valueName: "file"),
        completion: .file(extensions: ["asc", "gpg"]))
    var key: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Look at this codename of an APT archive; may be repeated.", valueName: "name"))
    var codename: [String] = []

    @Option(
        help: ArgumentHelp("Trust the certificates in this file, too, for https.", valueName: "file"),
        completion: .file(extensions: ["pem", "crt"]))
    var caFile: String?

    /// The codenames; nil for all that can be found.
    var codenames: [String]? { codename.isEmpty ? nil : codename }

    /// Whether a text is an address rather than a directory.
    static func isURL(_ target: String) -> Bool { target.hasPrefix("http://") || target.hasPrefix("https://") }

    /// What reads a directory or an address.
    func reader(_ target: String) throws(Failure) -> any RepositoryReader {
        guard Self.isURL(target) else { return try DirectoryReader.place(target) }
        HTTPTransport.prepareProcess()
        var http = HTTPClient.Options(userAgent: ToolVersion.generator.replacing(" ", with: "/"))
        http.privateCAFile = caFile
        return try HTTPReader(target, options: http)
    }
}
