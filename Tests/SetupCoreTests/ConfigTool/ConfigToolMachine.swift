import BinFormat
import Diagnostics
import Digests
import HTTPTransport
import LinuxIO
import SetupPlan
import TestSupport
import Testing

@testable import SetupCore

/// A scratch machine on which a product is installed, and its config tool.
struct ConfigToolMachine: ~Copyable {
    /// What the tool wrote.
    final class Transcript {
        var output = ""
        var talk = ""
        var answers: [String] = []
    }

    static let token = "tok-SECRET-4711"
    static let password = "p/w: S3cret%"

    let scratch: Directory
    let base: String
    let plan: Plan
    let transcript = Transcript()

    /// Installs a product with the settings of `SamplePlan`.
    init(_ scratch: borrowing Directory, configuration: String? = Self.configuration) throws {
        try scratch.makeDirectories("machine/opt")
        try scratch.makeDirectories("machine/etc")
        let base = scratch.path + "/machine"
        let file = try Self.sample().build("x.bin", in: scratch)
        let plan = file.file.plan
        let survey = try Survey(of: plan, base: try Directory.open(base))
        var installer = try Installer(
            file, context: SetupContext(basePath: base, startsService: false),
            configuration: ConfigurationChange(new: configuration.map { Array($0.utf8) }))
        _ = try installer.install(survey)
        let copy = try scratch.directory("")
        self.base = base
        self.plan = plan
        self.scratch = copy
    }

    static let configuration = """
        agent.server=https://example.com
        agent.token=\(token)
        proxy.host=proxy.example
        proxy.port=3128
        proxy.user=joe
        proxy.password=p/w\\: S3cret%
        agent.autoUpdate=true
        agent.window=night

        """

    static func sample(version: String = "1.0") -> SampleInstaller {
        var sample = SampleInstaller(version: version)
        let settings = SamplePlan.plan()
        sample.plan.settings = settings.settings
        sample.plan.groups = settings.groups
        sample.plan.configuration = settings.configuration
        return sample
    }

    /// The tool, asked by root.
    ///
    /// - Parameters:
    ///   - words: Its command line.
    ///   - answers: What a person types; nil where there is no terminal.
    ///   - input: What files given with `--from` hold.
    func run(
        _ words: [String], answers: [String]? = nil, input: [String: String] = [:], user: UInt32 = 0
    ) throws(Failure) -> Int32 {
        try ConfigTool(plan: plan, context: tool(answers: answers, input: input, user: user)).run(words)
    }

    func tool(answers: [String]? = nil, input: [String: String] = [:], user: UInt32 = 0) -> ToolContext {
        let transcript = transcript
        transcript.output = ""
        transcript.talk = ""
        transcript.answers = answers ?? []
        let answering = Console.Input(
            readLine: { (prompt, _) throws(Failure) in
                transcript.talk += prompt + "\n"
                guard !transcript.answers.isEmpty else { throw Failure(.failed, "the script has no more answers") }
                return .text(transcript.answers.removeFirst())
            },
            readKey: { (_) throws(Failure) in throw Failure(.failed, "no key was expected") })
        var preflight = PreflightContext(basePath: base)
        preflight.user = user
        return ToolContext(
            basePath: base,
            console: Console(
                input: answers == nil ? nil : answering, canRedraw: false, size: { (24, 1000) },
                write: { transcript.talk += $0 }, nanoseconds: { 0 }),
            output: { transcript.output += $0 }, user: user,
            readSecret: { (path) throws(Failure) in
                guard let text = input[path] else { throw Failure(.failed, "there is no \(path)") }
                return Array(text.utf8)
            }, preflight: preflight, askHealth: { () throws(Failure) in throw Failure(.failed, "not asked") })
    }

    /// The configuration file as it is now.
    var stored: String {
        get throws {
            let file = try scratch.file("machine/var/opt/demo/conf/agent.properties")
            return String(decoding: try file.readToEnd(limit: 1 << 16), as: UTF8.self)
        }
    }

    var configurationStatus: FileStatus? {
        get throws { try scratch.status("machine/var/opt/demo/conf/agent.properties") }
    }
}

/// Runs a test on a machine of its own.
func withConfigTool(
    configuration: String? = ConfigToolMachine.configuration, _ body: (borrowing ConfigToolMachine) throws -> Void
) throws {
    try withScratch { scratch in try body(try ConfigToolMachine(scratch, configuration: configuration)) }
}
