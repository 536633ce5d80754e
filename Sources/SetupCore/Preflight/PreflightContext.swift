public import Diagnostics
public import HTTPTransport
public import LinuxIO

/// The machine that the checks look at; every part can be replaced by a fixture.
public struct PreflightContext: Sendable {
    /// `/`, or the directory of an image: then nothing is asked about the running machine.
    public var basePath = "/"
    /// Where proc(5) is mounted.
    public var procPath = "/proc"
    /// Where sysfs is mounted.
    public var sysPath = "/sys"
    /// The bytes of the runtime that goes beside the plan's files; 0 when it is there already.
    public var runtimeSize: UInt64 = 0
    /// The effective user's number.
    public var user: UInt32
    /// uname(2)'s machine.
    public var machine: String
    /// The file system that holds an existing path.
    public var fileSystem: @Sendable (String) throws(Failure) -> FileSystem
    /// The value of an environment variable.
    public var environment: @Sendable (String) -> String? = { System.environment($0) }
    /// Asks a server for anything at all, any answer will do; says by which way, where a PAC file chose it.
    public var reach: @Sendable (HTTPURL, HTTPClient.Options) throws(Failure) -> PACRoute?
    /// Fetches a proxy auto-config file.
    public var fetchPAC: @Sendable (String, HTTPClient.Options) throws(Failure) -> PACFile

    /// The running machine, or an image below a directory of it.
    ///
    /// - Parameter basePath: `/`, or the image's directory.
    public init(basePath: String = "/") {
        self.basePath = basePath
        user = System.effectiveUser
        machine = System.kernel.machine
        fileSystem = { path throws(Failure) in try FileSystem(holding: path) }
        reach = { url, options throws(Failure) in try Self.ask(url, options) }
        fetchPAC = { location, options throws(Failure) in try PACFile.fetch(from: location, options: options) }
    }

    /// Whether an image is checked rather than the running machine.
    public var isImage: Bool { basePath != "/" }

    /// A path of the product in the machine or image.
    func path(_ path: String) -> String {
        isImage ? PathText.join(basePath, String(path.drop { $0 == "/" })) : path
    }

    /// The text of a small file; nil when it can't be read.
    func text(_ path: String) -> String? {
        (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func ask(_ url: HTTPURL, _ options: HTTPClient.Options) throws(Failure) -> PACRoute? {
        do {
            return try HTTPClient(options).get(url).route
        } catch {
            switch error.kind {
            // Whoever redirects, or answers at length or in a coding of its own, has been reached.
            case .redirected, .tooLarge, .compressed: return error.route
            default: throw error.failure
            }
        }
    }
}
