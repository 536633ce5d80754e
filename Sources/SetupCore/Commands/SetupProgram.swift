import BinFormat
import Diagnostics
import HTTPTransport
import LinuxIO

/// The program that every role of the runtime begins with: it finds its own plan and decides what it is.
public enum SetupProgram {
    /// What the executable is, by its payload, its name and its first word.
    enum Role: Equatable {
        /// A `.bin`.
        case installer
        /// The config tool.
        case configTool
        /// `uninstall`.
        case uninstaller
        /// `start-agent`.
        case agentStarter
    }

    /// Runs the program.
    ///
    /// - Parameter arguments: The command line, with the program's name.
    /// - Returns: The exit code.
    public static func run(_ arguments: [String]) -> Int32 {
        System.ensureStandardDescriptors()
        // Every role may have secrets in memory, if only as options of the agent.
        System.protectMemory()
        System.setUmask(0o022)
        HTTPTransport.prepareProcess()
        do throws(Failure) {
            return try start(arguments)
        } catch {
            StandardStream.error.write(error.rendered + "\n")
            return error.code.rawValue
        }
    }

    private static func start(_ arguments: [String]) throws(Failure) -> Int32 {
        let name = PathText.lastComponent(arguments.first ?? "setup")
        let words = Array(arguments.dropFirst())
        let file: BinFile
        do throws(Failure) {
            file = try BinFile(reading: try FileDescriptor.open("/proc/self/exe"))
        } catch {
            return try runWithoutPlan(words, error)
        }
        switch role(of: name, isConfigTool: file.isConfigTool) {
        case .agentStarter: return try StartAgent.main(words, plan: file.plan)
        case .uninstaller:
            StopRequest.failLargeWrites()
            return try UninstallCommand(plan: file.plan).run(words)
        case .configTool: return try ConfigTool(file).run(words)
        case .installer:
            StopRequest.failLargeWrites()
            return try InstallerCommand(words, program: arguments.first ?? name).run(file)
        }
    }

    static func role(of name: String, isConfigTool: Bool) -> Role {
        guard isConfigTool else { return .installer }
        switch name {
        case PathText.lastComponent(Layout.runtime): return .agentStarter
        case Layout.uninstall: return .uninstaller
        default: return .configTool
        }
    }

    /// A bare `setup`, or a `.bin` whose plan is damaged: nothing can be done but say so.
    private static func runWithoutPlan(_ words: [String], _ failure: Failure) throws(Failure) -> Int32 {
        switch words {
        case ["--help"], ["-h"]:
            StandardStream.output.write(
                """
                setup, the runtime of agentpack.

                This copy carries no product, so it can't install anything. `agentpack build` puts a product behind it
                and so makes a self-extracting installer; run that with --help to see what it can do.

                Usage: setup --help | --version

                """)
            return ExitCode.done.rawValue
        case ["--version"]:
            StandardStream.output.write("setup \(Runtime.version)\n")
            return ExitCode.done.rawValue
        default:
            throw Failure(
                .integrity, "this file is damaged, so nothing was done", cause: failure.message,
                hints: ["Download it again, and compare its SHA-256 with the one published beside it."])
        }
    }
}

/// Facts about the runtime itself.
public enum Runtime {
    /// The version of agentpack that this runtime belongs to.
    public static let version = "0.1.0"
}
